/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/mail/wildcard.h"

#include <string.h>

static void
test_rows (void)
{
  static const struct
  {
    const char *pattern, *text;
    gboolean matches;
  } rows[] = {
    { "", "", TRUE },
    { "", "a", FALSE },
    { "*", "", TRUE },
    { "*", "a", TRUE },
    { "**", "abc", TRUE },
    { "a", "A", TRUE },
    { "a", "", FALSE },
    { "a", "aa", FALSE },
    { "*.exe", "x.EXE", TRUE },
    { "*.exe", ".exe", TRUE },
    { "*.exe", "x.exe.txt", FALSE },
    { "*.exe", "x.exe.exe", TRUE },
    { "*offer*", "a big OFFER today", TRUE },
    { "*offer*", "of fer", FALSE },
    { "a*b*c", "aXbXbXc", TRUE },
    { "a*b*c", "aXcXb", FALSE },
    { "a*", "ba", FALSE },
    { "image/*", "image/png", TRUE },
    { "image/*", "image", FALSE },
    { "a?c", "abc", FALSE }, /* no other wildcards */
    { "a?c", "a?c", TRUE },
    { "[a]", "a", FALSE },
    { "\\*", "\\x", TRUE },
    { "*@example.net", "joe@example.net", TRUE },
    { "*@example.net", "joe@example.net.evil.example", FALSE },
    { "gr\xc3\xbc\xc3\x9f*", "GR\xc3\xbc\xc3\x9f Gott", TRUE },
    { "gr\xc3\xbc*", "GR\xc3\x9c", FALSE }, /* other letters than ASCII have no capitals here */
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_test_message ("%s: %s", rows[i].pattern, rows[i].text);
      g_assert_cmpint (wildcard_match (rows[i].pattern, rows[i].text), ==, rows[i].matches);
    }
}

/* Many stars are no trap. */
static void
test_many_stars (void)
{
  g_autofree char *text = g_strnfill (8000, 'a');
  g_autoptr (GString) pattern = g_string_new (NULL);

  for (guint i = 0; i < 500; i++)
    g_string_append (pattern, "*a");
  g_assert_true (wildcard_match (pattern->str, text));
  g_string_append (pattern, "*b");
  g_assert_false (wildcard_match (pattern->str, text));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wildcard/rows", test_rows);
  g_test_add_func ("/wildcard/many-stars", test_many_stars);
  return g_test_run ();
}
