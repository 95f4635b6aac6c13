/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/lists/row-file.h"

static void
check_decoded (const char *bytes, gsize length, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = row_file_decode (bytes, length, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, expected);
}

static void
test_decode (void)
{
  check_decoded ("", 0, "");
  check_decoded ("a\r\nb\rc\n", 7, "a\nb\nc\n");
  check_decoded ("\xef\xbb\xbf"
                 "a",
                 4, "a");
  check_decoded ("\xff\xfe"
                 "a\0\n\0",
                 6, "a\n");
  check_decoded ("B\xfcro", 4, "B\xc3\xbcro");
}

static void
test_no_text (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (row_file_decode ("a\0b", 3, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
}

static void
test_write (void)
{
  const char *const rows[] = { "192.0.2.0/24", "keep subject \"x\", y", NULL };
  GString *text = row_file_to_text (rows);
  GString *csv = row_file_to_csv (rows, "Addresses");

  g_assert_cmpstr (text->str, ==, "192.0.2.0/24\nkeep subject \"x\", y\n");
  g_assert_cmpstr (csv->str, ==, "Addresses\r\n192.0.2.0/24\r\n\"keep subject \"\"x\"\", y\"\r\n");
  g_string_free (text, TRUE);
  g_string_free (csv, TRUE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/row-file/decode", test_decode);
  g_test_add_func ("/row-file/no-text", test_no_text);
  g_test_add_func ("/row-file/write", test_write);
  return g_test_run ();
}
