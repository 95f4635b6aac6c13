/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/net/worker.h"
#include "servers/pop3/maildrop.h"
#include "servers/pop3/pop3-session.h"

/**
 * SECTION: pop3-retrieval
 *
 * A message on its way to the client, a piece at a time, as fast as the client takes it. What the
 * system has in its memory is read at once, the rest in the thread pool, so nothing here waits for
 * the disk. In the worker's thread.
 */
typedef struct _Pop3Retrieval Pop3Retrieval;

typedef struct
{
  Pop3Answer answer;   /* YES, or why nothing (more) can be read */
  const GString *text; /* for YES, what the client gets: the next piece of the message */
  gboolean is_last;
  gboolean is_whole; /* for the last: nothing of the message was left out */
} Pop3Piece;

/** The piece that was asked for; valid during the call. */
typedef void (*Pop3RetrievalRead) (gpointer user, const Pop3Piece *piece);

/** Asks for the first piece of the message that @session asks for. @maildrop outlives the
 * retrieval. */
Pop3Retrieval *pop3_retrieval_start (Worker *worker,
                                     Maildrop *maildrop,
                                     const Pop3Session *session,
                                     Pop3RetrievalRead read,
                                     gpointer user);

/** Asks for the next piece. */
void pop3_retrieval_next (Pop3Retrieval *retrieval);

/** Not while a piece is asked for. */
void pop3_retrieval_free (Pop3Retrieval *retrieval);
