/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/bench/pop3-reader.h"

#include <stdio.h>
#include <string.h>

/* In the order in which they are gone through. */
typedef enum
{
  STEP_GREETING,
  STEP_USER,
  STEP_PASS,
  STEP_STAT,
  STEP_RETR,
  STEP_QUIT,
  N_STEPS
} Step;

typedef struct _Session Session;

typedef struct
{
  const Pop3ReaderPlan *plan;
  Pop3ReaderResult *result;
  Loop loop;
  char *commands[N_STEPS]; /* (owned) (nullable) what begins each step */
  Session *sessions;       /* (owned) */
  guint n_sessions;
  guint n_settled; /* sessions that have logged on, or were lost before */
  guint begun;     /* tries */
  guint open;      /* sessions */
  guint32 random;
  gint64 started_us;
} Reader;

struct _Session
{
  Stream stream;
  Reader *reader;
  Step step;
  gboolean is_trying;
  char *user;       /* (owned) the command */
  guint n_messages; /* in the mailbox */
  gint64 begun_us;
};

static gboolean
begin_try (Session *session)
{
  Reader *reader = session->reader;
  if (reader->begun == reader->plan->tries)
    return FALSE;
  reader->begun++;
  session->is_trying = TRUE;
  session->begun_us = g_get_monotonic_time ();
  return TRUE;
}

static void
end_try (Session *session, gboolean is_good)
{
  Reader *reader = session->reader;
  Pop3ReaderResult *result = reader->result;
  gint64 now = g_get_monotonic_time ();
  session->is_trying = FALSE;
  reader->loop.beats++;
  result->seconds_us = now - reader->started_us;
  if (is_good)
    {
      result->count++;
      latencies_add (&result->latencies, now - session->begun_us);
    }
  else
    result->failed++;
}

static void
send_step (Session *session, Step step)
{
  const char *command = step == STEP_USER ? session->user : session->reader->commands[step];
  session->step = step;
  stream_write (&session->stream, command, strlen (command));
}

static void
retr (Session *session)
{
  Reader *reader = session->reader;
  char command[32];
  if (session->n_messages == 0 || !begin_try (session))
    {
      send_step (session, STEP_QUIT);
      return;
    }
  reader->random = reader->random * 1664525u + 1013904223u;
  int length = snprintf (command, sizeof command, "RETR %u\r\n",
                         (reader->random >> 8) % session->n_messages + 1);
  stream_write (&session->stream, command, length);
}

/* Messages are read when each session has its mailbox. */
static void
settle (Reader *reader)
{
  if (++reader->n_settled < reader->n_sessions)
    return;
  reader->started_us = g_get_monotonic_time ();
  for (guint i = 0; i < reader->n_sessions; i++)
    if (reader->sessions[i].step == STEP_RETR)
      retr (&reader->sessions[i]);
}

static void
refused (Session *session, const char *words, gsize length)
{
  Pop3ReaderResult *result = session->reader->result;
  g_free (result->words);
  result->words = g_strndup (words, length);
  if (session->is_trying)
    end_try (session, FALSE);
}

static void
granted (Session *session, const char *words)
{
  Reader *reader = session->reader;
  switch (session->step)
    {
    case STEP_STAT:
      session->n_messages = g_ascii_strtoull (words + strlen ("+OK"), NULL, 10);
      reader->loop.beats++;
      if (reader->plan->aim == POP3_READER_LOG_ON)
        send_step (session, STEP_QUIT);
      else
        {
          session->step = STEP_RETR;
          settle (reader);
        }
      break;
    case STEP_RETR:
      end_try (session, TRUE);
      retr (session);
      break;
    default:
      send_step (session, session->step + 1);
    }
}

/* How long the whole answer is; 0 while it is not there. There is only one at a time, so that the
 * end of a message is at the end of what came. */
static gsize
answer_length (Session *session, const char *bytes, gsize length)
{
  static const char END[] = "\r\n.\r\n";
  if (session->step == STEP_RETR && bytes[0] == '+')
    {
      gsize end = strlen (END);
      return length >= end && memcmp (bytes + length - end, END, end) == 0 ? length : 0;
    }
  const char *end = memchr (bytes, '\n', length);
  return end ? (gsize) (end + 1 - bytes) : 0;
}

