/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/bench/smtp-taker.h"

#include <string.h>

/* Feeds @text, of which one more byte is there at each look, as it may come through a socket.
 * Returns: (transfer full): the kinds and contents of what it was, a line each */
static char *
feed (const char *text)
{
  SmtpTaker taker = { 0 };
  GString *said = g_string_new (NULL);
  gsize start = 0;
  for (gsize end = 1; end <= strlen (text); end++)
    {
      SmtpTakerStep step = smtp_taker_next (&taker, text + start, end - start);
      if (step.kind == SMTP_TAKER_MORE)
        continue;
      static const char *const KINDS[] = { "more", "command", "chunk", "message", "end" };
      g_string_append_printf (said, "%s:%.*s|%s", KINDS[step.kind], (int) step.length, text + start,
                              step.reply);
      start += step.taken;
    }
  g_assert_cmpuint (start, ==, strlen (text));
  return g_string_free (said, FALSE);
}

static void
test_data (void)
{
  g_autofree char *said = feed ("MAIL FROM:<a@b>\r\nrcpt to:<c@d>\r\nDATA\r\nx: y\r\n\r\n.\r\n"
                                "DATA\r\n.\r\nWHAT\r\nQUIT\r\n");
  g_assert_cmpstr (said, ==,
                   "command:|250 OK\r\ncommand:|250 OK\r\ncommand:|354 go on\r\n"
                   "message:x: y\r\n\r\n|250 OK\r\n"
                   "command:|354 go on\r\nmessage:|250 OK\r\n"
                   "command:|500 not known\r\nend:|221 bye\r\n");
}

static void
test_chunks (void)
{
  g_autofree char *said = feed ("BDAT 5\r\nab\r\n.BDAT 3 LAST\r\n\r\n.");
  g_assert_cmpstr (said, ==,
                   "command:|chunk:ab\r\n.|250 OK\r\n"
                   "command:|message:\r\n.|250 OK\r\n");
}

/* What comes behind the end of a message at once is not a part of it. */
static void
test_group (void)
{
  static const char TEXT[] = "DATA\r\nx\r\n.\r\nMAIL FROM:<>\r\n";
  SmtpTaker taker = { 0 };
  SmtpTakerStep step = smtp_taker_next (&taker, TEXT, strlen (TEXT));
  gsize at = step.taken;
  step = smtp_taker_next (&taker, TEXT + at, strlen (TEXT) - at);
  g_assert_cmpint (step.kind, ==, SMTP_TAKER_MESSAGE);
  g_assert_cmpuint (step.length, ==, strlen ("x\r\n"));
  at += step.taken;
  step = smtp_taker_next (&taker, TEXT + at, strlen (TEXT) - at);
  g_assert_cmpint (step.kind, ==, SMTP_TAKER_COMMAND);
  g_assert_cmpuint (at + step.taken, ==, strlen (TEXT));
}

static char *
message_id (const char *text)
{
  gsize length = 0;
  const char *id = smtp_taker_message_id (text, strlen (text), &length);
  return id ? g_strndup (id, length) : NULL;
}

static void
test_message_id (void)
{
  g_autofree char *plain = message_id ("Subject: x\r\nMessage-ID: <a@b>\r\n\r\n");
  g_autofree char *small = message_id ("message-id:<a@b>\r\nSubject: x\r\n\r\n");
  g_autofree char *body = message_id ("Subject: x\r\n\r\nMessage-ID: <a@b>\r\n");
  g_autofree char *broken = message_id ("Message-ID: <a@b\r\n\r\n");
  g_assert_cmpstr (plain, ==, "<a@b>");
  g_assert_cmpstr (small, ==, "<a@b>");
  g_assert_null (body);
  g_assert_null (broken);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/smtp-taker/data", test_data);
  g_test_add_func ("/smtp-taker/chunks", test_chunks);
  g_test_add_func ("/smtp-taker/group", test_group);
  g_test_add_func ("/smtp-taker/message-id", test_message_id);
  return g_test_run ();
}
