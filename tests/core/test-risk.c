/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/settings/risk.h"
#include "core/settings/setting-value.h"

#include <string.h>

/* Settings that are not at their defaults, "name=value|name=row; row"; and the risks of the way
 * from the one to the other, "kind setting: part of the sentence|...". */
typedef struct
{
  const char *before;
  const char *after;
  const char *risks;
} Case;

#define SPECIFIED "smtp.connection.allow=specified"
#define LIST "smtp.relay.address-list=true|smtp.relay.addresses="
#define NEAR "smtp.relay.near-domains=true|general.near-domains="
#define CERTIFICATE "security.certificates=a.pem"

static const Case cases[] = {
  { "", "", "" },
  { "general.host-name=a.example", "general.host-name=b.example", "" },

  { "", "smtp.relay.allow=all", "open-relay smtp.relay.allow: everybody" },
  { "smtp.relay.allow=all", "smtp.relay.allow=all", "" },
  { "smtp.relay.allow=none", "smtp.relay.allow=all", "open-relay smtp.relay.allow: everybody" },
  { "", LIST "0.0.0.0/0", "open-relay smtp.relay.addresses: " },
  { "", LIST "::/0", "open-relay smtp.relay.addresses: " },
  { "", LIST "10.0.0.0/8; 0.0.0.0/1", "open-relay smtp.relay.addresses: " },
  { "", LIST "10.0.0.0/8", "" },
  { "", "smtp.relay.addresses=0.0.0.0/0", "" },
  { "smtp.relay.addresses=0.0.0.0/0", LIST "0.0.0.0/0", "open-relay smtp.relay.addresses: " },
  { LIST "0.0.0.0/0", LIST "0.0.0.0/0; ::/0", "" },
  { "smtp.relay.allow=none|" LIST "::/0", LIST "::/0", "open-relay smtp.relay.addresses: " },
  { "", "smtp.relay.allow=none|" LIST "::/0", "shut-out smtp.relay.allow: nobody's" },
  { "", NEAR "a.example; *", "open-relay general.near-domains: every domain" },
  { "", NEAR "*.example", "" },
  { "", "general.near-domains=*", "" },
  { "general.near-domains=*", NEAR "*", "open-relay general.near-domains: every domain" },

  { "smtp.relay.allow=all", "", "shut-out smtp.relay.allow: only messages" },
  { "smtp.relay.allow=all", "smtp.relay.allow=none", "shut-out smtp.relay.allow: nobody's" },
  { "smtp.relay.allow=none", "", "" },
  { "smtp.relay.allow=none", "smtp.relay.allow=none|smtp.relay.refuse-local-host=true",
    "shut-out smtp.relay.refuse-local-host: " },
  { "", "smtp.relay.refuse-local-host=true", "" },
  { NEAR "a.example", "general.near-domains=a.example", "shut-out smtp.relay.near-domains: " },
  { NEAR "a.example; b.example", NEAR "a.example",
    "shut-out general.near-domains: messages to b.e" },
  { "general.near-domains=a.example", "", "" },
  { LIST "10.0.0.0/8", "smtp.relay.addresses=10.0.0.0/8", "shut-out smtp.relay.address-list: " },
  { LIST "10.0.0.0/8; ::1", LIST "::1", "shut-out smtp.relay.addresses: messages from 10.0.0.0/8" },
  { "", "smtp.relay.pop-client=false", "shut-out smtp.relay.pop-client: a log-on" },
  { "", "smtp.relay.authenticated=false", "shut-out smtp.relay.authenticated: " },
  { "smtp.relay.pop-client-minutes=60", "",
    "shut-out smtp.relay.pop-client-minutes: a log-on to the POP server counts for 15 minutes "
    "only, "
    "no longer for 60" },
  { "", "smtp.relay.pop-client-minutes=60", "" },
  { "smtp.relay.pop-client-minutes=60|smtp.relay.allow=none", "smtp.relay.allow=none", "" },

  { "", "smtp.connection.allow=none", "shut-out smtp.connection.allow: nobody may connect" },
  { "", SPECIFIED, "" },
  { "", SPECIFIED "|smtp.connection.refused=192.0.2.7", "shut-out smtp.connection.allow: conn" },
  { "", SPECIFIED "|smtp.connection.blocklists=bl.example",
    "shut-out smtp.connection.allow: conn" },
  { "smtp.connection.allow=none", SPECIFIED, "" },
  { "smtp.connection.allow=none",
    "smtp.connection.allow=none|smtp.connection.refuse-local-host=true",
    "shut-out smtp.connection.refuse-local-host: " },
  { SPECIFIED "|smtp.connection.refused=::1",
    SPECIFIED "|smtp.connection.refused=::1; 192.0.2.0/24",
    "shut-out smtp.connection.refused: connections from 192.0.2.0/24 are refused" },
  { SPECIFIED "|smtp.connection.refused=::1",
    SPECIFIED "|smtp.connection.refused=::1; 192.0.2.0/25; 2001:db8::/65", "" },
  { SPECIFIED "|smtp.connection.refused=10.0.0.0/8",
    SPECIFIED "|smtp.connection.refused=10.0.0.0/8; 10.1.0.0/16", "" },
  { SPECIFIED "|smtp.connection.refused=10.1.0.0/16",
    SPECIFIED "|smtp.connection.refused=10.0.0.0/8",
    "shut-out smtp.connection.refused: connections from 10.0.0.0/8" },
  { "", "smtp.connection.refused=0.0.0.0/0", "" },
  { SPECIFIED "|smtp.connection.excepted=10.1.2.3", SPECIFIED,
    "shut-out smtp.connection.excepted: 10.1.2.3 is no exception" },

  { "smtp.listeners=*:25; *:26", "smtp.listeners=*:25",
    "shut-out smtp.listeners: *:26 is listened" },
  { "smtp.listeners=*:25", "smtp.listeners=127.0.0.1:25", "shut-out smtp.listeners: *:25" },
  { "smtp.listeners=*:25", "smtp.listeners=*:25; *:26", "" },
  { "smtp.submission-listeners=*:587", "", "shut-out smtp.submission-listeners: *:587" },
  { "smtp.submission-tls-listeners=*:465", "", "shut-out smtp.submission-tls-listeners: *:465" },
  { "pop3.listeners=*:110", "", "shut-out pop3.listeners: *:110" },
  { "pop3.tls-listeners=*:995", "", "shut-out pop3.tls-listeners: *:995" },

  { CERTIFICATE, CERTIFICATE "|smtp.tls=only", "shut-out smtp.tls: clients without TLS" },
  { CERTIFICATE, CERTIFICATE "|pop3.tls=only", "shut-out pop3.tls: clients without TLS" },
  { CERTIFICATE, CERTIFICATE "|smtp.tls=no", "shut-out smtp.tls: clients that insist" },
  { CERTIFICATE, CERTIFICATE "|pop3.tls=no", "shut-out pop3.tls: clients that insist" },
  { "", "smtp.tls=no|pop3.tls=no", "" },
  { CERTIFICATE, "",
    "shut-out smtp.tls: clients that insist|shut-out pop3.tls: clients that insist" },
  { "", CERTIFICATE, "" },
  { "", "security.minimum-tls=tls1.3", "shut-out security.minimum-tls: devices" },
  { "", "security.minimum-tls=tls1.0", "" },
  { "", "smtp.authentication=no", "shut-out smtp.authentication: nobody" },
  { "smtp.authentication=always", "", "shut-out smtp.authentication: clients without TLS" },
  { "", "smtp.authentication=always", "" },
  { "general.system-users=true", "", "shut-out general.system-users: " },
  { "", "general.users-file=others", "shut-out general.users-file: " },
  { "", "pop3.log-ons.sender-check=shared", "shut-out pop3.log-ons.sender-check: messages" },
  { "pop3.log-ons.sender-check=shared", "pop3.log-ons.sender-check=all",
    "shut-out pop3.log-ons.sender-check: messages" },
  { "pop3.log-ons.sender-check=all", "pop3.log-ons.sender-check=shared", "" },
  { "", "pop3.log-ons.unrecorded=10.0.0.0/8",
    "shut-out pop3.log-ons.unrecorded: log-ons from 10." },
  { "", "pop3.log-ons.unrecorded=10.0.0.1", "" },

  { "", "smtp.limits.sessions=499", "shut-out smtp.limits.sessions: 499 is far less" },
  { "", "smtp.limits.sessions=500", "" },
  { "", "smtp.limits.client-sessions=24", "shut-out smtp.limits.client-sessions: 24 is far less" },
  { "", "smtp.limits.client-sessions=0", "" },
  { "", "smtp.limits.client-messages-per-minute=1", "" },
  { "smtp.limits.client-messages-per-minute=100", "smtp.limits.client-messages-per-minute=1",
    "shut-out smtp.limits.client-messages-per-minute: 1 is far less" },
  { "", "pop3.limits.sessions=1", "shut-out pop3.limits.sessions: 1 is far less" },

  { "", "smtp.relay.allow=all|pop3.limits.sessions=1|smtp.connection.allow=none",
    "open-relay smtp.relay.allow: everybody|shut-out smtp.connection.allow: nobody|"
    "shut-out pop3.limits.sessions: 1 is" },
};

