/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/settings/rules.h"
#include "core/settings/setting-value.h"

/* The rows of a list stand apart by "; ". */
typedef struct
{
  const char *name;
  const char *values;
} Value;

typedef struct
{
  Value values[4];
  const char *finding; /* "setting row kind: part of the message"; NULL: none */
} Case;

static const Case cases[] = {
  { { { NULL, NULL } }, NULL },
  { { { "general.host-name", "mail.example.org" } }, NULL },
  { { { "general.host-name", "a-.example.org" } },
    "general.host-name -1 problem: \"a-.example.org\" is not a host" },
  { { { "general.local-domains", "example.org; *" } },
    "general.local-domains 1 warning: every domain is local" },
  { { { "smtp.mail-router", "mail.example.org:587" } }, NULL },
  { { { "smtp.mail-router", "mail.example.org:65536" } },
    "smtp.mail-router -1 problem: the port of" },
  { { { "smtp.mail-router", "mail.example.org:0" } }, "smtp.mail-router -1 problem: the port of" },
  { { { "smtp.mail-router", "192.0.2.256" } },
    "smtp.mail-router -1 problem: \"192.0.2.256\" is not a host" },
  { { { "smtp.connection.allow", "specified" },
      { "smtp.connection.blocklists", "a.example; *.b.example" } },
    "smtp.connection.blocklists 1 problem: " },
  { { { "smtp.listeners", "127.0.0.1:25; [::1]:25; *:26" },
      { "pop3.listeners", "127.0.0.1:110; 127.0.0.2:25" } },
    NULL },
  { { { "smtp.listeners", "127.0.0.1:25; *:25" } },
    "smtp.listeners 0 problem: 127.0.0.1:25 is taken by *:25 in smtp.listeners" },
  { { { "smtp.listeners", "127.0.0.1:25" }, { "pop3.listeners", "*:25" } },
    "smtp.listeners 0 problem: 127.0.0.1:25 is taken by *:25 in pop3.listeners" },
  { { { "smtp.listeners", "*:25" }, { "pop3.listeners", "[::1]:110; *:25" } },
    "pop3.listeners 1 problem: *:25 is taken by smtp.listeners" },
  { { { "smtp.listeners", "[::1]:25" }, { "pop3.listeners", "[::1]:25" } },
    "pop3.listeners 0 problem: [::1]:25 is taken by smtp.listeners" },
  { { { "smtp.relay.allow", "none" } }, NULL },
  { { { "smtp.relay.allow", "all" } },
    "smtp.relay.allow -1 warning: everybody may send to everybody: this is an open relay" },
  { { { "smtp.relay.pop-client", "false" }, { "smtp.relay.authenticated", "false" } },
    "smtp.relay.allow -1 warning: no rule is chosen" },
  { { { "smtp.relay.allow", "none" },
      { "smtp.relay.pop-client", "false" },
      { "smtp.relay.authenticated", "false" } },
    NULL },
  { { { "smtp.relay.near-domains", "true" }, { "general.near-domains", "a.example" } }, NULL },
  { { { "smtp.relay.near-domains", "true" } },
    "smtp.relay.near-domains -1 warning: there is no near domain" },
  { { { "general.near-domains", "a.example; *" } }, NULL },
  { { { "smtp.relay.near-domains", "true" }, { "general.near-domains", "a.example; *" } },
    "general.near-domains 1 warning: every domain is near" },
  { { { "smtp.relay.address-list", "true" } },
    "smtp.relay.address-list -1 warning: the address relay list is empty" },
  { { { "smtp.relay.address-list", "true" }, { "smtp.relay.addresses", "10.0.0.0/8; 2001::/16" } },
    NULL },
  { { { "smtp.relay.addresses", "10.0.0.0/8; 0.0.0.0/0" } },
    "smtp.relay.addresses 1 warning: 0.0.0.0/0 is a large part" },
  { { { "smtp.relay.addresses", "::/0" } },
    "smtp.relay.addresses 0 warning: ::/0 is a large part" },
  { { { "smtp.relay.addresses", "128.0.0.0/1; 0.0.0.0/1" } },
    "smtp.relay.addresses 0 warning: 128.0.0.0/1 is a large part" },
  { { { "smtp.connection.allow", "specified" }, { "smtp.connection.refused", "0.0.0.0/0" } },
    "smtp.connection.refused 0 warning: 0.0.0.0/0 is a large part" },
  { { { "smtp.connection.excepted", "::/0" } },
    "smtp.connection.excepted 0 warning: ::/0 is a large part" },
  { { { "smtp.connection.refused", "192.0.2.7" } },
    "smtp.connection.allow -1 warning: everybody may connect: refused addresses" },
  { { { "smtp.connection.blocklists", "a.example" } },
    "smtp.connection.allow -1 warning: everybody may connect: refused addresses" },
  { { { "smtp.connection.allow", "none" }, { "smtp.connection.blocklists", "a.example" } }, NULL },
  { { { "smtp.connection.allow", "specified" } },
    "smtp.connection.allow -1 warning: no address is refused" },
  { { { "smtp.connection.allow", "specified" }, { "smtp.connection.refused", "192.0.2.7" } },
    NULL },
  { { { "smtp.connection.allow", "specified" }, { "smtp.connection.blocklists", "a.example" } },
    NULL },

  { { { "smtp.listeners", "*:25" },
      { "smtp.submission-listeners", "127.0.0.1:25" },
      { "smtp.authentication", "no" } },
    "smtp.submission-listeners 0 problem: 127.0.0.1:25 is taken by *:25 in smtp.listeners" },
  { { { "smtp.submission-tls-listeners", "[::1]:465" },
      { "pop3.tls-listeners", "*:995; [::1]:465" },
      { "security.certificates", "a.pem" } },
    "pop3.tls-listeners 1 problem: [::1]:465 is taken by smtp.submission-tls-listeners" },

  { { { "smtp.tls", "only" }, { "security.certificates", "a.pem" } }, NULL },
  { { { "smtp.tls", "only" } }, "smtp.tls -1 problem: needs a certificate" },
  { { { "pop3.tls", "only" } }, "pop3.tls -1 problem: needs a certificate" },
  { { { "smtp.submission-listeners", "*:587" } },
    "smtp.submission-listeners -1 warning: nobody can authenticate there" },
  { { { "smtp.submission-listeners", "*:587" }, { "security.certificates", "a.pem" } }, NULL },
  { { { "smtp.submission-listeners", "*:587" }, { "smtp.authentication", "no" } }, NULL },
  { { { "smtp.submission-tls-listeners", "*:465" } },
    "smtp.submission-tls-listeners 0 problem: needs a certificate" },
  { { { "pop3.tls-listeners", "*:995" } }, "pop3.tls-listeners 0 problem: needs a certificate" },
  { { { "security.minimum-tls", "tls1.3" } }, NULL },
  { { { "security.minimum-tls", "tls1.0" } },
    "security.minimum-tls -1 warning: TLS 1.0 and 1.1 are unsafe" },
  { { { "security.minimum-tls", "tls1.1" } },
    "security.minimum-tls -1 warning: TLS 1.0 and 1.1 are unsafe" },
  { { { "smtp.authentication", "no" } }, NULL },
  { { { "smtp.authentication", "always" } },
    "smtp.authentication -1 warning: passwords may come without TLS" },
  { { { "security.failed-log-ons", "0" } },
    "security.failed-log-ons -1 warning: nobody is ever banned" },
  { { { "security.never-banned", "10.0.0.0/8; 0.0.0.0/0" } },
    "security.never-banned 1 warning: 0.0.0.0/0 is a large part" },

  { { { "general.aliases", "sales: joe; sales@example.org: ann" } }, NULL },
  { { { "general.aliases", "sales: joe; Sales: ann" } },
    "general.aliases 1 problem: sales has an entry in the list already" },
  { { { "general.aliases", "joe: joe, ann" } }, NULL },
  { { { "general.aliases", "a: b; b: c; c: joe, B" } }, "general.aliases 1 warning: leads to" },
  { { { "general.postmaster", "joe" }, { "general.catch-all", "" } }, NULL },
  { { { "general.postmaster", "joe@example.com" } }, NULL },
  { { { "general.postmaster", "../joe" } },
    "general.postmaster -1 problem: \"../joe\" is not a mail user" },
  { { { "general.postmaster", "joe@" } },
    "general.postmaster -1 problem: \"joe@\" is not a mail user" },
  { { { "general.catch-all", "joe" } },
    "general.catch-all -1 warning: mail for every address that does not exist" },

  { { { "smtp.filters", "discard subject *offer*; keep attachment *" } }, NULL },
  { { { "smtp.filters", "keep type text/*; discard subject *" } },
    "smtp.filters 1 warning: every message fits this: all mail is thrown away" },
  { { { "smtp.filters", "keep originator **" } },
    "smtp.filters 0 warning: every message fits this: all mail is kept back" },
  { { { "smtp.filters", "keep type */*" } }, "smtp.filters 0 warning: every message fits this" },

  { { { "smtp.delivery.tls", "none" } }, "smtp.delivery.tls -1 warning: mail leaves without TLS" },
  { { { "smtp.delivery.tls", "verify" } }, NULL },
  { { { "smtp.delivery.routes", "a.example direct; *.a.example b.example; A.example c.example" } },
    "smtp.delivery.routes 2 problem: a.example has an entry in the list already" },
  { { { "smtp.delivery.tls-rules", "a.example none; A.example must" } },
    "smtp.delivery.tls-rules 1 problem: a.example has an entry in the list already" },
  { { { "smtp.delivery.credentials", "a.example plain joe x; a.example:587 plain joe x" } }, NULL },
  { { { "smtp.delivery.credentials", "a.example plain joe x; A.example:25 login joe x" } },
    "smtp.delivery.credentials 1 problem: a.example has an entry in the list already" },
  { { { "smtp.retries.minutes-count", "0" }, { "smtp.retries.hours-count", "0" } }, NULL },
  { { { "smtp.retries.minutes-count", "0" },
      { "smtp.retries.hours-count", "0" },
      { "smtp.retries.days-count", "0" } },
    "smtp.retries.minutes-count -1 warning: nothing is tried again" },

  { { { "pop3.log-ons.windows", "joe 15; 192.0.2.0/24 5" } }, NULL },
  { { { "pop3.log-ons.windows", "joe 15; 192.0.2.0/24 16" } },
    "pop3.log-ons.windows 1 warning: 16 minutes are more than the 15" },
  { { { "pop3.log-ons.windows", "joe 15; Joe 10" } },
    "pop3.log-ons.windows 1 problem: joe has an entry in the list already" },
  { { { "pop3.log-ons.unrecorded", "127.0.0.1; ::/0" } },
    "pop3.log-ons.unrecorded 1 warning: ::/0 is a large part" },
  { { { "pop3.log-ons.sender-check", "all" } }, NULL },
  { { { "pop3.log-ons.sender-check", "shared" }, { "pop3.log-ons.shared-addresses", "::1" } },
    NULL },
  { { { "pop3.log-ons.sender-check", "shared" } },
    "pop3.log-ons.sender-check -1 warning: no address is marked as shared" },

  { { { "smtp.bindings", "192.0.2.7 a.example a.example; 192.0.2.8 a.example *.a.example" } },
    NULL },
  { { { "smtp.bindings", "192.0.2.7 a.example; 192.0.2.7 b.example" } },
    "smtp.bindings 1 problem: 192.0.2.7 has an entry in the list already" },
  { { { "smtp.bindings",
        "192.0.2.7 a.example a.example; 192.0.2.8 b.example c.example A.example" } },
    "smtp.bindings 1 problem: a.example has an entry in the list already" },
};

