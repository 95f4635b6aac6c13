/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/smtp/smtp-session.h"

#include "servers/smtp/smtp-authentication.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* A line that begins so is none of the client's: what happens on our side. */
#define OUR_SIDE '\001'

/* What a conversation has come to, told by nothing but questions, answers and steps. */
typedef struct
{
  SmtpSession *session;
  SmtpTerms terms;
  guint seed;            /* of the answers */
  GHashTable *granted;   /* (owned) (element-type char*) recipients that YES was said to */
  gboolean is_sender_in; /* YES was said to the sender */
  gboolean is_logged_on; /* to the credentials, since TLS began */
  guint messages;
} Talk;

/* --- What is always true --- */

/* A reply is whole lines of one code that hold nothing but printable ASCII. */
static void
check_reply (const SmtpStep *step)
{
  g_assert_cmpuint (step->length, >=, 6);
  g_assert_true (g_str_has_suffix (step->reply, "\r\n"));
  g_auto (GStrv) lines = g_strsplit (step->reply, "\r\n", 0);
  for (guint i = 0; lines[i + 1]; i++)
    {
      gboolean is_last = lines[i + 2] == NULL;
      g_assert_true (g_ascii_isdigit (lines[i][0]) && strchr ("2345", lines[i][0]) != NULL);
      g_assert_true (strncmp (lines[i], lines[0], 3) == 0);
      g_assert_cmpint (lines[i][3], ==, is_last ? ' ' : '-');
      g_assert_cmpuint (strlen (lines[i]) + 2, <=, SMTP_REPLY_LINE_MAX);
      for (const char *c = lines[i]; *c; c++)
        g_assert_true (g_ascii_isprint (*c));
    }
}

/* Nobody is a recipient but who was let through. */
static void
check_recipients (const Talk *talk)
{
  const SmtpTransaction *transaction = &talk->session->transaction;
  for (guint i = 0; i < transaction->recipients->len; i++)
    g_assert_true (
        g_hash_table_contains (talk->granted, smtp_transaction_recipient (transaction, i)->text));
  g_assert_true (transaction->recipients->len == 0
                 || (talk->is_sender_in && transaction->sender != NULL));
  g_assert_true (talk->session->user == NULL || talk->is_logged_on);
}

static void
check_limits (const Talk *talk)
{
  g_assert_cmpuint (talk->session->idle_commands, <=, SMTP_SESSION_IDLE_COMMANDS_MAX + 1);
  g_assert_cmpuint (talk->session->failed_log_ons, <=, SMTP_SESSION_LOG_ONS_MAX);
}

/* What may be asked at all. */
static void
check_question (const Talk *talk, SmtpQuestion question)
{
  const SmtpSession *session = talk->session;
  gboolean is_bare = talk->terms.needs_tls && !session->is_secured;
  switch (question)
    {
    case SMTP_QUESTION_GREET:
      break;
    case SMTP_QUESTION_CREDENTIALS:
      g_assert_true (session->helo != NULL && session->user == NULL && !is_bare);
      g_assert_cmpuint (strlen (session->sasl.user), <=, SASL_USER_MAX);
      break;
    case SMTP_QUESTION_SENDER:
      g_assert_true (session->helo != NULL && !is_bare);
      break;
    case SMTP_QUESTION_RECIPIENT:
      g_assert_true (talk->is_sender_in && !is_bare);
      g_assert_cmpuint (session->transaction.recipients->len, <, talk->terms.recipients);
      break;
    case SMTP_QUESTION_MESSAGE:
      g_assert_cmpuint (session->transaction.recipients->len, >, 0);
      break;
    }
}

/* --- Our side --- */

static void
note_yes (Talk *talk, SmtpQuestion question)
{
  if (question == SMTP_QUESTION_SENDER)
    {
      g_hash_table_remove_all (talk->granted);
      talk->is_sender_in = TRUE;
    }
  if (question == SMTP_QUESTION_RECIPIENT)
    g_hash_table_add (talk->granted,
                      mail_address_to_string (talk->session->transaction.candidate.recipient));
  if (question == SMTP_QUESTION_CREDENTIALS)
    talk->is_logged_on = TRUE;
  talk->messages += question == SMTP_QUESTION_MESSAGE;
}

/* Answers until there is something to say. */
static SmtpStep
answer (Talk *talk, SmtpStep step)
{
  while (step.kind == SMTP_STEP_ASK)
    {
      SmtpQuestion question = step.question;
      SmtpAnswer given
          = { talk->seed % 3 ? SMTP_ANSWER_YES : (talk->seed >> 8) % SMTP_N_ANSWERS, "w\r\n\377" };
      gboolean is_yes = given.kind == SMTP_ANSWER_YES;
      check_question (talk, question);
      if (is_yes)
        note_yes (talk, question);
      talk->seed = talk->seed * 1103515245 + 12345;
      step = smtp_session_answer (talk->session, &talk->terms, &given);
      g_assert_true (step.kind == SMTP_STEP_REPLY || step.kind == SMTP_STEP_CLOSE);
      g_assert_cmpint (step.reply[0] == '2', ==, is_yes);
    }
  return step;
}

