/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/smtp/smtp-reply.h"

#include <string.h>

static char *
reply (SmtpReply id, const char *words)
{
  GString *output = g_string_new (NULL);
  smtp_reply_append (output, id, words);
  return g_string_free (output, FALSE);
}

/* Each row is whole: a code, a text, and an enhanced code of the same class, if any. */
static void
test_table (void)
{
  for (SmtpReply id = SMTP_REPLY_NONE + 1; id < SMTP_N_REPLIES; id++)
    {
      g_autofree char *line = reply (id, "words");
      guint code = smtp_reply_code (id);

      g_assert_cmpuint (code, >=, 200);
      g_assert_cmpuint (code, <=, 599);
      g_assert_true (g_str_has_suffix (line, "\r\n"));
      g_assert_cmpuint (strlen (line), >, 6);
      if (g_regex_match_simple ("^[0-9]{3} [0-9]\\.", line, 0, 0))
        g_assert_cmpint (line[4], ==, line[0]);
      else
        g_assert_true (code == 220 || code == 250 || code == 334 || code == 354);
    }
}

static void
test_nothing (void)
{
  g_autofree char *line = reply (SMTP_REPLY_NONE, "words");

  g_assert_cmpstr (line, ==, "");
}

static void
test_words (void)
{
  g_autofree char *denied = reply (SMTP_REPLY_DENIED, "Relaying denied: why");
  g_autofree char *queued = reply (SMTP_REPLY_QUEUED, "1a2b");
  g_autofree char *none = reply (SMTP_REPLY_QUEUED, NULL);

  g_assert_cmpstr (denied, ==, "550 5.7.1 Relaying denied: why\r\n");
  g_assert_cmpstr (queued, ==, "250 2.0.0 Ok: queued as 1a2b\r\n");
  g_assert_cmpstr (none, ==, "250 2.0.0 Ok: queued as \r\n");
}

/* Nothing in the words can end the line, and none is too long. */
static void
test_hostile_words (void)
{
  g_autofree char *line = reply (SMTP_REPLY_DENIED, "a\r\n250 b\tc\303\251%s");
  g_autofree char *many = g_strnfill (10000, 'x');
  g_autofree char *cut = reply (SMTP_REPLY_DENIED, many);

  g_assert_cmpstr (line, ==, "550 5.7.1 a??250 b?c??%s\r\n");
  g_assert_cmpuint (strlen (cut), ==, SMTP_REPLY_LINE_MAX);
  g_assert_true (g_str_has_suffix (cut, "x\r\n"));
}

static void
test_lines (void)
{
  g_autoptr (GString) output = g_string_new (NULL);

  smtp_reply_append_line (output, SMTP_REPLY_EXTENSIONS, "host", FALSE);
  smtp_reply_append_line (output, SMTP_REPLY_EXTENSIONS, "PIPELINING", TRUE);
  g_assert_cmpstr (output->str, ==, "250-host\r\n250 PIPELINING\r\n");
}

static void
test_client_errors (void)
{
  g_assert_true (smtp_reply_is_client_error (SMTP_REPLY_UNKNOWN_COMMAND));
  g_assert_true (smtp_reply_is_client_error (SMTP_REPLY_UNKNOWN_PARAMETER));
  g_assert_false (smtp_reply_is_client_error (SMTP_REPLY_DENIED));
  g_assert_false (smtp_reply_is_client_error (SMTP_REPLY_SENDER_OK));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/smtp-reply/table", test_table);
  g_test_add_func ("/smtp-reply/nothing", test_nothing);
  g_test_add_func ("/smtp-reply/words", test_words);
  g_test_add_func ("/smtp-reply/hostile-words", test_hostile_words);
  g_test_add_func ("/smtp-reply/lines", test_lines);
  g_test_add_func ("/smtp-reply/client-errors", test_client_errors);
  return g_test_run ();
}
