/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/settings/endpoint.h"

static const struct
{
  const char *text;
  const char *written; /* NULL: refused */
} cases[] = {
  { "192.0.2.7:25", "192.0.2.7:25" },
  { "[2001:DB8::7]:25", "[2001:db8::7]:25" },
  { "[::ffff:192.0.2.7]:65535", "192.0.2.7:65535" },
  { "*:1", "*:1" },
  { "[::]:25", "[::]:25" },
  { "0.0.0.0:25", "0.0.0.0:25" },
  { "[1111:2222:3333:4444:5555:6666:7777:8888]:65535",
    "[1111:2222:3333:4444:5555:6666:7777:8888]:65535" },
  { "", NULL },
  { ":", NULL },
  { ":25", NULL },
  { "25", NULL },
  { "*", NULL },
  { "*:", NULL },
  { "*:0", NULL },
  { "*:65536", NULL },
  { "*:99999999999", NULL },
  { "*:025", NULL },
  { "*:+25", NULL },
  { "*:25 ", NULL },
  { "**:25", NULL },
  { "[*]:25", NULL },
  { "192.0.2.7", NULL },
  { "300.1.1.1:25", NULL },
  { "[192.0.2.7]:25", NULL },
  { "2001:db8::7:25", NULL },
  { "[2001:db8::7]", NULL },
  { "[2001:db8::7:25", NULL },
  { "[]:25", NULL },
  { "localhost:25", NULL },
};

static void
test_texts (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      char text[ENDPOINT_TEXT_MAX];
      Endpoint endpoint = { .port = 42 };
      gboolean read = endpoint_parse (cases[i].text, &endpoint);

      g_test_message ("%s", cases[i].text);
      g_assert_cmpint (read, ==, cases[i].written != NULL);
      if (read)
        g_assert_cmpstr (endpoint_to_string (&endpoint, text), ==, cases[i].written);
      else
        g_assert_cmpuint (endpoint.port, ==, 42);
    }
}

static void
test_equal (void)
{
  static const char *const different[]
      = { "*:25", "*:26", "192.0.2.7:25", "192.0.2.8:25", "[::]:25" };

  for (guint i = 0; i < G_N_ELEMENTS (different); i++)
    for (guint j = 0; j < G_N_ELEMENTS (different); j++)
      {
        Endpoint a, b;

        g_assert_true (endpoint_parse (different[i], &a));
        g_assert_true (endpoint_parse (different[j], &b));
        g_assert_cmpint (endpoint_equal (&a, &b), ==, i == j);
      }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/endpoint/texts", test_texts);
  g_test_add_func ("/endpoint/equal", test_equal);
  return g_test_run ();
}
