/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "core/settings/settings-document.h"

#define BEGIN "<server-properties xmlns=\"urn:postern:server-properties\" version=\"2\">"
#define END "</server-properties>"

static SettingsDocument *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  SettingsDocument *document = settings_document_parse (text, strlen (text), &error);

  g_assert_no_error (error);
  return document;
}

static char *
text_of (const SettingsDocument *document)
{
  gsize length;
  g_autofree char *text = settings_document_to_text (document, &length);

  /* Without the XML declaration. */
  return g_strchomp (g_strdup (strchr (text, '\n') + 1));
}

static gboolean
change (SettingsDocument *document, const char *changes, GPtrArray *problems)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) variant
      = g_variant_parse (G_VARIANT_TYPE_VARDICT, changes, NULL, NULL, &error);

  g_assert_no_error (error);
  return settings_document_change (document, variant, problems);
}

typedef struct
{
  const char *before;
  const char *changes;
  const char *behind;
} Case;

static const Case scalars[] = {
  /* a value that is the same leaves the text alone, whatever way it is written */
  { BEGIN "<smtp><relay><pop-client>1</pop-client><pop-client-minutes> 0015 "
          "</pop-client-minutes></relay></smtp>" END,
    "{'smtp.relay.pop-client': <true>, 'smtp.relay.pop-client-minutes': <uint32 15>, "
    "'smtp.relay.allow': <'specified'>}",
    BEGIN "<smtp><relay><pop-client>1</pop-client><pop-client-minutes> 0015 "
          "</pop-client-minutes></relay></smtp>" END },
  /* a default that is not written stays unwritten */
  { BEGIN END, "{'general.host-name': <'localhost'>, 'smtp.mail-router': <''>}",
    "<server-properties xmlns=\"urn:postern:server-properties\" version=\"2\"/>" },
  /* comments stay */
  { BEGIN "\n  <!-- a -->\n  <smtp>\n    <!-- b -->\n    <relay>\n      <allow>all</allow> <!-- c "
          "-->\n    </relay>\n  </smtp>\n" END,
    "{'smtp.relay.allow': <'none'>}",
    BEGIN "\n  <!-- a -->\n  <smtp>\n    <!-- b -->\n    <relay>\n      <allow>none</allow> <!-- c "
          "-->\n    </relay>\n  </smtp>\n" END },
  /* parents are made, where the schema has them, and indented as the rest is */
  { BEGIN "\n    <general>\n        <host-name>a</host-name>\n    </general>\n    <pop3/>\n" END,
    "{'smtp.relay.pop-client-minutes': <uint32 20>}",
    BEGIN "\n    <general>\n        <host-name>a</host-name>\n    </general>\n    <smtp>\n        "
          "<relay>\n"
          "            <pop-client-minutes>20</pop-client-minutes>\n        </relay>\n    "
          "</smtp>\n    <pop3/>\n" END },
  { "<server-properties xmlns=\"urn:postern:server-properties\" version=\"2\"/>",
    "{'smtp.relay.allow': <'none'>}",
    BEGIN "\n  <smtp>\n    <relay>\n      <allow>none</allow>\n    </relay>\n  </smtp>\n" END },
  { BEGIN
    "<smtp><relay><near-domains>1</near-domains><pop-client>1</pop-client></relay></smtp>" END,
    "{'smtp.relay.address-list': <true>, 'smtp.relay.allow': <'none'>}",
    BEGIN "<smtp><relay><allow>none</allow><near-domains>1</near-domains><address-list>true</"
          "address-list>"
          "<pop-client>1</pop-client></relay></smtp>" END },
  /* an empty value that is allowed */
  { BEGIN "<smtp><mail-router>a</mail-router></smtp>" END, "{'smtp.mail-router': <''>}",
    BEGIN "<smtp><mail-router/></smtp>" END },
  /* a wrong value that is there is replaced */
  { BEGIN "<smtp><relay><allow>foo</allow></relay></smtp>" END,
    "{'smtp.relay.allow': <'specified'>}",
    BEGIN "<smtp><relay><allow>specified</allow></relay></smtp>" END },
};

