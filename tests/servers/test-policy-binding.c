/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/policy/policy-binding.h"

#include "core/settings/setting-value.h"

static Policy *
policy_with (const char *const *rows)
{
  g_autoptr (Settings) settings = settings_new_default ();
  const Setting *setting = setting_lookup ("smtp.bindings");
  ListRow read[8];
  guint length = 0;

  for (; rows[length] != NULL; length++)
    g_assert_null (setting_value_read_row (setting, rows[length], &read[length]));
  setting_value_set_rows (setting, read, length, settings);
  return policy_new (settings);
}

static const char *const rows[] = {
  "192.0.2.7 a.example A.example *.a.example",
  "2001:db8::7 six.example six.example",
  "192.0.2.8 b.example",
  "192.0.2.9 rest.example *",
  NULL,
};

static IpAddress
address_of (const char *text)
{
  IpAddress address;

  g_assert_true (ip_address_parse (text, &address));
  return address;
}

static void
test_names (void)
{
  static const struct
  {
    const char *local;
    const char *name;
  } cases[] = {
    { "192.0.2.7", "a.example" },     { "::ffff:192.0.2.7", "a.example" },
    { "2001:db8::7", "six.example" }, { "192.0.2.8", "b.example" },
    { "192.0.2.6", "localhost" },     { "::1", "localhost" },
  };
  g_autoptr (Policy) policy = policy_with (rows);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      IpAddress local = address_of (cases[i].local);

      g_assert_cmpstr (policy_host_name_at (policy, &local), ==, cases[i].name);
    }
}

static void
test_senders (void)
{
  static const struct
  {
    const char *sender, *next_hop;
    const char *name; /* NULL: no binding */
  } cases[] = {
    { "joe@a.example", "198.51.100.1", "a.example" },
    { "joe@A.Example", "198.51.100.1", "a.example" },
    { "joe@b.a.example", "198.51.100.1", "a.example" },
    { "\"joe@x\"@a.example", "198.51.100.1", "a.example" },
    { "joe@six.example", "2001:db8::1", "six.example" },
    /* The family does not fit: the system chooses. */
    { "joe@a.example", "2001:db8::1", NULL },
    { "joe@six.example", "198.51.100.1", NULL },
    { "joe@other.example", "198.51.100.1", "rest.example" },
    { "joe@other.example", "2001:db8::1", NULL },
    /* Reports have no sender, and so no domain. */
    { "", "198.51.100.1", NULL },
    { "postmaster", "198.51.100.1", NULL },
  };
  static const char *const none[] = { NULL };
  g_autoptr (Policy) policy = policy_with (rows);
  g_autoptr (Policy) empty = policy_with (none);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      IpAddress next_hop = address_of (cases[i].next_hop);
      const Binding *binding = policy_binding_for (policy, cases[i].sender, &next_hop);

      g_test_message ("%s to %s", cases[i].sender, cases[i].next_hop);
      g_assert_cmpstr (binding != NULL ? binding->host_name : NULL, ==, cases[i].name);
      g_assert_null (policy_binding_for (empty, cases[i].sender, &next_hop));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/policy-binding/names", test_names);
  g_test_add_func ("/policy-binding/senders", test_senders);
  return g_test_run ();
}
