/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdint.h>

#include "servers/smtp/smtp-session.h"

#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static const SmtpTerms terms = { .host_name = "mail.example.org",
                                 .message_size = 1000,
                                 .recipients = 3,
                                 .errors = 20,
                                 .offers_tls = TRUE,
                                 .authentication = AUTHENTICATION_USE_ALWAYS };

/* A reply is whole lines that hold nothing but printable ASCII. */
static void
check_reply (const SmtpStep *step)
{
  g_assert_cmpuint (step->length, >=, 6);
  g_assert_true (g_str_has_suffix (step->reply, "\r\n"));
  g_auto (GStrv) lines = g_strsplit (step->reply, "\r\n", 0);
  for (guint i = 0; lines[i + 1]; i++)
    {
      g_assert_true (g_ascii_isdigit (lines[i][0]) && (lines[i][3] == ' ' || lines[i][3] == '-'));
      g_assert_cmpuint (strlen (lines[i]) + 2, <=, SMTP_REPLY_LINE_MAX);
      for (const char *c = lines[i]; *c; c++)
        g_assert_true (g_ascii_isprint (*c));
    }
}

/* Lines end in LF here: each is a command, or, while content is expected or a handshake is under
 * way, the answer to how that ended. */
static SmtpStep
feed_line (SmtpSession *session, const char *line, gsize length)
{
  SmtpContentFault fault
      = length > 0 ? (guint8) line[0] % (SMTP_CONTENT_LOOP + 1) : SMTP_CONTENT_GOOD;
  if (session->state == SMTP_STATE_CONTENT)
    return smtp_session_content_ended (session, &terms, fault);
  if (session->state == SMTP_STATE_CHUNK)
    return smtp_session_chunk_ended (session, &terms, fault, length);
  if (session->state == SMTP_STATE_SECURING)
    smtp_session_secured (session);
  return smtp_session_feed (session, &terms, line, length);
}

/* The first byte is the seed of the answers. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  if (size < 1)
    return 0;

  const char *at = (const char *) data + 1, *end = (const char *) data + size;
  guint seed = data[0];
  g_autoptr (SmtpSession) session = smtp_session_new ();
  SmtpStep step = smtp_session_begin (session, FALSE);
  for (;;)
    {
      while (step.kind == SMTP_STEP_ASK)
        {
          SmtpAnswer answer = { seed % 3 ? SMTP_ANSWER_YES : seed % SMTP_N_ANSWERS, "words" };
          seed = seed * 5 + 1;
          step = smtp_session_answer (session, &terms, &answer);
        }
      if (step.kind != SMTP_STEP_CHUNK)
        check_reply (&step);
      if (step.kind == SMTP_STEP_CLOSE || at >= end)
        return 0;

      const char *line_end = memchr (at, '\n', (gsize) (end - at));
      if (!line_end)
        line_end = end;
      /* A copy of its very length, so that a read beyond the end is seen; an empty one has a place,
       * too. */
      gsize length = (gsize) (line_end - at);
      g_autofree char *line = memcpy (g_malloc (MAX (length, 1)), at, length);
      step = feed_line (session, line, length);
      at = line_end + 1;
    }
}
