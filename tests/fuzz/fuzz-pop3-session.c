/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdint.h>
#include <string.h>

#include "servers/pop3/pop3-session.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

#define MESSAGES 3

/* A line that begins so is none of the client's: what happens on our side. */
#define OUR_SIDE '\001'

/* What a conversation has come to, told by nothing but lines, questions, answers and replies. */
typedef struct
{
  Pop3Session *session;
  MaildropListing *listing;
  Pop3Terms terms;
  guint8 answers; /* bits */
  gboolean is_logged_on;
  gboolean is_secure;
  gboolean is_marked[MESSAGES]; /* DELE was answered +OK, and RSET was not */
} Talk;

/* --- What is always true --- */

/* Every reply is whole lines, the first of which says how it went; one of several ends in a dot. */
static void
check_reply (const Pop3Step *step)
{
  const char *reply = step->reply;
  if (step->length == 0)
    return;
  g_assert_true (g_str_has_suffix (reply, "\r\n"));
  g_assert_true (g_str_has_prefix (reply, "+OK") || g_str_has_prefix (reply, "-ERR ")
                 || g_str_has_prefix (reply, "+ "));
  for (const char *at = reply; *at != '\0'; at++)
    {
      g_assert_true (g_ascii_isprint (*at) || *at == '\r' || *at == '\n');
      g_assert_true (*at != '\n' || at[-1] == '\r');
      g_assert_true (*at != '\r' || at[1] == '\n');
    }
  gboolean is_long = strchr (reply, '\n')[1] != '\0';
  g_assert_true (!is_long || (reply[1] == 'O' && g_str_has_suffix (reply, "\r\n.\r\n")));
}

static void
check (const Talk *talk, const Pop3Step *step)
{
  const Pop3Session *session = talk->session;
  check_reply (step);
  g_assert_true (step->kind != POP3_STEP_ASK || step->length == 0);
  g_assert_cmpuint (session->failed_log_ons, <=, POP3_SESSION_LOG_ONS_MAX);
  g_assert_cmpuint (session->errors, <=, POP3_SESSION_ERRORS_MAX);
  g_assert_cmpint (session->listing != NULL, ==, talk->is_logged_on);
  g_assert_cmpint (session->is_secure, ==, talk->is_secure);
  if (session->state != POP3_STATE_ASKING_LOG_ON)
    g_assert_null (session->secret);
  for (guint i = 0; i < MESSAGES && talk->is_logged_on; i++)
    g_assert_cmpint (session->is_deleted[i] != 0, ==, talk->is_marked[i]);
}

/* What may be asked at all. */
static void
check_question (const Talk *talk, Pop3Question question)
{
  const Pop3Session *session = talk->session;
  switch (question)
    {
    case POP3_QUESTION_LOG_ON:
      g_assert_true (!talk->is_logged_on && session->secret != NULL);
      g_assert_true (talk->is_secure || !talk->terms.requires_tls);
      g_assert_true (session->user != NULL && strpbrk (session->user, "\r\n") == NULL);
      break;
    case POP3_QUESTION_MESSAGE:
      g_assert_true (talk->is_logged_on && session->index < MESSAGES);
      g_assert_true (!talk->is_marked[session->index] && session->lines >= -1);
      break;
    case POP3_QUESTION_COMMIT:
      g_assert_true (talk->is_logged_on && pop3_session_deleted (session) > 0);
      break;
    }
}

/* --- Our side --- */

static Pop3Step
answer (Talk *talk, Pop3Question question)
{
  gboolean is_log_on = question == POP3_QUESTION_LOG_ON;
  Pop3Answer given = is_log_on && (talk->answers & 3) == 1 ? POP3_ANSWER_NO
                     : (talk->answers & 4) == 0            ? POP3_ANSWER_YES
                     : talk->answers & 32                  ? POP3_ANSWER_IN_USE
                     : talk->answers & 64                  ? POP3_ANSWER_BANNED
                     : talk->answers & 128                 ? POP3_ANSWER_NO
                                                           : POP3_ANSWER_TROUBLE;
  check_question (talk, question);
  if (question == POP3_QUESTION_COMMIT && (given == POP3_ANSWER_IN_USE || given == POP3_ANSWER_NO))
    given = POP3_ANSWER_TROUBLE;
  if (is_log_on && given == POP3_ANSWER_YES)
    talk->is_logged_on = TRUE;
  Pop3Step step = pop3_session_answer (
      talk->session, given, is_log_on && given == POP3_ANSWER_YES ? talk->listing : NULL, "then");
  if (question == POP3_QUESTION_COMMIT)
    {
      g_assert_cmpint (step.kind, ==, POP3_STEP_CLOSE);
      g_assert_cmpint (step.reply[0] == '+', ==, given == POP3_ANSWER_YES);
    }
  else if (step.kind != POP3_STEP_SEND)
    g_assert_cmpint (step.reply[0] == '+', ==, given == POP3_ANSWER_YES);
  return step;
}

