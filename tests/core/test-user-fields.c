/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/users/user-fields.h"

static void
test_quota (void)
{
  static const struct
  {
    const char *text;
    guint64 quota;
  } cases[] = {
    { "", 0 },
    { "userdb_mail=maildir:~/Mail", 0 },
    { "userdb_quota_rule=*:storage=100M", 100 << 20 },
    { "userdb_quota_rule=*:storage=100", 100 << 10 },
    { "userdb_quota_rule=*:storage=7B", 7 },
    { "userdb_quota_rule=*:bytes=100", 100 },
    { "userdb_quota_rule=*:bytes=3g", G_GUINT64_CONSTANT (3) << 30 },
    { "userdb_quota_rule=*:storage=1T:messages=1000", G_GUINT64_CONSTANT (1) << 40 },
    { "userdb_quota_rule=*:messages=1000:bytes=5K", 5 << 10 },
    { "userdb_quota_rule=*:messages=1000", 0 },
    { "userdb_quota_rule=*:storage=0", G_MAXUINT64 },
    { "userdb_quota_rule=Trash:storage=+100M", 0 },
    { "userdb_quota_storage_size=2M", 2 << 20 },
    { "userdb_home=/home/joe \t userdb_quota_rule=*:bytes=9 nodelay=y", 9 },
    { "userdb_quota_rule=*:bytes=9 userdb_quota_rule=*:bytes=8", 8 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (UserFields) fields = { 0 };
      g_autofree char *problem = user_fields_parse (&fields, cases[i].text);

      g_test_message ("%s", cases[i].text);
      g_assert_cmpstr (problem, ==, NULL);
      g_assert_cmpuint (fields.quota, ==, cases[i].quota);
      g_assert_false (fields.is_log_on_refused);
      g_assert_null (fields.networks);
    }
}

static void
test_bad_quota (void)
{
  static const char *const values[] = {
    "",
    "*",
    "*:storage=",
    "*:storage=x",
    "*:storage=-1",
    "*:bytes=1X",
    "*:bytes=1MB",
    "*:bytes=+10%",
    "*:storage=10%",
    "*:bytes= 1",
    "*:bytes=18446744073709551616",
    "*:bytes=99999999T",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (values); i++)
    {
      g_auto (UserFields) fields = { 0 };
      g_autofree char *text = g_strconcat ("userdb_quota_rule=", values[i], " nologin", NULL);
      g_autofree char *problem = user_fields_parse (&fields, text);

      g_test_message ("%s", values[i]);
      g_assert_cmpstr (problem, ==,
                       "the value of userdb_quota_rule is not understood; the quota does not hold");
      g_assert_cmpuint (fields.quota, ==, 0);
      g_assert_true (fields.is_log_on_refused);
    }
}

static gboolean
admits (const char *text, const char *client, gboolean understood)
{
  g_auto (UserFields) fields = { 0 };
  g_autofree char *problem = user_fields_parse (&fields, text);
  IpAddress address;

  g_assert_true (ip_address_parse (client, &address));
  g_assert_cmpint (problem == NULL, ==, understood);
  return user_fields_admit (&fields, &address);
}

static void
test_log_on (void)
{
  g_assert_true (admits ("", "192.0.2.7", TRUE));
  g_assert_false (admits ("nologin", "192.0.2.7", TRUE));
  g_assert_false (admits ("nologin=y", "192.0.2.7", TRUE));
  g_assert_true (admits ("nologins", "192.0.2.7", TRUE));

  g_assert_true (admits ("allow_nets=192.0.2.7", "192.0.2.7", TRUE));
  g_assert_true (admits ("allow_nets=192.0.2.7", "::ffff:192.0.2.7", TRUE));
  g_assert_false (admits ("allow_nets=192.0.2.7", "192.0.2.8", TRUE));
  g_assert_true (admits ("allow_nets=192.0.2.0/24,2001:db8::/32", "2001:db8::1", TRUE));
  g_assert_false (admits ("allow_nets=192.0.2.0/24,2001:db8::/32", "127.0.0.1", TRUE));
  g_assert_false (admits ("allow_nets=192.0.2.7 nologin", "192.0.2.7", TRUE));
}

/* What can't be read must not open the door. */
static void
test_bad_networks (void)
{
  g_assert_false (admits ("allow_nets=", "192.0.2.7", FALSE));
  g_assert_false (admits ("allow_nets=everywhere", "192.0.2.7", FALSE));
  g_assert_false (admits ("allow_nets=local", "127.0.0.1", FALSE));
  g_assert_true (admits ("allow_nets=local,192.0.2.7", "192.0.2.7", FALSE));
  g_assert_false (admits ("allow_nets=local,192.0.2.7", "192.0.2.8", FALSE));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/user-fields/quota", test_quota);
  g_test_add_func ("/user-fields/bad-quota", test_bad_quota);
  g_test_add_func ("/user-fields/log-on", test_log_on);
  g_test_add_func ("/user-fields/bad-networks", test_bad_networks);
  return g_test_run ();
}
