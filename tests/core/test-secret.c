/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <crypt.h>
#include <string.h>

#include "core/users/secret.h"

#define PASSWORD "Hello world!"
#define SHA512_HASH                                                                                \
  "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/"                                             \
  "O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1"

static const char *const right[] = {
  "{PLAIN}" PASSWORD,
  "{plain}" PASSWORD,
  "{CLEAR}" PASSWORD,
  "{CLEARTEXT}" PASSWORD,
  SHA512_HASH,
  "{CRYPT}" SHA512_HASH,
  "{SHA512-CRYPT}" SHA512_HASH,
  "{SHA256-CRYPT}$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5",
  "{MD5-CRYPT}$1$saltstri$YMyguxXMBpd2TEZ.vS/3q1",
  "{BLF-CRYPT}$2b$04$abcdefghijklmnopqrstuuyeG8laUfZvsCmc.AE6qIDYSPGM2efmK",
  "{DES-CRYPT}abMbH7WsHr7wQ",
  "abMbH7WsHr7wQ",
};

static void
test_right (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (right); i++)
    {
      g_autoptr (Secret) secret = secret_parse (right[i]);

      g_test_message ("%s", right[i]);
      g_assert_nonnull (secret);
      g_assert_true (secret_check_password (secret, PASSWORD));
      g_assert_false (secret_check_password (secret, ""));
      g_assert_false (secret_check_password (secret, "Hello"));
      g_assert_false (secret_check_password (secret, "Hallo world!"));
      g_assert_false (secret_check_password (secret, "Xello world!"));
      /* The hash is no password. */
      g_assert_false (secret_check_password (secret, SHA512_HASH));
      g_assert_false (secret_check_password (secret, "*0"));
    }
}

static void
test_yescrypt (void)
{
  char setting[CRYPT_GENSALT_OUTPUT_SIZE];
  struct crypt_data data = { 0 };
  g_autofree char *text = NULL;
  g_autoptr (Secret) secret = NULL;

  g_assert_nonnull (crypt_gensalt_rn ("$y$", 1, "0123456789abcdef", 16, setting, sizeof setting));
  text = g_strconcat ("{YESCRYPT}", crypt_r (PASSWORD, setting, &data), NULL);
  secret = secret_parse (text);
  g_assert_nonnull (secret);
  g_assert_true (secret_check_password (secret, PASSWORD));
  g_assert_false (secret_check_password (secret, "other"));
}

static void
test_refused (void)
{
  static const char *const refused[] = {
    "",
    "{PLAIN}",
    "{PLAIN",
    "{",
    "{}x",
    "{ROT13}Uryyb",
    "{PLAIN.b64}SGVsbG8=",
    "{CRYPT}",
    "{CRYPT}word",
    "word",
    "!",
    "*",
    "x",
    "{CRYPT}!" SHA512_HASH,
    "{CRYPT}$99$salt$hash",
    "{SHA512-CRYPT}$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5",
    "{SHA512-CRYPT}abMbH7WsHr7wQ",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_test_message ("%s", refused[i]);
      g_assert_null (secret_parse (refused[i]));
    }
}

static void
test_long_password (void)
{
  g_autofree char *password = g_strnfill (100000, 'a');
  g_autofree char *text = g_strconcat ("{PLAIN}", password, NULL);
  g_autoptr (Secret) plain = secret_parse (text);
  g_autoptr (Secret) hash = secret_parse (SHA512_HASH);

  g_assert_true (secret_check_password (plain, password));
  g_assert_false (secret_check_password (hash, password));
}

/* The example of RFC 1939. */
static void
test_apop (void)
{
  static const char timestamp[] = "<1896.697170952@dbc.mtview.ca.us>";
  static const char digest[] = "c4c9334bac560ecc979e58001b3e22fb";
  g_autoptr (Secret) plain = secret_parse ("{PLAIN}tanstaaf");
  g_autoptr (Secret) hash = secret_parse (SHA512_HASH);

  g_assert_true (secret_check_apop (plain, timestamp, digest));
  g_assert_false (secret_check_apop (plain, "<1896.697170953@dbc.mtview.ca.us>", digest));
  g_assert_false (secret_check_apop (plain, timestamp, "c4c9334bac560ecc979e58001b3e22fc"));
  g_assert_false (secret_check_apop (plain, timestamp, ""));
  g_assert_false (secret_check_apop (plain, timestamp, "c4c9334bac560ecc979e58001b3e22fb0"));
  g_assert_false (secret_check_apop (hash, timestamp, digest));
}

static void
test_cost_groups (void)
{
  g_autoptr (Secret) plain = secret_parse ("{PLAIN}x");
  g_autoptr (Secret) sha512 = secret_parse (SHA512_HASH);
  g_autoptr (Secret) des = secret_parse ("abMbH7WsHr7wQ");

  g_assert_cmpuint (secret_cost_group (plain), ==, 0);
  g_assert_cmpuint (secret_cost_group (sha512), >, 0);
  g_assert_cmpuint (secret_cost_group (des), <, SECRET_COST_GROUPS);
  g_assert_cmpuint (secret_cost_group (des), !=, secret_cost_group (sha512));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/secret/right", test_right);
  g_test_add_func ("/secret/yescrypt", test_yescrypt);
  g_test_add_func ("/secret/refused", test_refused);
  g_test_add_func ("/secret/long-password", test_long_password);
  g_test_add_func ("/secret/apop", test_apop);
  g_test_add_func ("/secret/cost-groups", test_cost_groups);
  return g_test_run ();
}
