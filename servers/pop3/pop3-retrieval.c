/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/pop3/pop3-retrieval.h"

#include <errno.h>
#include <gio/gio.h>
#include <unistd.h>

#include "servers/pop3/pop3-content.h"

#define PIECE_BYTES 65536

struct _Pop3Retrieval
{
  Worker *worker;
  Maildrop *maildrop; /* (unowned) */
  guint index;
  Pop3RetrievalRead read;
  gpointer user;

  int fd; /* -1 before the first piece */
  Pop3Content content;
  GString *text; /* (owned) the piece */
  Pop3Answer answer;
  gboolean is_last;
  gboolean is_whole;
};

/* --- In the thread pool --- */

static gboolean
open_mail (Pop3Retrieval *retrieval)
{
  g_autoptr (GError) error = NULL;

  if (retrieval->fd >= 0)
    return TRUE;
  retrieval->fd = maildrop_open_mail (retrieval->maildrop, retrieval->index, &error);
  if (retrieval->fd >= 0)
    return TRUE;
  g_warning ("%s", error->message);
  retrieval->answer = g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOENT)
                          ? POP3_ANSWER_NO
                          : POP3_ANSWER_TROUBLE;
  return FALSE;
}

/* Reads once, into the piece. */
static gboolean
read_more (Pop3Retrieval *retrieval)
{
  char bytes[PIECE_BYTES];
  gssize got;

  do
    got = read (retrieval->fd, bytes, sizeof bytes);
  while (got < 0 && errno == EINTR);
  if (got < 0)
    {
      g_warning ("cannot read a mail: %s", g_strerror (errno));
      retrieval->answer = POP3_ANSWER_TROUBLE;
      return FALSE;
    }

  pop3_content_feed (&retrieval->content, bytes, got, retrieval->text);
  retrieval->is_whole = got == 0;
  retrieval->is_last = got == 0 || pop3_content_is_full (&retrieval->content);
  if (retrieval->is_last)
    pop3_content_end (&retrieval->content, retrieval->text);
  return TRUE;
}

static void
read_piece (gpointer data)
{
  Pop3Retrieval *retrieval = data;

  g_string_truncate (retrieval->text, 0);
  if (!open_mail (retrieval))
    return;
  while (retrieval->text->len < PIECE_BYTES && !retrieval->is_last)
    if (!read_more (retrieval))
      return;
}

/* --- In the worker's thread --- */

static void
on_read (gpointer data)
{
  Pop3Retrieval *retrieval = data;
  Pop3Piece piece = { retrieval->answer, retrieval->text, retrieval->is_last, retrieval->is_whole };

  retrieval->read (retrieval->user, &piece);
}

Pop3Retrieval *
pop3_retrieval_start (Worker *worker,
                      Maildrop *maildrop,
                      const Pop3Session *session,
                      Pop3RetrievalRead read,
                      gpointer user)
{
  Pop3Retrieval *retrieval = g_new0 (Pop3Retrieval, 1);

  retrieval->worker = worker;
  retrieval->maildrop = maildrop;
  retrieval->index = session->index;
  retrieval->read = read;
  retrieval->user = user;
  retrieval->fd = -1;
  retrieval->text = g_string_new (NULL);
  retrieval->answer = POP3_ANSWER_YES;
  pop3_content_init (&retrieval->content, session->lines);
  pop3_retrieval_next (retrieval);
  return retrieval;
}

void
pop3_retrieval_next (Pop3Retrieval *retrieval)
{
  worker_block (retrieval->worker, read_piece, on_read, retrieval);
}

void
pop3_retrieval_free (Pop3Retrieval *retrieval)
{
  if (retrieval == NULL)
    return;
  if (retrieval->fd >= 0)
    close (retrieval->fd);
  g_string_free (retrieval->text, TRUE);
  g_free (retrieval);
}
