/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/auth/sasl.h"

#include <string.h>

static void
test_mechanisms (void)
{
  g_auto (GStrv) words = g_strsplit (sasl_mechanisms, " ", -1);
  SaslMechanism mechanism = SASL_PLAIN;

  for (char **word = words; *word != NULL; word++)
    g_assert_true (sasl_mechanism_parse (*word, strlen (*word), &mechanism));
  g_assert_cmpint (mechanism, ==, SASL_LOGIN);
  g_assert_true (sasl_mechanism_parse ("pLaIn", 5, &mechanism));
  g_assert_cmpint (mechanism, ==, SASL_PLAIN);
  g_assert_true (sasl_mechanism_parse ("LOGIN and more", 5, &mechanism));
  g_assert_cmpint (mechanism, ==, SASL_LOGIN);
  g_assert_false (sasl_mechanism_parse ("PLAI", 4, &mechanism));
  g_assert_false (sasl_mechanism_parse ("PLAINS", 6, &mechanism));
  g_assert_false (sasl_mechanism_parse ("", 0, &mechanism));
  g_assert_false (sasl_mechanism_parse ("CRAM-MD5", 8, &mechanism));
}

static SaslStep
start (SaslExchange *exchange, SaslMechanism mechanism, const char *initial)
{
  return sasl_exchange_start (exchange, mechanism, initial, initial != NULL ? strlen (initial) : 0);
}

static SaslStep
feed (SaslExchange *exchange, const char *line)
{
  return sasl_exchange_feed (exchange, line, strlen (line));
}

