/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/xtext.h"

static void
test_decode (void)
{
  const struct
  {
    const char *text, *decoded; /* NULL: not xtext */
  } rows[] = {
    { "", "" },
    { "QQ314159", "QQ314159" },
    { "a+2Bb+3D", "a+b=" },
    { "+0D+0A", "\r\n" },
    { "+C3+A9", "\xc3\xa9" },
    { "+2b", NULL },
    { "+2", NULL },
    { "+", NULL },
    { "+00", NULL },
    { "a+G1", NULL },
  };
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *decoded = xtext_decode (rows[i].text);
      g_assert_cmpstr (decoded, ==, rows[i].decoded);
    }
}

static void
test_unicode (void)
{
  const struct
  {
    const char *text, *decoded;
  } rows[] = {
    { "joe@example.org", "joe@example.org" },
    { "\\x{E9}t\\x{E9}@example.org", "\xc3\xa9t\xc3\xa9@example.org" },
    { "\\x{1F4EE}", "\xf0\x9f\x93\xae" },
    { "\\x{D800}", "\\x{D800}" },
    { "\\x{E9", "\\x{E9" },
    { "\\x{}\\x", "\\x{}\\x" },
    { "\\x{1234567}", "\\x{1234567}" },
  };
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *decoded = xtext_decode_unicode (rows[i].text);
      g_assert_cmpstr (decoded, ==, rows[i].decoded);
    }
  g_autofree char *encoded = xtext_encode_unicode ("\xc3\xa9\xf0\x9f\x93\xae@x");
  g_assert_cmpstr (encoded, ==, "\\x{E9}\\x{1F4EE}@x");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/xtext/decode", test_decode);
  g_test_add_func ("/xtext/unicode", test_unicode);
  return g_test_run ();
}
