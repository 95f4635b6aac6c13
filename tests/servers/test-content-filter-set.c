/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/filter/content-filter-set.h"

#include <string.h>

#define THREADS 4
#define ROUNDS 200

static ContentFilterSet *
set_of (const char *rows)
{
  g_autoptr (Settings) settings = settings_new_default ();

  g_strfreev (settings->smtp.filters);
  settings->smtp.filters = g_strsplit (rows, "|", 0);
  return content_filter_set_new (settings);
}

static FilterVerdict
apply (const ContentFilterSet *set, const char *sender, const char *content)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (content, strlen (content));

  return content_filter_set_apply (set, sender, bytes);
}

/* @expected: the row that catches the message; "": it is kept because it can't be read; %NULL: it is
 * delivered */
static void
check_from (const char *rows, const char *sender, const char *content, const char *expected)
{
  g_autoptr (ContentFilterSet) set = set_of (rows);
  FilterVerdict verdict = apply (set, sender, content);

  g_test_message ("%s: %.60s", rows, content);
  g_assert_cmpstr (verdict.is_caught ? verdict.row : NULL, ==, expected);
  if (expected == NULL)
    return;
  g_assert_cmpint (verdict.action, ==,
                   g_str_has_prefix (expected, "discard") ? FILTER_ACTION_DISCARD
                                                          : FILTER_ACTION_KEEP);
  g_autofree char *reason = content_filter_verdict_to_reason (&verdict);
  g_assert_true (g_str_has_prefix (reason, "filter: "));
  g_assert_nonnull (strstr (reason, *expected != '\0' ? expected : "can't be read whole"));
}

static void
check (const char *rows, const char *content, const char *expected)
{
  check_from (rows, "joe@example.org", content, expected);
}

/* One row, that catches the message or does not. */
static void
check_row (const char *row, const char *content, gboolean is_caught)
{
  check (row, content, is_caught ? row : NULL);
}

static void
test_order (void)
{
  const char *content = "Subject: an offer\r\nContent-Type: text/html\r\n\r\nx\r\n";

  g_autoptr (ContentFilterSet) empty = set_of ("");
  g_assert_true (content_filter_set_is_empty (empty));
  g_assert_false (apply (empty, "", content).is_caught);
  check ("keep subject *offer*|discard type text/html", content, "keep subject *offer*");
  check ("discard type text/html|keep subject *offer*", content, "discard type text/html");
  check ("keep subject offer|discard type text/plain", content, NULL);
  check ("keep subject x*|discard type TEXT/*", content, "discard type TEXT/*");
}

static void
test_originator (void)
{
  const char *row = "keep originator *@example.net";

  check_from (row, "ann@example.net", "\r\n", row);
  check_from (row, "ann@EXAMPLE.net", "\r\n", row);
  check_from (row, "", "\r\n", NULL);
  check_row (row, "From: ann@example.net\r\n\r\n", TRUE);
  check_row (row, "From: \"a@example.org\" <ann@example.net>\r\n\r\n", TRUE);
  check_row (row, "From: =?utf-8?q?Ann?= (comment)\r\n <ann\r\n @example.net>\r\n\r\n", TRUE);
  check_row (row, "From: x@example.org, ann@example.net\r\n\r\n", TRUE);
  check_row (row, "From: list: x@example.org, ann@example.net;\r\n\r\n", TRUE);
  check_row (row, "From: x@example.org\r\nFrom: ann@example.net\r\n\r\n", TRUE);
  check_row (row, "sender: ann@example.net\r\n\r\n", TRUE);
  check_row (row, "Reply-To: ann@example.net\r\n\r\n", TRUE);
  check_row (row, "From: ann@example.net <x@example.org>\r\n\r\n", FALSE);
  check_row (row, "To: ann@example.net\r\n\r\n", FALSE);
  check_row (row, "\r\nFrom: ann@example.net\r\n", FALSE);
  check_row ("keep originator *spam*", "From: spam\r\n\r\n", TRUE);
}

static void
test_subject (void)
{
  check_row ("keep subject *gro\xc3\x9f*", "Subject: =?iso-8859-1?q?gro=DFes?= Angebot\r\n\r\n",
             TRUE);
  check_row ("keep subject an offer", "Subject: an\r\n\toffer \r\n\r\n", TRUE);
  check_row ("keep subject an offer", "Subject:  an  =?utf-8?b?b2Zm?=\r\n =?utf-8?b?ZXI=?=\r\n\r\n",
             TRUE);
  check_row ("keep subject an offer",
             "Subject: =?utf-8?b?YW4gbw==?=\r\n =?utf-8?B?ZmZlcg==?=\r\n\r\n", TRUE);
  check_row ("keep subject *\xc3\xa4*", "Subject: =?utf-8?b?YcM=?= =?utf-8?b?pA==?=\r\n\r\n", TRUE);
  check_row ("keep subject *offer*", "Subject: x\r\nSubject: offer\r\n\r\n", TRUE);
  check_row ("keep subject *\xc3\xa4*", "Subject: raw \xe4\r\n\r\n", TRUE);
  check_row ("keep subject *\xc3\xa4*", "Subject: utf-8 \xc3\xa4\r\n\r\n", TRUE);
  check_row ("keep subject *", "\r\nno subject\r\n", FALSE);
  check_row ("keep subject *offer*", "\r\nSubject: offer\r\n", FALSE);
  check_row ("keep subject *offer*", "nonsense\r\nSubject: offer\r\n\r\n", TRUE);
  check_row ("keep subject *offer*", "Content-Type: message/rfc822\r\n\r\nSubject: offer\r\n\r\n",
             FALSE);
}