/* Settings change, a line is none, the server stops. */
static SmtpStep
our_side (Talk *talk, const char *what, gsize length, SmtpStep last)
{
  guint8 deed = length > 0 ? (guint8) what[0] : 0, value = length > 1 ? (guint8) what[1] : 0;
  switch (deed % 4)
    {
    case 0:
      talk->terms.offers_tls = value & 1;
      talk->terms.needs_tls = (value & 2) != 0;
      talk->terms.authentication = (value >> 2) % (AUTHENTICATION_USE_ALWAYS + 1);
      talk->terms.recipients = 1 + (value >> 4);
      talk->terms.message_size = value * 10;
      return last;
    case 1:
      return smtp_session_feed_fault (talk->session, &talk->terms,
                                      value & 1 ? SMTP_REPLY_LINE_BROKEN
                                                : SMTP_REPLY_LINE_TOO_LONG);
    case 2:
      return smtp_session_interrupt (talk->session, &talk->terms,
                                     value & 1 ? SMTP_REPLY_INACTIVE : SMTP_REPLY_STOPPING);
    default:
      talk->seed ^= value * 2654435761u;
      return last;
    }
}

static void
secure (Talk *talk)
{
  smtp_session_secured (talk->session);
  g_hash_table_remove_all (talk->granted);
  talk->is_sender_in = talk->is_logged_on = FALSE;
  g_assert_null (talk->session->helo);
  g_assert_null (talk->session->user);
  g_assert_null (talk->session->transaction.sender);
}

/* A line that is a fault in content is refused, and asks nothing. */
static SmtpStep
end_content (Talk *talk, SmtpContentFault fault, gsize length)
{
  SmtpSession *session = talk->session;
  gboolean is_chunk = session->state == SMTP_STATE_CHUNK;
  gboolean is_wanted = !is_chunk || session->chunk.is_wanted;
  SmtpStep step = is_chunk ? smtp_session_chunk_ended (session, &talk->terms, fault, length)
                           : smtp_session_content_ended (session, &talk->terms, fault);
  if (!is_wanted || fault != SMTP_CONTENT_GOOD)
    g_assert_true (step.kind != SMTP_STEP_ASK && step.reply[0] >= '4');
  return step;
}

/* Lines end in LF here: each is a command, or, while content is expected or a handshake is under
 * way, the answer to how that ended. */
static SmtpStep
feed_line (Talk *talk, const char *line, gsize length, SmtpStep last)
{
  SmtpSession *session = talk->session;
  SmtpContentFault fault
      = length > 0 ? (guint8) line[0] % (SMTP_CONTENT_LOOP + 1) : SMTP_CONTENT_GOOD;
  gboolean is_content = session->state == SMTP_STATE_CONTENT || session->state == SMTP_STATE_CHUNK;
  if (length > 0 && line[0] == OUR_SIDE && !is_content && session->state != SMTP_STATE_SECURING)
    return our_side (talk, line + 1, length - 1, last);
  if (is_content)
    return end_content (talk, fault, length);
  if (session->state == SMTP_STATE_SECURING)
    secure (talk);
  return smtp_session_feed (session, &talk->terms, line, length);
}

/* Everything that the client and the world do, one line after the other. */
static void
converse (Talk *talk, const char *at, const char *end)
{
  SmtpStep step = smtp_session_begin (talk->session, talk->seed & 1);
  for (;;)
    {
      step = answer (talk, step);
      if (step.kind != SMTP_STEP_CHUNK)
        check_reply (&step);
      check_limits (talk);
      if (step.kind == SMTP_STEP_CLOSE || at >= end)
        return;
      check_recipients (talk);

      const char *line_end = memchr (at, '\n', (gsize) (end - at));
      if (!line_end)
        line_end = end;
      /* A copy of its very length, so that a read beyond the end is seen; an empty one has a place,
       * too. */
      gsize length = (gsize) (line_end - at);
      g_autofree char *line = memcpy (g_malloc (MAX (length, 1)), at, length);
      step = feed_line (talk, line, length, step);
      at = line_end + 1;
    }
}

/* The first byte is the seed of the answers. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  if (size < 1)
    return 0;
  g_autoptr (SmtpSession) session = smtp_session_new ();
  g_autoptr (GHashTable) granted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Talk talk = { .session = session,
                .terms = { .host_name = "mail.example.org",
                           .message_size = 1000,
                           .recipients = 3,
                           .errors = 20,
                           .offers_tls = TRUE,
                           .authentication = AUTHENTICATION_USE_ALWAYS },
                .seed = data[0],
                .granted = granted };
  converse (&talk, (const char *) data + 1, (const char *) data + size);
  return 0;
}