static const Case lists[] = {
  /* rows that stay keep their text and comments, those that go take their line along, new ones come
     last */
  { BEGIN "\n <smtp>\n  <relay>\n   <addresses>\n    <!-- offices -->\n    "
          "<network>10.1.2.3/8</network> <!-- Berlin -->\n"
          "    <network>192.0.2.7</network> <!-- printer -->\n    <network>192.0.2.8</network>\n   "
          "</addresses>\n  </relay>\n </smtp>\n" END,
    "{'smtp.relay.addresses': <['2001:DB8::1/32', '192.0.2.8/32', '10.0.0.0/8', "
    "'172.16.0.0/255.240.0.0']>}",
    BEGIN "\n <smtp>\n  <relay>\n   <addresses>\n    <!-- offices -->\n    "
          "<network>10.1.2.3/8</network> <!-- Berlin -->\n"
          "    <network>192.0.2.8</network>\n    <network>2001:db8::/32</network>\n    "
          "<network>172.16.0.0/12</network>\n"
          "   </addresses>\n  </relay>\n </smtp>\n" END },
  /* another order is no change */
  { BEGIN "<smtp><listeners><endpoint>*:25</endpoint><endpoint>[0:0::1]:587</endpoint></"
          "listeners></smtp>" END,
    "{'smtp.listeners': <['[::1]:587', '*:25']>}",
    BEGIN "<smtp><listeners><endpoint>*:25</endpoint><endpoint>[0:0::1]:587</endpoint></"
          "listeners></smtp>" END },
  /* all of them go */
  { BEGIN "\n  <general>\n    <near-domains>\n      <domain>a.example</domain>\n      "
          "<domain>b.example</domain>\n    </near-domains>\n  </general>\n" END,
    "{'general.near-domains': <@as []>}",
    BEGIN "\n  <general>\n    <near-domains/>\n  </general>\n" END },
  /* all others come */
  { BEGIN "\n  <general>\n    <near-domains>\n      <domain>a.example</domain>\n    "
          "</near-domains>\n  </general>\n" END,
    "{'general.near-domains': <['B.example', 'c.example']>}",
    BEGIN "\n  <general>\n    <near-domains>\n      <domain>b.example</domain>\n      "
          "<domain>c.example</domain>\n    </near-domains>\n  </general>\n" END },
  /* an empty list is not written where there was none */
  { BEGIN END, "{'general.near-domains': <@as []>}",
    "<server-properties xmlns=\"urn:postern:server-properties\" version=\"2\"/>" },
  { BEGIN "\n</server-properties>", "{'pop3.listeners': <['*:110']>}",
    BEGIN "\n  <pop3>\n    <listeners>\n      <endpoint>*:110</endpoint>\n    </listeners>\n  "
          "</pop3>\n" END },
};

static void
assert_changes (const Case *cases, guint length)
{
  for (guint i = 0; i < length; i++)
    {
      g_autoptr (SettingsDocument) document = parse (cases[i].before);
      g_autoptr (GPtrArray) problems = settings_problems_new ();
      g_autofree char *text = NULL;

      g_test_message ("%u: %s", i, cases[i].changes);
      g_assert_true (change (document, cases[i].changes, problems));
      g_assert_cmpuint (problems->len, ==, 0);
      text = text_of (document);
      g_assert_cmpstr (text, ==, cases[i].behind);
      g_assert_true (settings_document_validate (document, problems, NULL));
    }
}

static void
test_scalars (void)
{
  assert_changes (scalars, G_N_ELEMENTS (scalars));
}

static void
test_lists (void)
{
  assert_changes (lists, G_N_ELEMENTS (lists));
}