/* RFC 4616, section 4, and RFC 4954, section 4.1. */
static void
test_plain (void)
{
  static const struct
  {
    const char *message, *authzid, *user, *password;
  } cases[] = {
    { "AHRpbQB0YW5zdGFhZnRhbnN0YWFm", "", "tim", "tanstaaftanstaaf" },
    { "AHRlc3QAMTIzNA==", "", "test", "1234" },
    { "dGVzdAB0ZXN0ADEyMzQ=", "test", "test", "1234" },
    { "VGVzdAB0ZXN0ADEyMzQ=", "Test", "test", "1234" },
    /* Not ASCII, and a password with blanks and a tabulator. */
    { "AGrDvHJnZW4AIMO8CQ==", "", "j\xc3\xbcrgen", " \xc3\xbc\t" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    for (gboolean at_once = FALSE; at_once <= TRUE; at_once++)
      {
        g_auto (SaslExchange) exchange = { 0 };
        SaslStep step = start (&exchange, SASL_PLAIN, at_once ? cases[i].message : NULL);

        g_test_message ("%s", cases[i].message);
        if (!at_once)
          {
            g_assert_cmpint (step, ==, SASL_CHALLENGE);
            g_assert_cmpstr (sasl_exchange_challenge (&exchange), ==, "");
            step = feed (&exchange, cases[i].message);
          }
        g_assert_cmpint (step, ==, SASL_DONE);
        g_assert_cmpstr (exchange.authzid, ==, cases[i].authzid);
        g_assert_cmpstr (exchange.user, ==, cases[i].user);
        g_assert_cmpstr (exchange.password, ==, cases[i].password);
      }
}

static void
test_login (void)
{
  g_auto (SaslExchange) exchange = { 0 };

  g_assert_cmpint (start (&exchange, SASL_LOGIN, NULL), ==, SASL_CHALLENGE);
  g_assert_cmpstr (sasl_exchange_challenge (&exchange), ==, "VXNlcm5hbWU6");
  g_assert_cmpint (feed (&exchange, "am9l"), ==, SASL_CHALLENGE);
  g_assert_cmpstr (sasl_exchange_challenge (&exchange), ==, "UGFzc3dvcmQ6");
  g_assert_cmpint (feed (&exchange, "c2VjcmV0"), ==, SASL_DONE);
  g_assert_cmpstr (exchange.user, ==, "joe");
  g_assert_cmpstr (exchange.password, ==, "secret");
  g_assert_cmpstr (exchange.authzid, ==, "");

  /* The user at once. */
  sasl_exchange_clear (&exchange);
  g_assert_null (exchange.password);
  g_assert_cmpint (start (&exchange, SASL_LOGIN, "am9l"), ==, SASL_CHALLENGE);
  g_assert_cmpstr (sasl_exchange_challenge (&exchange), ==, "UGFzc3dvcmQ6");
  g_assert_cmpint (feed (&exchange, "c2VjcmV0"), ==, SASL_DONE);
  g_assert_cmpstr (exchange.user, ==, "joe");
}

static void
test_cancelled (void)
{
  g_auto (SaslExchange) plain = { 0 };
  g_auto (SaslExchange) login = { 0 };

  g_assert_cmpint (start (&plain, SASL_PLAIN, NULL), ==, SASL_CHALLENGE);
  g_assert_cmpint (feed (&plain, "*"), ==, SASL_CANCELLED);
  g_assert_null (plain.user);
  g_assert_cmpint (start (&login, SASL_LOGIN, "am9l"), ==, SASL_CHALLENGE);
  g_assert_cmpint (feed (&login, "*"), ==, SASL_CANCELLED);
  g_assert_null (login.password);
}

/* Somebody else's rights are nobody's to take. */
static void
test_refused (void)
{
  g_auto (SaslExchange) exchange = { 0 };

  /* RFC 4616, section 4: Ursel NUL Kurt NUL xipj3plmq */
  g_assert_cmpint (start (&exchange, SASL_PLAIN, "VXJzZWwAS3VydAB4aXBqM3BsbXE="), ==, SASL_REFUSED);
  g_assert_null (exchange.user);
  g_assert_null (exchange.password);
}

static void
assert_malformed (SaslMechanism mechanism, const char *line, gsize length)
{
  g_auto (SaslExchange) at_once = { 0 };
  g_auto (SaslExchange) asked = { 0 };

  g_test_message ("%.*s", (int) MIN (length, 60), line);
  g_assert_cmpint (sasl_exchange_start (&at_once, mechanism, line, length), ==, SASL_MALFORMED);
  g_assert_cmpint (start (&asked, mechanism, NULL), ==, SASL_CHALLENGE);
  g_assert_cmpint (sasl_exchange_feed (&asked, line, length), ==, SASL_MALFORMED);
  g_assert_null (at_once.user);
  g_assert_null (at_once.password);
}

static void
test_malformed (void)
{
  static const char *const no_base64[] = {
    "A",
    "AH",
    "AHR",
    "AHRlc3QAMTIzNA",
    "AHRlc3QAMTIzNA=",
    "AHRlc3QAMTIzNA===",
    " AHRlc3QAMTIzNA==",
    "AHRlc3QAMTIzNA== ",
    "AHRl c3QAMTIzNA==",
    "AHRlc3QA\tMTIzNA=",
    "AHRlc3Q=MTIzNA==",
    "====",
    "A===",
    "AHRlc3QAMTIzNB==",
    "dGVzdAB0ZXN0ADEyMzR=",
    "AHRlc3QAMTIzN-_=",
    "AHRlc3QAMTIzN\xc3\xa4",
    "AHRl*c3Q",
  };
  static const char *const no_plain[] = {
    "dGVzdA==",         /* no NUL */
    "AHRlc3Q=",         /* one */
    "AHRlc3QA",         /* no password */
    "AAAxMjM0",         /* no user */
    "AHRlc3QAMTIzNAA=", /* a third NUL */
    "AHRlCnQAMTIzNA==", /* a line end in the user's name */
    "CgB0ZXN0ADEyMzQ=", /* in the other name */
    "AHRlf3QAMTIzNA==", /* DEL */
  };
  static const char *const no_user[] = { "agBl", "agpl", "f2ZmZg==" };

  for (gsize i = 0; i < G_N_ELEMENTS (no_base64); i++)
    {
      assert_malformed (SASL_PLAIN, no_base64[i], strlen (no_base64[i]));
      assert_malformed (SASL_LOGIN, no_base64[i], strlen (no_base64[i]));
    }
  for (gsize i = 0; i < G_N_ELEMENTS (no_plain); i++)
    assert_malformed (SASL_PLAIN, no_plain[i], strlen (no_plain[i]));
  for (gsize i = 0; i < G_N_ELEMENTS (no_user); i++)
    assert_malformed (SASL_LOGIN, no_user[i], strlen (no_user[i]));
  assert_malformed (SASL_PLAIN, "AHRl\0c3Q", 8);
  assert_malformed (SASL_PLAIN, "", 0);
  assert_malformed (SASL_LOGIN, "", 0);
}

static void
test_empty (void)
{
  g_auto (SaslExchange) plain = { 0 };
  g_auto (SaslExchange) login = { 0 };
  g_auto (SaslExchange) no_password = { 0 };

  /* "=" is an empty initial response, and only that. */
  g_assert_cmpint (start (&plain, SASL_PLAIN, "="), ==, SASL_MALFORMED);
  g_assert_cmpint (start (&login, SASL_LOGIN, "="), ==, SASL_MALFORMED);
  g_assert_cmpint (start (&no_password, SASL_LOGIN, "am9l"), ==, SASL_CHALLENGE);
  g_assert_cmpint (feed (&no_password, ""), ==, SASL_MALFORMED);
  g_assert_null (no_password.password);
}

static void
test_bounds (void)
{
  g_autofree char *longest = g_malloc (SASL_LINE_MAX);
  g_autofree char *name = g_strnfill (SASL_USER_MAX + 1, 'x');
  g_autofree char *too_long = g_base64_encode ((guchar *) name, SASL_USER_MAX + 1);
  g_autofree char *just_fits = g_base64_encode ((guchar *) name, SASL_USER_MAX);
  g_auto (SaslExchange) exchange = { 0 };

  /* A password as long as a line can carry, and one line more. */
  memset (longest, 'e', SASL_LINE_MAX);
  g_assert_cmpint (start (&exchange, SASL_LOGIN, just_fits), ==, SASL_CHALLENGE);
  g_assert_cmpuint (strlen (exchange.user), ==, SASL_USER_MAX);
  g_assert_cmpint (sasl_exchange_feed (&exchange, longest, SASL_LINE_MAX), ==, SASL_DONE);
  g_assert_cmpuint (strlen (exchange.password), ==, SASL_LINE_MAX / 4 * 3);

  g_autofree char *longer = g_strnfill (SASL_LINE_MAX + 4, 'e');
  assert_malformed (SASL_PLAIN, longer, SASL_LINE_MAX + 4);
  assert_malformed (SASL_LOGIN, longer, SASL_LINE_MAX + 4);
  assert_malformed (SASL_LOGIN, too_long, strlen (too_long));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sasl/mechanisms", test_mechanisms);
  g_test_add_func ("/sasl/plain", test_plain);
  g_test_add_func ("/sasl/login", test_login);
  g_test_add_func ("/sasl/cancelled", test_cancelled);
  g_test_add_func ("/sasl/refused", test_refused);
  g_test_add_func ("/sasl/malformed", test_malformed);
  g_test_add_func ("/sasl/empty", test_empty);
  g_test_add_func ("/sasl/bounds", test_bounds);
  return g_test_run ();
}
