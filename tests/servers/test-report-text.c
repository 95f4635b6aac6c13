/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/report-text.h"

#include <string.h>

static void
assert_appended (ReportTextKind kind, const char *bytes, gsize max, const char *expected)
{
  g_autoptr (GString) text = g_string_new (NULL);
  report_text_append (text, kind, bytes, strlen (bytes), max);
  g_assert_cmpstr (text->str, ==, expected);
}

static void
test_append (void)
{
  assert_appended (REPORT_TEXT_ASCII, "a\tb\r\n\x01\x7f\xc3\xa9", 100, "a\tb??????");
  assert_appended (REPORT_TEXT_UTF8, "a\r\xc3\xa9\xff\xc2\x85\xf0\x9f\x93", 100,
                   "a?\xc3\xa9????"
                   "??");
  /* No letter is cut in two. */
  assert_appended (REPORT_TEXT_UTF8, "ab\xc3\xa9", 3, "ab");
  assert_appended (REPORT_TEXT_UTF8, "ab\xc3\xa9", 4, "ab\xc3\xa9");
  assert_appended (REPORT_TEXT_ASCII, "abc", 0, "");
}

static void
test_header (void)
{
  const struct
  {
    const char *content;
    gsize max, length;
  } rows[] = {
    { "A: b\r\nC: d\r\n\r\nbody\r\n", 100, 12 },
    { "A: b\nC: d\n\nbody\n", 100, 10 },
    { "A: b\r\nC: d", 100, 6 },
    { "A: b\r\nC: d\r\n\r\n", 11, 6 },
    { "\r\nbody\r\n", 100, 0 },
    { "", 100, 0 },
  };
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpuint (
        report_text_header_length (rows[i].content, strlen (rows[i].content), rows[i].max), ==,
        rows[i].length);

  g_autoptr (GString) text = g_string_new (NULL);
  report_text_append_header (text, REPORT_TEXT_ASCII, "A: b\nC: \xff\r\n", 11);
  g_assert_cmpstr (text->str, ==, "A: b\r\nC: ?\r\n");
}

static void
test_message (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  report_text_append_message (text, "A: b\r\n\r\n.x\r\n", 12);
  g_assert_cmpstr (text->str, ==, "A: b\r\n\r\n.x\r\n");
  report_text_append_message (text, "y", 1);
  g_assert_cmpstr (text->str, ==, "A: b\r\n\r\n.x\r\ny\r\n");
}

static void
test_status (void)
{
  const struct
  {
    const char *reply;
    char class;
    const char *status;
  } rows[] = {
    { "550 5.1.1 no", '5', "5.1.1" },     { "554 5.4.7", '5', "5.4.7" },
    { "550 no such user", '5', "5.0.0" }, { "550 5.1.10 null", '5', "5.1.10" },
    { "450 4.2.0 busy", '5', "5.0.0" },   { "450 4.2.0 busy", '4', "4.2.0" },
    { "250 2.1.5 ok", '2', "2.1.5" },     { "", '2', "2.0.0" },
    { "550 5.1", '5', "5.0.0" },          { "550 5.1.", '5', "5.0.0" },
    { "550 5.1111.1 x", '5', "5.0.0" },   { "550 5.1.1111 x", '5', "5.0.0" },
    { "550 5..1 x", '5', "5.0.0" },       { "5505.1.1 x", '5', "5.0.0" },
    { "550 5.1.1: no", '5', "5.0.0" },
  };
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *status = report_text_status (rows[i].reply, rows[i].class);
      g_assert_cmpstr (status, ==, rows[i].status);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/report-text/append", test_append);
  g_test_add_func ("/report-text/header", test_header);
  g_test_add_func ("/report-text/message", test_message);
  g_test_add_func ("/report-text/status", test_status);
  return g_test_run ();
}