#define MULTIPART                                                                                  \
  "Content-Type: multipart/mixed; boundary=\"b b\"\r\n\r\n--b b\r\n\r\ntext\r\n--b b\r\n"

static void
test_attachment (void)
{
  const char *row = "discard attachment *.exe";

  check_row (row, MULTIPART "Content-Disposition: attachment; filename=\"a b.EXE\"\r\n\r\n", TRUE);
  check_row (row, MULTIPART "Content-Type: a/b; name=x.exe\r\n\r\nx\r\n--b b--\r\n", TRUE);
  check_row (
      row, MULTIPART "content-disposition : inline;\r\n filename*0=\"x.\"; filename*1=exe\r\n\r\n",
      TRUE);
  check_row (row, MULTIPART "Content-Disposition: x; filename*=utf-8''x%2E%65xe\r\n\r\n", TRUE);
  check_row (row, MULTIPART "Content-Disposition: x; filename=\"=?utf-8?q?x=2Eexe?=\"\r\n\r\n",
             TRUE);
  check_row (row,
             MULTIPART "Content-Disposition: x; "
                       "filename=\"=?utf-8?b?eA==?= =?utf-8?b?LmV4ZQ==?=\"\r\n\r\n",
             TRUE);
  check_row (row,
             MULTIPART "Content-Type: a/b; name=x.txt\r\nContent-Type: a/b; name=x.exe\r\n\r\n",
             TRUE);
  check_row (row,
             MULTIPART "Content-Disposition: x; filename=x.txt\r\n"
                       "Content-Disposition: x; filename=x.exe\r\n\r\n",
             TRUE);
  check_row (row, MULTIPART "Content-Disposition: x; filename=\"x.exe. .\"\r\n\r\n", TRUE);
  check_row (row, MULTIPART "nonsense\r\nContent-Type: a/b; name=x.exe\r\n\r\n", TRUE);
  check_row (row, "Content-Type: a/b; name=x.exe\r\n\r\n", TRUE);
  check_row (row, "Content-Type: a/b; name=x.exe", TRUE);
  check_row (row,
             MULTIPART "Content-Type: message/rfc822\r\n\r\nnonsense\r\n" MULTIPART
                       "Content-Type: a/b; name=x.exe\r\n\r\n",
             TRUE);
  check_row (row,
             MULTIPART "Content-Type: message/rfc822\r\n\r\nContent-Type: a/b; name=x.exe\r\n\r\n",
             TRUE);
  check_row (row,
             "Content-Type: multipart/digest; boundary=b\r\n\r\n--b\r\n\r\nSubject: x\r\n"
             "Content-Type: a/b; name=x.exe\r\n\r\n",
             TRUE);
  check_row (row, MULTIPART "Content-Type: a/b\r\n\r\nContent-Type: a/b; name=x.exe\r\n", FALSE);
  check_row (row, MULTIPART "Content-Type: a/b; name=x.exe.txt\r\n\r\n", FALSE);
  check_row (row, MULTIPART "Content-Disposition: attachment\r\n\r\n", FALSE);
}

