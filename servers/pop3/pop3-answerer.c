/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/pop3/pop3-answerer.h"

struct _Pop3Answerer
{
  Pop3Services *services;
  const Pop3Session *session;
  const Pop3AnswererEvents *events;
  gpointer user;
  Worker *worker; /* since the first question */

  Pop3LogOn *log_on;        /* (unowned) (nullable) being answered */
  char *mailbox;            /* (owned) (nullable) who has logged on */
  Maildrop *maildrop;       /* (owned) (nullable) */
  Pop3Retrieval *retrieval; /* (owned) (nullable) the message being read */
  gboolean has_first_piece;
  guint deleted; /* with is_committed set in the thread pool */
  gboolean is_committed;
  gboolean is_committing;
};

static void
answer (Pop3Answerer *answerer, Pop3Answer answer, const char *words)
{
  const MaildropListing *listing
      = answerer->maildrop != NULL ? maildrop_listing (answerer->maildrop) : NULL;

  answerer->events->answered (answerer->user, answer, listing, words);
}

/* --- Log-on --- */

static void
on_log_on_answered (gpointer user, const Pop3LogOnResult *result)
{
  Pop3Answerer *answerer = user;

  answerer->log_on = NULL;
  if (result->answer == POP3_ANSWER_YES)
    {
      answerer->mailbox = g_strdup (result->mailbox);
      answerer->maildrop = result->maildrop;
    }
  answer (answerer, result->answer, result->words);
}

/* --- Message --- */

static void
on_piece (gpointer user, const Pop3Piece *piece)
{
  Pop3Answerer *answerer = user;

  if (piece->answer == POP3_ANSWER_YES || answerer->has_first_piece)
    {
      answerer->has_first_piece = TRUE;
      answerer->events->read (answerer->user, piece);
      return;
    }
  Pop3Answer why = piece->answer;

  pop3_answerer_end_message (answerer);
  answer (answerer, why, NULL);
}

void
pop3_answerer_read_on (Pop3Answerer *answerer)
{
  pop3_retrieval_next (answerer->retrieval);
}

void
pop3_answerer_end_message (Pop3Answerer *answerer)
{
  g_clear_pointer (&answerer->retrieval, pop3_retrieval_free);
  answerer->has_first_piece = FALSE;
}

/* --- Deletion --- */

static void
commit (gpointer data)
{
  Pop3Answerer *answerer = data;
  g_autoptr (GError) error = NULL;

  answerer->is_committed = maildrop_delete (answerer->maildrop, answerer->session->is_deleted,
                                            &answerer->deleted, &error);
  if (!answerer->is_committed)
    g_warning ("mailbox of %s: %s", answerer->mailbox, error->message);
}

static void
on_committed (gpointer data)
{
  Pop3Answerer *answerer = data;

  answerer->is_committing = FALSE;
  pop3_counters_add (&answerer->services->counters, POP3_COUNT_MESSAGES_DELETED, answerer->deleted);
  answer (answerer, answerer->is_committed ? POP3_ANSWER_YES : POP3_ANSWER_TROUBLE, NULL);
}

/* --- What others call --- */

Pop3Answerer *
pop3_answerer_new (Pop3Services *services,
                   const Pop3Session *session,
                   const Pop3AnswererEvents *events,
                   gpointer user)
{
  Pop3Answerer *answerer = g_new0 (Pop3Answerer, 1);

  answerer->services = services;
  answerer->session = session;
  answerer->events = events;
  answerer->user = user;
  return answerer;
}

void
pop3_answerer_free (Pop3Answerer *answerer)
{
  pop3_retrieval_free (answerer->retrieval);
  maildrop_close (answerer->maildrop);
  g_free (answerer->mailbox);
  g_free (answerer);
}

void
pop3_answerer_ask (Pop3Answerer *answerer, const Pop3LogOnPlace *place)
{
  answerer->worker = place->worker;
  switch (answerer->session->question)
    {
    case POP3_QUESTION_LOG_ON:
      answerer->log_on = pop3_log_on_start (place, answerer->session, on_log_on_answered, answerer);
      break;
    case POP3_QUESTION_MESSAGE:
      answerer->retrieval = pop3_retrieval_start (answerer->worker, answerer->maildrop,
                                                  answerer->session, on_piece, answerer);
      break;
    case POP3_QUESTION_COMMIT:
      answerer->is_committing = TRUE;
      worker_block (answerer->worker, commit, on_committed, answerer);
      break;
    }
}

gboolean
pop3_answerer_cancel (Pop3Answerer *answerer)
{
  if (answerer->is_committing)
    return FALSE;
  return answerer->log_on == NULL || pop3_log_on_cancel (answerer->log_on);
}

void
pop3_answerer_close_maildrop (Pop3Answerer *answerer)
{
  g_clear_pointer (&answerer->maildrop, maildrop_close);
}

const char *
pop3_answerer_mailbox (const Pop3Answerer *answerer)
{
  return answerer->mailbox;
}

guint
pop3_answerer_deleted (const Pop3Answerer *answerer)
{
  return answerer->deleted;
}
