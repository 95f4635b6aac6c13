/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/settings/setting-value.h"

static const struct
{
  const char *name;
  const char *text;
  const char *message; /* NULL: taken */
} cases[] = {
  { "smtp.relay.pop-client-minutes", "15", NULL },
  { "smtp.relay.pop-client-minutes", "0240", NULL },
  { "smtp.relay.pop-client-minutes", "65535", NULL },
  { "smtp.relay.pop-client-minutes", "14", "14 is outside the range 15 to 65535" },
  { "smtp.relay.pop-client-minutes", "65536", "65536 is outside the range 15 to 65535" },
  { "smtp.relay.pop-client-minutes", "655535", "655535 is outside the range 15 to 65535" },
  { "smtp.relay.pop-client-minutes", "-15", "-15 is outside the range 15 to 65535" },
  { "smtp.relay.pop-client-minutes", "99999999999999999999999999",
    "99999999999999999999999999 is outside the range 15 to 65535" },
  { "smtp.relay.pop-client-minutes", "4294967311", "4294967311 is outside the range 15 to 65535" },
  { "smtp.relay.pop-client-minutes", "", "\"\" is not a whole number from 15 to 65535" },
  { "smtp.relay.pop-client-minutes", "-", "\"-\" is not a whole number from 15 to 65535" },
  { "smtp.relay.pop-client-minutes", "+20", "\"+20\" is not a whole number from 15 to 65535" },
  { "smtp.relay.pop-client-minutes", "20.5", "\"20.5\" is not a whole number from 15 to 65535" },
  { "smtp.relay.pop-client-minutes", "twenty",
    "\"twenty\" is not a whole number from 15 to 65535" },
  { "smtp.relay.pop-client", "true", NULL },
  { "smtp.relay.pop-client", "0", NULL },
  { "smtp.relay.pop-client", "maybe", "\"maybe\" is neither true nor false" },
  { "smtp.relay.pop-client", "TRUE", "\"TRUE\" is neither true nor false" },
  { "smtp.relay.allow", "none", NULL },
  { "smtp.relay.allow", "some", "\"some\" is none of all, none, specified" },
  { "smtp.relay.allow", "None", "\"None\" is none of all, none, specified" },
  { "general.host-name", "mail.example.org", NULL },
  { "security.minimum-tls", "tls1.0", NULL },
  { "security.minimum-tls", "ssl3", "\"ssl3\" is none of tls1.0, tls1.1, tls1.2, tls1.3" },
  { "pop3.log-ons.ipv6-prefix", "64", NULL },
  { "pop3.log-ons.ipv6-prefix", "56", "\"56\" is none of 128, 64" },
};

static void
test_scalars (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (Settings) settings = settings_new_default ();
      g_autofree char *message = NULL;

      g_test_message ("%s = %s", cases[i].name, cases[i].text);
      message = setting_value_read (setting_lookup (cases[i].name), cases[i].text, settings);
      g_assert_cmpstr (message, ==, cases[i].message);
    }
}

static void
test_wrong_value_changes_nothing (void)
{
  g_autoptr (Settings) settings = settings_new_default ();
  const Setting *minutes = setting_lookup ("smtp.relay.pop-client-minutes");
  g_autofree char *message = NULL;

  g_assert_null (setting_value_read (minutes, "240", settings));
  message = setting_value_read (minutes, "14", settings);
  g_assert_nonnull (message);
  g_assert_cmpuint (settings->smtp.relay.pop_client_minutes, ==, 240);
}

static void
test_rows (void)
{
  const Setting *addresses = setting_lookup ("smtp.relay.addresses");
  g_autofree char *message = NULL;
  ListRow row;

  g_assert_null (setting_value_read_row (addresses, "10.0.0.0/8", &row));
  message = setting_value_read_row (addresses, "300.1.1.1", &row);
  g_assert_cmpstr (
      message, ==,
      "\"300.1.1.1\" is not an address or a network such as 192.0.2.7, 192.0.2.0/24 or "
      "2001:db8::/32");
}

static void
test_structured_rows (void)
{
  const Setting *aliases = setting_lookup ("general.aliases");
  g_autofree char *message = NULL;
  ListRow row;

  g_assert_null (setting_value_read_row (aliases, "Sales: joe,ann", &row));
  g_assert_cmpstr (row.text, ==, "sales: joe, ann");
  message = setting_value_read_row (aliases, "sales", &row);
  g_assert_cmpstr (message, ==, "\"sales\" is not an alias such as sales: joe, ann@example.org");
  list_row_clear (aliases->kind, &row);
}

/* Neither a flood of text nor half a character gets into a message. */
static void
test_long_value_is_shortened (void)
{
  g_autoptr (Settings) settings = settings_new_default ();
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *message = NULL;

  for (guint i = 0; i < 10000; i++)
    g_string_append (text, "\xc3\xbc");
  message = setting_value_read (setting_lookup ("smtp.relay.allow"), text->str, settings);
  g_assert_true (g_utf8_validate (message, -1, NULL));
  g_assert_cmpint (g_utf8_strlen (message, -1), <, 200);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/setting-value/scalars", test_scalars);
  g_test_add_func ("/setting-value/wrong-value-changes-nothing", test_wrong_value_changes_nothing);
  g_test_add_func ("/setting-value/rows", test_rows);
  g_test_add_func ("/setting-value/structured-rows", test_structured_rows);
  g_test_add_func ("/setting-value/long-value-is-shortened", test_long_value_is_shortened);
  return g_test_run ();
}