/* Answers until the session wants a line. */
static Pop3Step
settle (Talk *talk, Pop3Step step)
{
  check (talk, &step);
  while (step.kind == POP3_STEP_ASK || step.kind == POP3_STEP_SEND)
    {
      if (step.kind == POP3_STEP_SEND)
        {
          step = pop3_session_sent (talk->session, (talk->answers & 16) == 0);
          g_assert_cmpstr (step.reply, ==, ".\r\n");
          step.length = 0; /* the rest of a reply that was checked */
        }
      else
        {
          step = answer (talk, step.question);
          check (talk, &step);
        }
    }
  return step;
}

/* Settings and luck change; the server stops. */
static Pop3Step
our_side (Talk *talk, const char *what, gsize length, Pop3Step last)
{
  guint8 value = length > 1 ? (guint8) what[1] : 0;
  if (length > 0 && what[0] % 2 == 1)
    return pop3_session_interrupt (talk->session, POP3_REPLY_STOPPING);
  talk->answers = value;
  talk->terms = (Pop3Terms){ .offers_tls = (value & 8) != 0, .requires_tls = (value & 16) != 0 };
  return last;
}

/* What a +OK to a line means for what will be deleted. */
static void
note_marks (Talk *talk, const char *line, gsize length, const Pop3Step *step)
{
  if (!talk->is_logged_on || step->kind != POP3_STEP_REPLY
      || !g_str_has_prefix (step->reply, "+OK"))
    return;
  g_autofree char *text = g_strndup (line, length);
  if (g_ascii_strncasecmp (text, "DELE ", 5) == 0)
    {
      guint64 number = g_ascii_strtoull (text + 5, NULL, 10);
      g_assert_true (number >= 1 && number <= MESSAGES && !talk->is_marked[number - 1]);
      talk->is_marked[number - 1] = TRUE;
    }
  if (g_ascii_strncasecmp (text, "RSET", 4) == 0)
    memset (talk->is_marked, 0, sizeof talk->is_marked);
}

static void
secure (Talk *talk)
{
  pop3_session_secured (talk->session);
  talk->is_secure = TRUE;
  g_assert_null (talk->session->user);
}

static Pop3Step
feed_line (Talk *talk, const char *line, gsize length, Pop3Step last)
{
  if (last.kind == POP3_STEP_START_TLS)
    secure (talk);
  if (length > 0 && line[0] == OUR_SIDE)
    {
      last.kind = POP3_STEP_REPLY;
      return our_side (talk, line + 1, length - 1, last);
    }
  if (memchr (line, '\r', length) != NULL || memchr (line, '\0', length) != NULL)
    return pop3_session_feed_fault (talk->session, POP3_REPLY_LINE_BROKEN);
  /* A copy of its very length, so that a read beyond the end is seen. */
  g_autofree char *copy = memcpy (g_malloc (MAX (length, 1)), line, length);
  Pop3Step step = pop3_session_feed (talk->session, &talk->terms, copy, length);
  note_marks (talk, line, length, &step);
  return step;
}

static void
converse (Talk *talk, const char *at, const char *end)
{
  Pop3Step step = settle (talk, pop3_session_begin (talk->session, FALSE));
  while (at < end && (step.kind == POP3_STEP_REPLY || step.kind == POP3_STEP_START_TLS))
    {
      const char *line_end = memchr (at, '\n', (gsize) (end - at));
      if (line_end == NULL)
        line_end = end;
      step = settle (talk, feed_line (talk, at, (gsize) (line_end - at), step));
      at = line_end < end ? line_end + 1 : end;
    }
}

/* The first byte says how questions are answered, and what the settings are. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (MaildropListing) listing = maildrop_listing_new ();
  g_autoptr (Pop3Session) session = NULL;

  if (size == 0)
    return 0;
  session = pop3_session_new (data[0] & 2 ? NULL : "<1@gate.example>");
  maildrop_listing_add (listing, "new", "a", 10);
  maildrop_listing_add (listing, "new", "b", 20);
  maildrop_listing_add (listing, "cur", "c:2,S", 30);
  maildrop_listing_sort (listing);
  Talk talk = { .session = session,
                .listing = listing,
                .terms = { .offers_tls = (data[0] & 8) != 0, .requires_tls = (data[0] & 16) != 0 },
                .answers = data[0] };
  converse (&talk, (const char *) data + 1, (const char *) data + size);
  return 0;
}