static gsize
received (Stream *stream, char *bytes, gsize length)
{
  Session *session = (Session *) stream;
  gsize taken = answer_length (session, bytes, length);
  if (taken == 0)
    return 0;
  if (bytes[0] != '+')
    {
      refused (session, bytes, taken);
      return STREAM_END;
    }
  if (session->step == STEP_QUIT)
    {
      if (session->is_trying)
        end_try (session, TRUE);
      return STREAM_END;
    }
  if (session->step == STEP_RETR)
    session->reader->result->bytes += taken;
  granted (session, bytes);
  return taken;
}

static const StreamEvents EVENTS;

static void
connect_again (Session *session)
{
  Reader *reader = session->reader;
  gboolean counts = reader->plan->aim == POP3_READER_LOG_ON;
  session->stream.events = &EVENTS;
  session->step = STEP_GREETING;
  while (!counts || begin_try (session))
    {
      int problem = stream_connect (&session->stream, &reader->loop, &reader->plan->to,
                                    stream_sources_next (reader->plan->sources));
      if (problem == 0)
        {
          reader->open++;
          return;
        }
      reader->result->problem = problem;
      if (!counts)
        {
          reader->result->failed++;
          settle (reader);
          break;
        }
      end_try (session, FALSE);
    }
  if (reader->open == 0)
    loop_end (&reader->loop);
}

static void
over (Stream *stream, int problem)
{
  Session *session = (Session *) stream;
  Reader *reader = session->reader;
  gboolean was_settled = session->step >= STEP_RETR;
  if (session->is_trying)
    {
      reader->result->problem = problem;
      end_try (session, FALSE);
    }
  reader->open--;
  if (reader->plan->aim == POP3_READER_LOG_ON)
    {
      connect_again (session);
      return;
    }
  session->step = STEP_GREETING;
  if (!was_settled)
    {
      reader->result->failed++;
      settle (reader);
    }
  if (reader->open == 0)
    loop_end (&reader->loop);
}

static const StreamEvents EVENTS = { .received = received, .over = over };

static void
set_up_session (Session *session, Reader *reader, guint number)
{
  g_autofree char *digits = g_strdup_printf ("%u", number);
  g_auto (GStrv) parts = g_strsplit (reader->plan->user, "#", -1);
  g_autofree char *user = g_strjoinv (digits, parts);
  session->reader = reader;
  session->user = g_strdup_printf ("USER %s\r\n", user);
}

static void
set_up (Reader *reader, const Pop3ReaderPlan *plan, guint n_sessions, Pop3ReaderResult *result)
{
  *reader = (Reader){ .plan = plan, .result = result, .n_sessions = n_sessions, .random = 1 };
  *result = (Pop3ReaderResult){ 0 };
  latencies_set_up (&result->latencies, plan->tries);
  loop_set_up (&reader->loop);
  reader->loop.patience_seconds = LOOP_PATIENCE_SECONDS;
  reader->sessions = g_new0 (Session, n_sessions);
  for (guint i = 0; i < n_sessions; i++)
    set_up_session (&reader->sessions[i], reader, i);
  reader->commands[STEP_PASS] = g_strdup_printf ("PASS %s\r\n", plan->password);
  reader->commands[STEP_STAT] = g_strdup ("STAT\r\n");
  reader->commands[STEP_QUIT] = g_strdup ("QUIT\r\n");
}

static void
tear_down (Reader *reader)
{
  for (Step step = 0; step < N_STEPS; step++)
    g_free (reader->commands[step]);
  for (guint i = 0; i < reader->n_sessions; i++)
    {
      stream_clear (&reader->sessions[i].stream);
      g_free (reader->sessions[i].user);
    }
  g_free (reader->sessions);
  loop_tear_down (&reader->loop);
}

gboolean
pop3_reader_run (const Pop3ReaderPlan *plan, guint n_sessions, Pop3ReaderResult *result)
{
  Reader reader;
  set_up (&reader, plan, n_sessions, result);
  reader.started_us = g_get_monotonic_time ();
  for (guint i = 0; i < n_sessions; i++)
    connect_again (&reader.sessions[i]);
  gboolean is_sound = loop_run (&reader.loop);
  tear_down (&reader);
  return is_sound;
}

void
pop3_reader_result_clear (Pop3ReaderResult *result)
{
  g_clear_pointer (&result->words, g_free);
  latencies_tear_down (&result->latencies);
}
