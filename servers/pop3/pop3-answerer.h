/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/pop3/pop3-log-on.h"
#include "servers/pop3/pop3-retrieval.h"

/**
 * SECTION: pop3-answerer
 *
 * Finds the answers to the questions of one session: has it logged on, what does the message say,
 * are the deleted ones gone. What waits for the disk or for a hash is done in the thread pool. Has
 * the maildrop from the log-on to the end. In the worker's thread.
 */
typedef struct _Pop3Answerer Pop3Answerer;

typedef struct
{
  /** The open question is answered. @listing, @words: for pop3_session_answer(). */
  void (*answered) (gpointer user,
                    Pop3Answer answer,
                    const MaildropListing *listing,
                    const char *words);

  /** Instead of that, to the question for a message: it can be read, and this is its next piece. */
  void (*read) (gpointer user, const Pop3Piece *piece);
} Pop3AnswererEvents;

/** @session: outlives the answerer */
Pop3Answerer *pop3_answerer_new (Pop3Services *services,
                                 const Pop3Session *session,
                                 const Pop3AnswererEvents *events,
                                 gpointer user);

/** Not while an answer is looked for. */
void pop3_answerer_free (Pop3Answerer *answerer);

/** The session has asked. One event follows, from the loop. @place: for a log-on */
void pop3_answerer_ask (Pop3Answerer *answerer, const Pop3LogOnPlace *place);

/** Reads the next piece of the message: one event follows, from the loop. */
void pop3_answerer_read_on (Pop3Answerer *answerer);

/** The message has been sent, or was broken off. */
void pop3_answerer_end_message (Pop3Answerer *answerer);

/** The client has gone, or the server stops. FALSE when something is being written down that the
 * client is to be told of. The event comes all the same. */
gboolean pop3_answerer_cancel (Pop3Answerer *answerer);

/** Frees the maildrop for the next session. */
void pop3_answerer_close_maildrop (Pop3Answerer *answerer);

/** Returns: (transfer none) (nullable): the mailbox of who has logged on */
const char *pop3_answerer_mailbox (const Pop3Answerer *answerer);

/** How many messages QUIT has deleted. */
guint pop3_answerer_deleted (const Pop3Answerer *answerer);