/* Other programs may find parts where the parser finds none. */
static void
test_hidden_parts (void)
{
  static const char part[] = "\r\n--b\r\nContent-Type: a/b; name=x.exe\r\n\r\nx\r\n--b--\r\n";
  static const struct
  {
    const char *header, *expected;
  } rows[] = {
    { "Content-Type: multipart/mixed; boundary=b\r\n", "discard attachment *.exe" },
    { "Content-Type: multipart/mixed\r\n", "" },
    { "Content-Type: multipart/mixed; boundary=c; boundary=b\r\n", "" },
    { "Content-Type: multipart/mixed; boundary=b\r\nContent-Type: multipart/mixed; boundary=c\r\n",
      "" },
    { "Content-Type: Multipart/Mixed; boundary=b\r\nContent-Type: text/plain\r\n", "" },
    { "Content-Type: text/plain\r\nContent-Type: text/html\r\n", NULL },
    { "Content-Type: text/plain\r\n", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *content = g_strconcat (rows[i].header, part, NULL);

      check ("discard attachment *.exe", content, rows[i].expected);
    }
}

static void
test_type (void)
{
  check_row ("keep type application/*", MULTIPART "Content-Type: Application/PDF\r\n\r\n", TRUE);
  check_row ("keep type text/plain", "\r\nx\r\n", TRUE);
  check_row ("keep type text/plain", MULTIPART "Content-Type: a/b\r\n\r\n", TRUE);
  check_row ("keep type multipart/*", MULTIPART "Content-Type: a/b\r\n\r\n", TRUE);
  check_row ("keep type text/html", "Content-Type: text/html; charset=x\r\n\r\n", TRUE);
  check_row ("keep type text/html", "Content-Type: text/plain\r\nContent-Type: text/html\r\n\r\n",
             TRUE);
  check_row ("keep type text/html",
             "Content-Type: message/rfc822\r\n\r\nContent-Type: text/html\r\n\r\n", TRUE);
  check_row ("keep type text/html", "Content-Type: text/htmlx\r\n\r\n", FALSE);
  check_row ("keep type text/html", "Content-Type: ;;;\r\n\r\n", FALSE);
  check_row ("keep type application/octet-stream", "Content-Type: nonsense\r\n\r\n", TRUE);
}

static char *
repeat (const char *start, const char *again, guint times)
{
  g_autoptr (GString) content = g_string_new (start);

  for (guint i = 0; i < times; i++)
    g_string_append (content, again);
  return g_string_free (g_steal_pointer (&content), FALSE);
}

static char *
nest (guint depth)
{
  g_autoptr (GString) content = g_string_new (NULL);

  for (guint i = 0; i < depth; i++)
    g_string_append_printf (content, "Content-Type: multipart/mixed; boundary=b%u\r\n\r\n--b%u\r\n",
                            i, i);
  g_string_append (content, "Content-Type: a/b; name=x.exe\r\n\r\n");
  return g_string_free (g_steal_pointer (&content), FALSE);
}

/* What can't be read whole is kept, unless a row has caught it already. */
static void
test_bombs (void)
{
  static const struct
  {
    const char *start, *again;
    guint times;
    const char *expected;
  } rows[] = {
    { "Content-Type: multipart/mixed; boundary=b\r\n\r\n", "--b\r\n\r\n", 1000000, "" },
    { "", "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n", 100000, "" },
    { "", "Content-Type: message/rfc822\r\n\r\n", 1000000, "" },
    { "From: ", "a:", 4000000, "" },
    { "From: ", "a:\r\n ", 1000000, "" },
    { "From: ", "(", 4000000, "" },
    { "From: ", "a@b.c,\r\n ", 1000000, "" },
    { "To: ", "a:", 4000000, NULL },
    { "Subject: ", "=?utf-8?q?a?=\r\n ", 500000, "" },
    { "Content-Type: a/b", ";\r\n name*1=x", 500000, "" },
    { "", "X: y\r\n", 4000000, NULL },
    { "\r\n", "plain text\r\n", 2000000, NULL },
    { "Content-Type: message/rfc822\r\n\r\nTo: ", "a:", 1000000, NULL },
    { "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n", "eHh4\r\n", 10,
      "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *content = repeat (rows[i].start, rows[i].again, rows[i].times);

      check ("discard attachment *.exe|keep originator *@example.net", content, rows[i].expected);
      check_from ("discard originator ann@*", "ann@example.net", content,
                  "discard originator ann@*");
    }
}

static void
test_depth (void)
{
  g_autofree char *shallow = nest (50);
  g_autofree char *deep = nest (51);

  check ("discard attachment *.exe", shallow, "discard attachment *.exe");
  check ("discard attachment *.exe", deep, "");
}

static gpointer
apply_often (gpointer data)
{
  for (guint i = 0; i < ROUNDS; i++)
    {
      FilterVerdict verdict
          = apply (data, "joe@example.org", "Subject: =?iso-8859-1?q?gro=DFes?= Angebot\r\n\r\n");

      g_assert_true (verdict.is_caught);
    }
  return NULL;
}

static void
test_threads (void)
{
  g_autoptr (ContentFilterSet) set = set_of ("keep attachment x|keep subject gro\xc3\x9f*");
  GThread *threads[THREADS];

  for (guint i = 0; i < THREADS; i++)
    threads[i] = g_thread_new ("filter", apply_often, set);
  for (guint i = 0; i < THREADS; i++)
    g_thread_join (threads[i]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/content-filter-set/threads", test_threads);
  g_test_add_func ("/content-filter-set/order", test_order);
  g_test_add_func ("/content-filter-set/originator", test_originator);
  g_test_add_func ("/content-filter-set/subject", test_subject);
  g_test_add_func ("/content-filter-set/attachment", test_attachment);
  g_test_add_func ("/content-filter-set/hidden-parts", test_hidden_parts);
  g_test_add_func ("/content-filter-set/type", test_type);
  g_test_add_func ("/content-filter-set/bombs", test_bombs);
  g_test_add_func ("/content-filter-set/depth", test_depth);
  return g_test_run ();
}
