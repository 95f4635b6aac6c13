/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "servers/mail/domain-name.h"

static void
check (const char *text, const char *expected)
{
  g_autofree char *ascii = domain_name_to_ascii (text, strlen (text));
  g_assert_cmpstr (ascii, ==, expected);
}

static void
test_names (void)
{
  check ("Example.ORG", "example.org");
  check ("b\xc3\xbc"
         "cher.example",
         "xn--bcher-kva.example");
  check ("B\xc3\x9c"
         "CHER.example",
         "xn--bcher-kva.example");
  /* "u" and a combining diaeresis is the same letter. */
  check ("bu\xcc\x88"
         "cher.example",
         "xn--bcher-kva.example");
  /* Not "strasse": that is somebody else's domain. */
  check ("stra\xc3\x9f"
         "e.example",
         "xn--strae-oqa.example");
}

static void
test_no_names (void)
{
  g_autofree char *long_label = g_strnfill (70, 'a');
  g_autofree char *too_long = g_strconcat (long_label, "\xc3\xbc.example", NULL);
  g_autofree char *endless = g_strnfill (4000, 'a');

  check ("b\xfc"
         "cher.example",
         NULL);
  check (too_long, NULL);
  check (endless, NULL);
  g_assert_null (domain_name_to_ascii ("\xc3\xbc\0x", 4));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/domain-name/names", test_names);
  g_test_add_func ("/domain-name/no-names", test_no_names);
  return g_test_run ();
}
