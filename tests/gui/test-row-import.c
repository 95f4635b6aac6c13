/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/lists/row-import.h"

static const char *const none[] = { NULL };

/* Returns: (transfer full): "NUMBER ROW STATE" of each line, N(ew), L(isted), T(wice), A(part),
 * W(rong). */
static char *
outcome (const RowImport *import)
{
  static const char letters[] = "NLTAW";
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < import->lines->len; i++)
    {
      const RowLine *line = import->lines->pdata[i];

      g_string_append_printf (text, "%s%u %s %c", i > 0 ? "|" : "", line->number, line->row,
                              letters[line->state]);
      g_assert_true ((line->reason != NULL)
                     == (line->state == ROW_LINE_WRONG || line->state == ROW_LINE_APART));
    }
  return g_string_free (text, FALSE);
}

static void
check (const char *text, gboolean networks, RowFormat format, const char *expected)
{
  g_autoptr (RowImport) import
      = row_import_read (text, networks, ROW_FORMAT_DETECT, ROW_TAKE_PERMITTED);
  g_autofree char *found = outcome (import);

  g_assert_cmpint (import->format, ==, format);
  g_assert_cmpstr (found, ==, expected);
}

static void
test_lines (void)
{
  check ("# domains\n\n  example.org \nmail.example.net:25 user # kept\n", FALSE, ROW_FORMAT_LINES,
         "3 example.org N|4 mail.example.net:25 user # kept N");
  check ("a\tb\nx\x01y", FALSE, ROW_FORMAT_LINES, "1 a\tb N|2 x\\001y W");
  check ("", FALSE, ROW_FORMAT_LINES, "");
}

static void
test_addresses (void)
{
  check ("# accepted relays\n192.0.2.7\n198.51.100.0  255.255.255.0 ; office\n"
         "2001:db8::/32 # lab\nnonsense\n",
         TRUE, ROW_FORMAT_ADDRESSES,
         "2 192.0.2.7 N|3 198.51.100.0/255.255.255.0 N|4 2001:db8::/32 N|5 nonsense N");
}

static void
test_mynetworks (void)
{
  check ("mynetworks = 127.0.0.0/8, [::1]/128\n  192.0.2.0/24 !192.0.2.7 /etc/nets "
         "cidr:/etc/more\n",
         TRUE, ROW_FORMAT_MYNETWORKS,
         "1 127.0.0.0/8 N|1 ::1/128 N|2 192.0.2.0/24 N|2 !192.0.2.7 W|2 /etc/nets W|"
         "2 cidr:/etc/more W");
  check ("192.0.2.1, 192.0.2.2\n", TRUE, ROW_FORMAT_MYNETWORKS, "1 192.0.2.1 N|1 192.0.2.2 N");
}

static const char table[] = "# table\n"
                            "192.0.2.7   REJECT no\n"
                            "192.0.2.0/24 OK\n"
                            "198.51.100.0/24\n"
                            "   permit_mynetworks\n"
                            "!203.0.113.0/24 OK\n"
                            "203.0.113.0/24 PREPEND X: y\n"
                            "203.0.113.9 554 5.7.1 go\n"
                            "[2001:db8::]/32 1\n"
                            "if 10.0.0.0/8\n"
                            "10.1.0.0/16 OK\n"
                            "11.0.0.0/8 OK\n"
                            "endif\n"
                            "12.0.0.0/8 OK\n"
                            "host OK\n";

static void
test_table (void)
{
  g_autoptr (RowImport) refused = row_import_read (table, TRUE, ROW_FORMAT_TABLE, ROW_TAKE_REFUSED);
  g_autoptr (RowImport) both = row_import_read (table, TRUE, ROW_FORMAT_TABLE, ROW_TAKE_BOTH);

  check (table, TRUE, ROW_FORMAT_TABLE,
         "2 192.0.2.7 A|3 192.0.2.0/24 N|4 198.51.100.0/24 N|6 !203.0.113.0/24 OK W|"
         "7 203.0.113.0/24 PREPEND X: y W|8 203.0.113.9 A|9 2001:db8::/32 N|11 10.1.0.0/16 N|"
         "12 11.0.0.0/8 OK W|14 12.0.0.0/8 N|15 host OK W");
  g_assert_cmpuint (refused->permitted, ==, 5);
  g_assert_cmpuint (refused->refused, ==, 2);
  g_assert_cmpuint (row_import_count (refused, ROW_LINE_NEW), ==, 2);
  g_assert_cmpuint (row_import_count (refused, ROW_LINE_APART), ==, 5);
  g_assert_cmpuint (row_import_count (both, ROW_LINE_NEW), ==, 7);
  g_assert_cmpuint (row_import_count (both, ROW_LINE_WRONG), ==, 4);
}

static void
test_csv (void)
{
  check ("name,address,note\n\"A, \"\"B\"\"\",192.0.2.7,x\n\nC,,y\nD,\"192.0.2.0 255.255.255.0\"\n",
         TRUE, ROW_FORMAT_CSV, "2 192.0.2.7 N|4  W|5 192.0.2.0/255.255.255.0 N");
  check ("\"two\nlines\";2001:db8::7\n", TRUE, ROW_FORMAT_CSV, "1 2001:db8::7 N");
  check ("a,b\nc,d\n", TRUE, ROW_FORMAT_CSV, "");
}

static void
test_doubles (void)
{
  const char *const listed[] = { "192.0.2.0/24", "Example.org", NULL };
  g_autoptr (RowImport) import
      = row_import_read ("192.0.2.9/24\n192.0.2.0 255.255.255.0\n192.0.2.9\n::ffff:192.0.2.9\n",
                         TRUE, ROW_FORMAT_ADDRESSES, ROW_TAKE_PERMITTED);
  g_autoptr (RowImport) domains
      = row_import_read ("EXAMPLE.org\nexample.net\n example.NET", FALSE, ROW_FORMAT_DETECT, 0);
  g_autofree char *found = NULL;
  g_autofree char *found_domains = NULL;

  row_import_mark_doubles (import, listed);
  row_import_mark_doubles (domains, listed);
  found = outcome (import);
  found_domains = outcome (domains);
  g_assert_cmpstr (found, ==,
                   "1 192.0.2.9/24 L|2 192.0.2.0/255.255.255.0 L|3 192.0.2.9 N|"
                   "4 ::ffff:192.0.2.9 T");
  g_assert_cmpstr (found_domains, ==, "1 EXAMPLE.org L|2 example.net N|3 example.NET T");
}

static void
test_long_line (void)
{
  g_autofree char *text = g_strnfill (100000, 'x');
  g_autoptr (RowImport) import = row_import_read (text, FALSE, ROW_FORMAT_DETECT, 0);

  row_import_mark_doubles (import, none);
  g_assert_cmpuint (row_import_count (import, ROW_LINE_WRONG), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/row-import/lines", test_lines);
  g_test_add_func ("/row-import/addresses", test_addresses);
  g_test_add_func ("/row-import/mynetworks", test_mynetworks);
  g_test_add_func ("/row-import/table", test_table);
  g_test_add_func ("/row-import/csv", test_csv);
  g_test_add_func ("/row-import/doubles", test_doubles);
  g_test_add_func ("/row-import/long-line", test_long_line);
  return g_test_run ();
}
