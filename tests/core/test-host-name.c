/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/settings/host-name.h"

#define LABEL_60 "abcdefghijklmnopqrstuvwxyz0123456789-abcdefghijklmnopqrstuvw"

static const struct
{
  const char *text;
  gboolean is_name;
  gboolean is_pattern;
} cases[] = {
  { "localhost", TRUE, TRUE },
  { "mail.example.org", TRUE, TRUE },
  { "a-b.1c.x", TRUE, TRUE },
  { LABEL_60 "xyz.org", TRUE, TRUE },
  { LABEL_60 "wxyz.org", FALSE, FALSE },
  { LABEL_60 "." LABEL_60 "." LABEL_60 "." LABEL_60 "."
             "123456789",
    TRUE, TRUE },
  { LABEL_60 "." LABEL_60 "." LABEL_60 "." LABEL_60 "."
             "1234567890",
    FALSE, FALSE },
  { "*", FALSE, TRUE },
  { "*.example.org", FALSE, TRUE },
  { "*.*", FALSE, FALSE },
  { "*example.org", FALSE, FALSE },
  { "a.*.org", FALSE, FALSE },
  { "", FALSE, FALSE },
  { ".", FALSE, FALSE },
  { "*.", FALSE, FALSE },
  { ".org", FALSE, FALSE },
  { "example.org.", FALSE, FALSE },
  { "a..b", FALSE, FALSE },
  { "-a.org", FALSE, FALSE },
  { "a-.org", FALSE, FALSE },
  { "a_b.org", FALSE, FALSE },
  { "a b.org", FALSE, FALSE },
  { "b\xc3\xbc"
    "cher.org",
    FALSE, FALSE },
};

static void
test_texts (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s", cases[i].text);
      g_assert_cmpint (host_name_is_valid (cases[i].text), ==, cases[i].is_name);
      g_assert_cmpint (host_name_is_pattern (cases[i].text), ==, cases[i].is_pattern);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/host-name/texts", test_texts);
  return g_test_run ();
}
