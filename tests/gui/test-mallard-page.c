/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/help/mallard-page.h"

#include <glib/gstdio.h>

#define PAGE(body) "<page xmlns='http://projectmallard.org/1.0/' id='x'>" body "</page>"

/* The blocks as one text: a letter for the kind, the markup, a bar. */
static char *
read_page (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MallardPage) page = mallard_page_parse (text, -1, &error);
  GString *read = g_string_new (NULL);

  g_assert_no_error (error);
  g_string_append_printf (read, "%s|", page->title);
  for (guint i = 0; i < page->blocks->len; i++)
    {
      const MallardBlock *block = page->blocks->pdata[i];

      g_string_append_printf (read, "%c%.0u%s|", "TPDISNC"[block->kind], block -> number,
                              block -> markup);
    }
  return g_string_free (read, FALSE);
}

static void
assert_reads (const char *text, const char *expected)
{
  g_autofree char *read = read_page (text);

  g_assert_cmpstr (read, ==, expected);
}

static void
test_paragraphs (void)
{
  assert_reads (
      PAGE ("<info><desc>Not shown.</desc></info><title>A &amp; B</title>\n<p>one\n   two</p>"),
      "A & B|Pone two|");
  assert_reads (PAGE ("<title>A</title><section><title>Part</title><p>x &lt; y</p></section>"),
                "A|TPart|Px &lt; y|");
  assert_reads (PAGE ("<title>A</title><screen>a\n  b</screen><note><p>Mind.</p></note>"),
                "A|Ca\n  b|NMind.|");
}

static void
test_lists (void)
{
  assert_reads (PAGE ("<title>A</title><list><item><p>a</p></item><item><p>b</p></item></list>"),
                "A|Ia|Ib|");
  assert_reads (PAGE ("<title>A</title><steps><item><p>a</p></item><item><p>b</p></item></steps>"
                      "<p>-</p><steps><item><p>c</p></item></steps>"),
                "A|S1a|S2b|P-|S1c|");
  assert_reads (
      PAGE ("<title>A</title><terms><item><title>All</title><p>a</p><p>b</p></item></terms>"),
      "A|DAll|Ia|Ib|");
}

static void
test_words_within (void)
{
  assert_reads (PAGE ("<title>A</title><p>Press <keyseq><key>Shift</key><key>F10</key></keyseq> or "
                      "<key>F5</key> in <gui>SMTP</gui>,"
                      " see <link xref='queue'>Queue</link>.</p>"),
                "A|PPress <b>Shift</b>+<b>F10</b> or <b>F5</b> in <b>SMTP</b>, see <a "
                "href=\"queue\">Queue</a>.|");
}

static void
test_broken_page (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (mallard_page_parse ("<page><title>A</page>", -1, &error));
  g_assert_nonnull (error);
}

static void
test_languages (void)
{
  g_autofree char *folder = g_dir_make_tmp ("postern-help-XXXXXX", NULL);
  g_autofree char *english = g_build_filename (folder, "C", NULL);
  g_autofree char *german = g_build_filename (folder, "de", NULL);
  g_autofree char *one = g_build_filename (english, "one.page", NULL);
  g_autofree char *two = g_build_filename (english, "two.page", NULL);
  g_autofree char *eins = g_build_filename (german, "one.page", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_no_errno (g_mkdir (english, 0700));
  g_assert_no_errno (g_mkdir (german, 0700));
  g_assert_true (g_file_set_contents (one, PAGE ("<title>One</title>"), -1, NULL));
  g_assert_true (g_file_set_contents (two, PAGE ("<title>Two</title>"), -1, NULL));
  g_assert_true (g_file_set_contents (eins, PAGE ("<title>Eins</title>"), -1, NULL));
  g_setenv ("POSTERN_HELP_DIR", folder, TRUE);
  g_setenv ("LANGUAGE", "de", TRUE);
  g_setenv ("LC_ALL", "C.UTF-8", TRUE);

  g_autoptr (MallardPage) first = mallard_page_load ("one", &error);
  g_autoptr (MallardPage) second = mallard_page_load ("two", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (first->title, ==, "Eins");
  g_assert_cmpstr (second->title, ==, "Two");
  g_assert_null (mallard_page_load ("three", &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
  g_clear_error (&error);
  g_assert_null (mallard_page_load ("../C/one", &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);

  const char *files[] = { one, two, eins, english, german, folder };
  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    g_assert_no_errno (g_remove (files[i]));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mallard-page/paragraphs", test_paragraphs);
  g_test_add_func ("/mallard-page/lists", test_lists);
  g_test_add_func ("/mallard-page/words-within", test_words_within);
  g_test_add_func ("/mallard-page/broken-page", test_broken_page);
  g_test_add_func ("/mallard-page/languages", test_languages);
  return g_test_run ();
}
