/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/bench/smtp-sender.h"

#include "tests/bench/reply.h"

#include <string.h>

/* In the order in which they are gone through. */
typedef enum
{
  STEP_GREETING,
  STEP_EHLO,
  STEP_MAIL,
  STEP_RCPT,
  STEP_DATA,
  STEP_CONTENT,
  STEP_RSET,
  STEP_QUIT,
  N_STEPS
} Step;

typedef struct
{
  const SmtpSenderPlan *plan;
  SmtpSenderResult *result;
  Loop loop;
  Letter letter;
  GString *commands[N_STEPS]; /* (owned) (nullable) what begins each step */
  guint begun;                /* tries */
  guint open;                 /* sessions */
} Sender;

typedef struct
{
  Stream stream;
  Sender *sender;
  Step step;
  gboolean is_trying;
  guint number; /* of the try */
  guint done;   /* tries of this connection */
  gint64 begun_us;
} Session;

static void connect_again (Session *session);

static gboolean
begin_try (Session *session)
{
  Sender *sender = session->sender;
  if (session->is_trying)
    return TRUE;
  if (sender->begun == sender->plan->tries)
    return FALSE;
  session->number = sender->begun++;
  session->is_trying = TRUE;
  session->begun_us = g_get_monotonic_time ();
  return TRUE;
}

static void
end_try (Session *session, guint *count)
{
  Sender *sender = session->sender;
  gint64 now = g_get_monotonic_time ();
  session->is_trying = FALSE;
  session->done++;
  sender->loop.beats++;
  sender->result->ended_us = now;
  ++*count;
  if (count != &sender->result->failed)
    latencies_add (&sender->result->latencies, now - session->begun_us);
}

static void
send_step (Session *session, Step step)
{
  Sender *sender = session->sender;
  session->step = step;
  if (step == STEP_CONTENT)
    {
      letter_number (&sender->letter, session->number);
      stream_write (&session->stream, sender->letter.text, sender->letter.length);
    }
  else if (sender->commands[step])
    stream_write (&session->stream, sender->commands[step]->str, sender->commands[step]->len);
}

/* The next try of this connection, or its end. */
static void
go_on (Session *session, Step step)
{
  if (session->done < session->sender->plan->per_connection && begin_try (session))
    send_step (session, step);
  else
    send_step (session, STEP_QUIT);
}

static void
note_accepted (Session *session)
{
  Sender *sender = session->sender;
  end_try (session, &sender->result->accepted);
  if (!sender->plan->accepted_file || sender->plan->aim != SMTP_SENDER_MESSAGES)
    return;
  letter_number (&sender->letter, session->number);
  fwrite (sender->letter.text + sender->letter.id_at, 1, sender->letter.id_length,
          sender->plan->accepted_file);
  fputc ('\n', sender->plan->accepted_file);
}

static void
accepted (Session *session)
{
  SmtpSenderAim aim = session->sender->plan->aim;
  switch (session->step)
    {
    case STEP_RCPT:
      if (aim == SMTP_SENDER_MESSAGES)
        send_step (session, STEP_DATA);
      else
        {
          note_accepted (session);
          if (aim == SMTP_SENDER_ENVELOPES)
            send_step (session, STEP_RSET);
          else
            go_on (session, STEP_RCPT);
        }
      break;
    case STEP_CONTENT:
      note_accepted (session);
      go_on (session, STEP_MAIL);
      break;
    case STEP_RSET:
      go_on (session, STEP_MAIL);
      break;
    default:
      send_step (session, session->step + 1);
    }
}

static void
refused (Session *session)
{
  Sender *sender = session->sender;
  if (session->is_trying)
    end_try (session, &sender->result->refused);
  if (sender->plan->aim == SMTP_SENDER_RECIPIENTS && session->step == STEP_RCPT)
    go_on (session, STEP_RCPT);
  else
    send_step (session, STEP_QUIT);
}

/* Returns: whether the session goes on. */
static gboolean
take_reply (Session *session, int code)
{
  int wanted = session->step == STEP_DATA ? 3 : 2;
  if (code < 0 || session->step == STEP_QUIT)
    return FALSE;
  if (session->sender->plan->aim == SMTP_SENDER_CONNECTIONS)
    {
      SmtpSenderResult *result = session->sender->result;
      end_try (session, code / 100 == wanted ? &result->accepted : &result->refused);
      return FALSE;
    }
  if (code / 100 == wanted)
    accepted (session);
  else
    refused (session);
  /* These are the last words of a session, and in a group of commands others have gone already. */
  return code / 100 == wanted
         || (code != 421 && session->step != STEP_GREETING
             && !session->sender->plan->has_pipelining);
}