/* What can't even be written: reported by the change itself, and nothing is changed. */
static const struct
{
  const char *changes;
  const char *problems;
} refused[] = {
  { "{'smtp.relay.foo': <true>}", "smtp.relay.foo: there is no such setting" },
  { "{'smtp.relay': <true>}", "smtp.relay: there is no such setting" },
  { "{'smtp.relay.pop-client-minutes': <'20'>}",
    "smtp.relay.pop-client-minutes: needs a whole number (u), not a value of type s" },
  { "{'smtp.relay.pop-client-minutes': <int32 20>}",
    "smtp.relay.pop-client-minutes: needs a whole number (u), not a value of type i" },
  { "{'smtp.relay.pop-client': <'true'>}",
    "smtp.relay.pop-client: needs true or false (b), not a value of type s" },
  { "{'smtp.relay.allow': <true>}", "smtp.relay.allow: needs a text (s), not a value of type b" },
  { "{'smtp.relay.addresses': <'10.0.0.0/8'>}",
    "smtp.relay.addresses: needs a list of texts (as), not a value of type s" },
  { "{'general.host-name': <''>}",
    "general.host-name: \"\" is not a host name such as mail.example.org" },
  { "{'general.users-file': <' '>}", "general.users-file: \"\" is not a file name" },
  { "{'smtp.relay.allow': <''>}", "smtp.relay.allow: \"\" is none of all, none, specified" },
  { "{'general.users-file': <'a\\u0001b'>}",
    "general.users-file: holds a character that can't stand in the file" },
  { "{'general.near-domains': <['a.example', 'b\\u001b']>}",
    "general.near-domains: holds a character that can't stand in the file" },
  { "{'smtp.relay.allow': <'none'>, 'a': <1>, 'b': <2>}",
    "a: there is no such setting\nb: there is no such setting" },
};

static void
test_refused (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr (SettingsDocument) document = settings_document_new ();
      g_autoptr (GPtrArray) problems = settings_problems_new ();
      g_autofree char *before = text_of (document);
      g_autofree char *after = NULL;
      g_autofree char *found = NULL;

      g_test_message ("%s", refused[i].changes);
      g_assert_false (change (document, refused[i].changes, problems));
      found = settings_problems_to_string (problems);
      g_assert_cmpstr (found, ==, refused[i].problems);
      after = text_of (document);
      g_assert_cmpstr (after, ==, before);
    }
}

/* What the validation refuses, in the very words that it has for a file. */
static const struct
{
  const char *changes;
  const char *file;
  const char *problem;
} invalid[] = {
  { "{'smtp.relay.pop-client-minutes': <uint32 655535>}",
    "<smtp><relay><pop-client-minutes>655535</pop-client-minutes></relay></smtp>",
    "smtp.relay.pop-client-minutes: 655535 is outside the range 15 to 65535" },
  { "{'smtp.relay.pop-client-minutes': <uint32 14>}",
    "<smtp><relay><pop-client-minutes>14</pop-client-minutes></relay></smtp>",
    "smtp.relay.pop-client-minutes: 14 is outside the range 15 to 65535" },
  { "{'smtp.relay.allow': <'some'>}", "<smtp><relay><allow>some</allow></relay></smtp>",
    "smtp.relay.allow: \"some\" is none of all, none, specified" },
  { "{'smtp.relay.addresses': <['300.1.1.1']>}",
    "<smtp><relay><addresses><network>300.1.1.1</network></addresses></relay></smtp>",
    "smtp.relay.addresses: \"300.1.1.1\" is not an address or a network such as 192.0.2.7, "
    "192.0.2.0/24 or 2001:db8::/32" },
  { "{'general.near-domains': <['']>}", "<general><near-domains><domain/></near-domains></general>",
    "general.near-domains: \"\" is not a domain such as example.org, *.example.org for the domains "
    "below it, or * for every domain" },
  { "{'general.host-name': <'a_b'>}", "<general><host-name>a_b</host-name></general>",
    "general.host-name: \"a_b\" is not a host name such as mail.example.org" },
  { "{'general.host-name': <'<b>&'>}", "<general><host-name>&lt;b&gt;&amp;</host-name></general>",
    "general.host-name: \"<b>&\" is not a host name such as mail.example.org" },
  { "{'smtp.mail-router': <'a:0'>}", "<smtp><mail-router>a:0</mail-router></smtp>",
    "smtp.mail-router: the port of \"a:0\" is outside the range 1 to 65535" },
  { "{'smtp.listeners': <['127.0.0.1:0']>}",
    "<smtp><listeners><endpoint>127.0.0.1:0</endpoint></listeners></smtp>",
    "smtp.listeners: \"127.0.0.1:0\" is not an address and a port such as 192.0.2.7:25, "
    "[2001:db8::7]:25 or *:25" },
};

