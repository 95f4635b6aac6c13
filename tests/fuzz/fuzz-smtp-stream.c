/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/net/line-reader.h"
#include "servers/smtp/smtp-intake.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static const SmtpTerms terms = { .host_name = "mail.example.org",
                                 .message_size = 2000,
                                 .recipients = 5,
                                 .errors = 10,
                                 .offers_tls = TRUE,
                                 .authentication = AUTHENTICATION_USE_ALWAYS };

/* A conversation from bytes to replies, put together as smtp-conversation does it. */
typedef struct
{
  SmtpSession *session;
  SmtpIntake intake;
  LineReader lines;
  gboolean reads_content;
  gboolean is_closed;
  guint seed;       /* of the answers */
  GString *said;    /* (owned) what the client gets, and what is taken of it */
  GString *message; /* (owned) the one that comes */
} Talk;

static void perform (Talk *talk, SmtpStep step);

static void
collect (gpointer user, const char *bytes, gsize length)
{
  g_string_append_len (user, bytes, (gssize) length);
}

static void
begin_message (Talk *talk, SmtpFraming framing)
{
  const SmtpIntakeTerms intake_terms
      = { terms.message_size, { .date = "Date: now\r\n", .message_id = "Message-ID: <1@x>\r\n" } };
  g_string_truncate (talk->message, 0);
  smtp_intake_start (&talk->intake, framing, &intake_terms);
}

static void
end_intake (Talk *talk)
{
  talk->reads_content = FALSE;
  perform (talk, smtp_intake_end (&talk->intake, talk->session, &terms, collect, talk->message));
}

static void
begin_chunk (Talk *talk, const SmtpChunk *chunk)
{
  if (chunk->is_first)
    begin_message (talk, SMTP_FRAMING_CHUNKS);
  smtp_intake_take_chunk (&talk->intake, chunk);
  talk->reads_content = TRUE;
  if (smtp_intake_is_complete (&talk->intake))
    end_intake (talk);
}

/* What is taken is a message that any host may get: lines that end in CR LF, and nothing else in
 * them that ends one. */
static void
take_message (Talk *talk)
{
  const char *bytes = talk->message->str;
  gsize length = talk->message->len;
  g_assert_cmpuint (length, >=, 2);
  g_assert_true (g_str_has_suffix (bytes, "\r\n"));
  for (gsize i = 0; i < length; i++)
    {
      g_assert_true (bytes[i] != '\n' || (i > 0 && bytes[i - 1] == '\r'));
      g_assert_true (bytes[i] != '\r' || bytes[i + 1] == '\n');
      g_assert_true (bytes[i] != '\0');
    }
  g_string_append_printf (talk->said, "taken for %u: ", talk->session->transaction.recipients->len);
  g_string_append_len (talk->said, bytes, (gssize) length);
}

static void
find_answer (Talk *talk, SmtpQuestion question)
{
  SmtpAnswer given = { talk->seed % 4 ? SMTP_ANSWER_YES : SMTP_ANSWER_REFUSED, "words" };
  talk->seed = talk->seed * 1103515245 + 12345;
  if (question == SMTP_QUESTION_MESSAGE)
    take_message (talk);
  perform (talk, smtp_session_answer (talk->session, &terms, &given));
}

static void
perform (Talk *talk, SmtpStep step)
{
  g_string_append_len (talk->said, step.reply, (gssize) step.length);
  talk->lines.limit = smtp_session_line_max (talk->session);
  switch (step.kind)
    {
    case SMTP_STEP_REPLY:
      break;
    case SMTP_STEP_ASK:
      find_answer (talk, step.question);
      break;
    case SMTP_STEP_CONTENT:
      begin_message (talk, SMTP_FRAMING_DOTS);
      talk->reads_content = TRUE;
      break;
    case SMTP_STEP_CHUNK:
      begin_chunk (talk, &step.chunk);
      break;
    case SMTP_STEP_START_TLS:
      smtp_session_secured (talk->session);
      talk->lines.limit = smtp_session_line_max (talk->session);
      break;
    case SMTP_STEP_CLOSE:
      talk->is_closed = TRUE;
      break;
    }
}

static gsize
read_content (Talk *talk, const char *bytes, gsize length)
{
  gsize taken = smtp_intake_feed (&talk->intake, bytes, length, collect, talk->message);
  if (smtp_intake_is_complete (&talk->intake))
    end_intake (talk);
  return taken;
}

static gsize
read_line (Talk *talk, const char *bytes, gsize length)
{
  Line line = line_reader_next (&talk->lines, bytes, length);
  g_assert_cmpuint (line.taken, <=, length);
  if (line.kind == LINE_WHOLE)
    perform (talk, smtp_session_feed (talk->session, &terms, line.text, line.length));
  else if (line.kind != LINE_PARTIAL)
    perform (talk, smtp_session_feed_fault (talk->session, &terms,
                                            line.kind == LINE_TOO_LONG ? SMTP_REPLY_LINE_TOO_LONG
                                                                       : SMTP_REPLY_LINE_BROKEN));
  return line.taken;
}

/* Returns: (transfer full): all that came of the bytes, which the network brings in pieces */
static GString *
converse (const char *bytes, gsize length, gsize piece, guint seed)
{
  g_autoptr (SmtpSession) session = smtp_session_new ();
  g_autoptr (GString) message = g_string_new (NULL);
  Talk talk = { .session = session, .seed = seed, .said = g_string_new (NULL), .message = message };
  gsize at = 0, end = 0;
  perform (&talk, smtp_session_begin (session, FALSE));
  while (end < length && !talk.is_closed)
    {
      end += MIN (piece, length - end);
      gsize step = 1;
      while (at < end && !talk.is_closed && step > 0)
        {
          step = talk.reads_content ? read_content (&talk, bytes + at, end - at)
                                    : read_line (&talk, bytes + at, end - at);
          at += step;
        }
    }
  return talk.said;
}

/* Bytes of a client: however the network cuts them, the replies and the messages are the same. The
 * first byte is how, the second the seed of the answers. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  if (size < 2)
    return 0;
  const char *bytes = (const char *) data + 2;
  g_autoptr (GString) whole = converse (bytes, size - 2, G_MAXSIZE, data[1]);
  g_autoptr (GString) cut = converse (bytes, size - 2, 1 + data[0] % 8, data[1]);
  g_assert_cmpmem (whole->str, whole->len, cut->str, cut->len);
  return 0;
}