static gsize
received (Stream *stream, char *bytes, gsize length)
{
  Session *session = (Session *) stream;
  gsize taken = 0, reply;
  int code;
  while ((code = reply_next (bytes + taken, length - taken, &reply)) != 0)
    {
      if (!take_reply (session, code))
        return STREAM_END;
      taken += reply;
    }
  return taken;
}

static void
over (Stream *stream, int problem)
{
  Session *session = (Session *) stream;
  SmtpSenderResult *result = session->sender->result;
  if (session->is_trying)
    {
      gboolean is_refusal = session->sender->plan->aim == SMTP_SENDER_CONNECTIONS && problem == 0;
      result->problem = problem;
      end_try (session, is_refusal ? &result->refused : &result->failed);
    }
  session->sender->open--;
  connect_again (session);
}

static const StreamEvents EVENTS = { .received = received, .over = over };

static void
connect_again (Session *session)
{
  Sender *sender = session->sender;
  session->stream.events = &EVENTS;
  session->step = STEP_GREETING;
  session->done = 0;
  while (begin_try (session))
    {
      int problem = stream_connect (&session->stream, &sender->loop, &sender->plan->to,
                                    stream_sources_next (sender->plan->sources));
      if (problem == 0)
        {
          sender->open++;
          return;
        }
      sender->result->problem = problem;
      end_try (session, &sender->result->failed);
    }
  if (sender->open == 0)
    loop_end (&sender->loop);
}

static void
set_up (Sender *sender, const SmtpSenderPlan *plan, SmtpSenderResult *result)
{
  *sender = (Sender){ .plan = plan, .result = result };
  *result = (SmtpSenderResult){ 0 };
  latencies_set_up (&result->latencies, plan->tries);
  loop_set_up (&sender->loop);
  sender->loop.patience_seconds = LOOP_PATIENCE_SECONDS;
  letter_set_up (&sender->letter, plan->from, plan->recipient, plan->tag, plan->size);

  GString **commands = sender->commands;
  commands[STEP_EHLO] = g_string_new ("EHLO bench.example\r\n");
  commands[STEP_MAIL] = g_string_new (NULL);
  g_string_printf (commands[STEP_MAIL], "MAIL FROM:<%s>\r\n", plan->from);
  commands[STEP_RCPT] = g_string_new (NULL);
  g_string_printf (commands[STEP_RCPT], "RCPT TO:<%s>\r\n", plan->recipient);
  commands[STEP_DATA] = g_string_new ("DATA\r\n");
  commands[STEP_RSET] = g_string_new ("RSET\r\n");
  commands[STEP_QUIT] = g_string_new ("QUIT\r\n");
  if (plan->has_pipelining && plan->aim == SMTP_SENDER_MESSAGES)
    {
      g_string_append (commands[STEP_MAIL], commands[STEP_RCPT]->str);
      g_string_append (commands[STEP_MAIL], commands[STEP_DATA]->str);
      g_string_truncate (commands[STEP_RCPT], 0);
      g_string_truncate (commands[STEP_DATA], 0);
    }
}

static void
tear_down (Sender *sender)
{
  for (Step step = 0; step < N_STEPS; step++)
    if (sender->commands[step])
      g_string_free (sender->commands[step], TRUE);
  letter_tear_down (&sender->letter);
  loop_tear_down (&sender->loop);
}

gboolean
smtp_sender_run (const SmtpSenderPlan *plan, guint n_sessions, SmtpSenderResult *result)
{
  Sender sender;
  g_autofree Session *sessions = g_new0 (Session, n_sessions);

  set_up (&sender, plan, result);
  result->begun_us = g_get_monotonic_time ();
  result->ended_us = result->begun_us;
  for (guint i = 0; i < n_sessions; i++)
    {
      sessions[i].sender = &sender;
      connect_again (&sessions[i]);
    }
  gboolean is_sound = loop_run (&sender.loop);
  for (guint i = 0; i < n_sessions; i++)
    stream_clear (&sessions[i].stream);
  tear_down (&sender);
  return is_sound;
}

void
smtp_sender_result_clear (SmtpSenderResult *result)
{
  latencies_tear_down (&result->latencies);
}
