/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/pop3/pop3-retrieval.h"

#include <errno.h>
#include <gio/gio.h>
#include <sys/uio.h>
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
  guint64 left;  /* bytes of the file, to be read */
  GString *text; /* (owned) (nullable) the piece */
  Pop3Answer answer;
  gboolean is_last;
  gboolean is_whole;
};

/* Puts what was read into the piece. */
static void
take (Pop3Retrieval *retrieval, const char *bytes, gsize length)
{
  retrieval->left -= MIN (length, retrieval->left);
  pop3_content_feed (&retrieval->content, bytes, length, retrieval->text);
  gboolean is_full = pop3_content_is_full (&retrieval->content);
  retrieval->is_whole = !is_full && (length == 0 || retrieval->left == 0);
  retrieval->is_last = is_full || retrieval->is_whole;
  if (retrieval->is_last)
    pop3_content_end (&retrieval->content, retrieval->text);
}

/* The same bytes may be more on the wire: room for a dot here and there. */
static void
empty_piece (Pop3Retrieval *retrieval)
{
  gsize room = MIN (retrieval->left, PIECE_BYTES);

  if (retrieval->text == NULL)
    retrieval->text = g_string_sized_new (room + room / 64);
  g_string_truncate (retrieval->text, 0);
}

/* --- In the thread pool --- */

static gboolean
open_mail (Pop3Retrieval *retrieval)
{
  g_autoptr (GError) error = NULL;

  if (retrieval->fd >= 0)
    return TRUE;
  retrieval->fd
      = maildrop_open_mail (retrieval->maildrop, retrieval->index, &retrieval->left, &error);
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
  take (retrieval, bytes, got);
  return TRUE;
}

static void
read_piece (gpointer data)
{
  Pop3Retrieval *retrieval = data;

  if (!open_mail (retrieval))
    return;
  empty_piece (retrieval);
  while (retrieval->text->len < PIECE_BYTES && !retrieval->is_last)
    if (!read_more (retrieval))
      return;
}

/* --- In the worker's thread --- */

/* Most mails are fetched soon after they came, and lie in the system's memory: there is nothing to
 * wait for. Returns FALSE where the disk would have to be asked, or for any trouble. */
static gboolean
read_at_once (Pop3Retrieval *retrieval)
{
  char bytes[PIECE_BYTES];
  struct iovec room = { bytes, sizeof bytes };
  gssize got;

  if (retrieval->fd < 0)
    retrieval->fd
        = maildrop_open_mail_at_once (retrieval->maildrop, retrieval->index, &retrieval->left);
  got = retrieval->fd >= 0 ? preadv2 (retrieval->fd, &room, 1, -1, RWF_NOWAIT) : -1;
  if (got < 0)
    return FALSE;
  empty_piece (retrieval);
  take (retrieval, bytes, got);
  return TRUE;
}

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
  retrieval->answer = POP3_ANSWER_YES;
  pop3_content_init (&retrieval->content, session->lines);
  pop3_retrieval_next (retrieval);
  return retrieval;
}

void
pop3_retrieval_next (Pop3Retrieval *retrieval)
{
  if (read_at_once (retrieval))
    worker_at_turn_end (retrieval->worker, on_read, retrieval);
  else
    worker_block (retrieval->worker, read_piece, on_read, retrieval);
}

void
pop3_retrieval_free (Pop3Retrieval *retrieval)
{
  if (retrieval == NULL)
    return;
  if (retrieval->fd >= 0)
    close (retrieval->fd);
  if (retrieval->text != NULL)
    g_string_free (retrieval->text, TRUE);
  g_free (retrieval);
}