static void
assert_only_problem (SettingsDocument *document, const char *expected)
{
  g_autoptr (GPtrArray) problems = settings_problems_new ();
  g_autofree char *found = NULL;

  g_assert_false (settings_document_validate (document, problems, NULL));
  for (guint i = 0; i < problems->len; i++)
    ((SettingsProblem *) problems->pdata[i])->line = 0;
  found = settings_problems_to_string (problems);
  g_assert_cmpstr (found, ==, expected);
}

static void
test_invalid (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (invalid); i++)
    {
      g_autofree char *text = g_strconcat (BEGIN, invalid[i].file, END, NULL);
      g_autoptr (SettingsDocument) from_file = parse (text);
      g_autoptr (SettingsDocument) from_bus = settings_document_new ();
      g_autoptr (GPtrArray) problems = settings_problems_new ();

      g_test_message ("%s", invalid[i].changes);
      g_assert_true (change (from_bus, invalid[i].changes, problems));
      assert_only_problem (from_bus, invalid[i].problem);
      assert_only_problem (from_file, invalid[i].problem);
    }
}

/* A double that is asked for is refused, not dropped. */
static void
test_double (void)
{
  static const char text[] = BEGIN "\n<smtp><relay><addresses>\n<network>10.0.0.0/8</network>\n"
                                   "</addresses></relay></smtp>" END;
  g_autoptr (SettingsDocument) document = parse (text);
  g_autoptr (GPtrArray) problems = settings_problems_new ();
  const SettingsProblem *problem;

  g_assert_true (
      change (document, "{'smtp.relay.addresses': <['10.0.0.0/8', '10.1.1.1/8']>}", problems));
  g_assert_false (settings_document_validate (document, problems, NULL));
  g_assert_cmpuint (problems->len, ==, 1);
  problem = problems->pdata[0];
  g_assert_cmpstr (problem->message, ==, "10.0.0.0/8 is in the list already, in line 3");
}

#define ROWS 100000

static GVariant *
long_change (guint first, guint length)
{
  GVariantBuilder rows = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_STRING_ARRAY);
  GVariantBuilder changes = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  for (guint i = first; i < first + length; i++)
    g_variant_builder_add_value (
        &rows, g_variant_new_printf ("10.%u.%u.%u", i >> 16, i >> 8 & 255, i & 255));
  g_variant_builder_add (&changes, "{sv}", "smtp.relay.addresses", g_variant_builder_end (&rows));
  return g_variant_ref_sink (g_variant_builder_end (&changes));
}

/* Half of a long list is exchanged, in one go. */
static void
test_long_list (void)
{
  g_autoptr (SettingsDocument) document = settings_document_new ();
  g_autoptr (GVariant) first = long_change (0, ROWS);
  g_autoptr (GVariant) second = long_change (ROWS / 2, ROWS);
  g_autoptr (GPtrArray) problems = settings_problems_new ();
  g_autoptr (Settings) settings = NULL;

  g_assert_true (settings_document_change (document, first, problems));
  g_assert_true (settings_document_change (document, second, problems));
  settings = settings_document_snapshot (document, NULL, NULL);
  g_assert_nonnull (settings);
  g_assert_cmpuint (settings->smtp.relay.addresses.length, ==, ROWS);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/settings-change/scalars", test_scalars);
  g_test_add_func ("/settings-change/lists", test_lists);
  g_test_add_func ("/settings-change/refused", test_refused);
  g_test_add_func ("/settings-change/invalid", test_invalid);
  g_test_add_func ("/settings-change/double", test_double);
  g_test_add_func ("/settings-change/long-list", test_long_list);
  return g_test_run ();
}