static void
set (Settings *settings, const Value *value)
{
  const Setting *setting = setting_lookup (value->name);
  g_auto (GStrv) texts = g_strsplit (value->values, "; ", -1);
  ListRow rows[4];
  guint length = 0;

  if (!schema_is_list (setting->kind))
    {
      g_assert_null (setting_value_read (setting, value->values, settings));
      return;
    }
  for (; texts[length] != NULL; length++)
    g_assert_null (setting_value_read_row (setting, texts[length], &rows[length]));
  setting_value_set_rows (setting, rows, length, settings);
}

static char *
describe (GPtrArray *findings)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < findings->len; i++)
    {
      const RulesFinding *finding = findings->pdata[i];

      g_string_append_printf (text, "%s%s %d %s: %s", i > 0 ? "\n" : "", finding->setting,
                              (int) finding->row, finding->is_warning ? "warning" : "problem",
                              finding->message);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
test_each (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (Settings) settings = settings_new_default ();
      g_autoptr (GPtrArray) findings = NULL;
      g_autofree char *found = NULL;

      for (const Value *value = cases[i].values; value->name != NULL; value++)
        set (settings, value);
      findings = rules_check (settings);
      found = describe (findings);
      g_test_message ("%u: %s", i, found);
      g_assert_cmpuint (findings->len, ==, cases[i].finding == NULL ? 0 : 1);
      if (cases[i].finding != NULL)
        g_assert_true (g_str_has_prefix (found, cases[i].finding));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rules/each", test_each);
  return g_test_run ();
}