static void
set (Settings *settings, const char *name, const char *value)
{
  const Setting *setting = setting_lookup (name);
  g_auto (GStrv) texts = g_strsplit (value, "; ", -1);
  ListRow rows[4];
  guint length = 0;

  if (!schema_is_list (setting->kind))
    {
      g_assert_null (setting_value_read (setting, value, settings));
      return;
    }
  for (; texts[length] != NULL; length++)
    g_assert_null (setting_value_read_row (setting, texts[length], &rows[length]));
  setting_value_set_rows (setting, rows, length, settings);
}

static Settings *
settings_of (const char *text)
{
  Settings *settings = settings_new_default ();
  g_auto (GStrv) values = g_strsplit (text, "|", -1);

  for (char **each = values; *each != NULL; each++)
    {
      g_auto (GStrv) pair = g_strsplit (*each, "=", 2);

      set (settings, pair[0], pair[1]);
    }
  return settings;
}

static void
test_each (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (Settings) before = settings_of (cases[i].before);
      g_autoptr (Settings) after = settings_of (cases[i].after);
      g_autoptr (GPtrArray) risks = risk_assess (before, after);
      g_auto (GStrv) expected = g_strsplit (cases[i].risks, "|", -1);

      for (guint j = 0; j < risks->len; j++)
        {
          const Risk *risk = risks->pdata[j];
          g_autofree char *found = g_strdup_printf ("%s %s: %s", risk_word (risk->kind),
                                                    risk->setting, risk->sentence);

          g_test_message ("%u: %s", i, found);
          g_assert_nonnull (expected[j]);
          g_assert_true (g_str_has_prefix (found, expected[j]));
        }
      g_test_message ("%u: %s -> %s", i, cases[i].before, cases[i].after);
      g_assert_cmpuint (risks->len, ==, g_strv_length (expected));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/risk/each", test_each);
  return g_test_run ();
}
