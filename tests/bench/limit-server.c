/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/bench/gate.h"
#include "tests/bench/group-commit.h"
#include "tests/bench/smtp-taker.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

/* limit-server: what this machine could do at best. It says the least SMTP and keeps each content
 * by a flush before its 250, as any honest server has to, and nothing else: no rule, no log, no
 * queue. With --refuse, it
 * refuses each connection. Until SIGTERM. */

/* What has its blocks beforehand; the file grows where more comes. */
#define FILE_MB 256

typedef struct
{
  Loop loop;
  Gate gate;
  LoopSource returned; /* of the desk */
  GroupCommit *commit;
  GroupCommitDesk *desk;
  GroupCommitItem *items; /* that came in this turn */
  GroupCommitItem *last;  /* of them */
  guint n_sessions;
  guint n_new; /* of them, whose content came in this turn */
} Worker;

typedef struct
{
  Stream stream;
  GroupCommitItem item;
  Worker *worker;
  SmtpTaker taker;
  SmtpTakerStep message; /* that waits for its flush */
} Session;

#define SESSION_OF(its_item) ((Session *) ((char *) (its_item) -G_STRUCT_OFFSET (Session, item)))

static void
wait_for_flush (Session *session, const char *bytes, const SmtpTakerStep *step)
{
  Worker *worker = session->worker;
  session->message = *step;
  session->item = (GroupCommitItem){ bytes, step->length, NULL, worker->desk };
  stream_hold (&session->stream);
  if (worker->items)
    worker->last->next = &session->item;
  else
    worker->items = &session->item;
  worker->last = &session->item;
  worker->n_new++;
}

static gsize
received (Stream *stream, char *bytes, gsize length)
{
  Session *session = (Session *) stream;
  gsize taken = 0;
  for (;;)
    {
      SmtpTakerStep step = smtp_taker_next (&session->taker, bytes + taken, length - taken);
      if (step.kind == SMTP_TAKER_MORE)
        return taken;
      if (step.kind == SMTP_TAKER_MESSAGE || step.kind == SMTP_TAKER_CHUNK)
        {
          wait_for_flush (session, bytes + taken, &step);
          return taken;
        }
      stream_write (stream, step.reply, strlen (step.reply));
      if (step.kind == SMTP_TAKER_END)
        return STREAM_END;
      taken += step.taken;
    }
}

/* A held stream reads nothing, so none ends while it waits. */
static void
over (Stream *stream, int problem)
{
  Session *session = (Session *) stream;
  session->worker->n_sessions--;
  stream_clear (stream);
  g_free (session);
}

static const StreamEvents EVENTS = { .received = received, .over = over };

static void
came (int fd, gpointer user)
{
  Worker *worker = user;
  Session *session = g_new0 (Session, 1);
  session->worker = worker;
  session->stream.events = &EVENTS;
  worker->n_sessions++;
  stream_accept (&session->stream, &worker->loop, fd);
  stream_write (&session->stream, SMTP_TAKER_GREETING, strlen (SMTP_TAKER_GREETING));
}

/* What is left of a server that takes nobody. */
static void
refuse (int fd, gpointer user)
{
  static const char WORDS[] = "554 no\r\n";
  send (fd, WORDS, strlen (WORDS), MSG_NOSIGNAL);
  close (fd);
}

static void
answer_all (Worker *worker, GroupCommitItem *items)
{
  while (items)
    {
      Session *session = SESSION_OF (items);
      items = items->next;
      stream_write (&session->stream, session->message.reply, strlen (session->message.reply));
      stream_release (&session->stream, session->message.taken);
    }
}

static void
returned (LoopSource *source, guint32 events)
{
  Worker *worker = (Worker *) ((char *) source - G_STRUCT_OFFSET (Worker, returned));
  answer_all (worker, group_commit_desk_take (worker->desk));
}

/* Where the contents of all sessions have come together, nothing gathers during their flush, and a
 * change of threads would be in vain. */
static void
turn_done (gpointer user)
{
  Worker *worker = user;
  while (worker->items)
    {
      GroupCommitItem *items = g_steal_pointer (&worker->items);
      gboolean is_all = worker->n_new == worker->n_sessions;
      worker->n_new = 0;
      if (is_all)
        {
          group_commit_now (worker->commit, items);
          answer_all (worker, items);
        }
      else
        group_commit_soon (worker->commit, items, worker->last);
    }
}

static gpointer
work (gpointer data)
{
  Worker *worker = data;
  loop_run (&worker->loop);
  return NULL;
}

static Worker *
worker_start (GroupCommit *commit, const StreamAddress *address, gboolean refuses)
{
  Worker *worker = g_new0 (Worker, 1);
  loop_set_up (&worker->loop);
  worker->loop.turn_done = turn_done;
  worker->loop.user = worker;
  worker->gate = (Gate){ .came = refuses ? refuse : came, .user = worker };
  if (!gate_open (&worker->gate, &worker->loop, address))
    return NULL;
  worker->commit = commit;
  worker->desk = group_commit_desk_new ();
  worker->returned = (LoopSource){ .fd = group_commit_desk_fd (worker->desk), .ready = returned };
  loop_add (&worker->loop, &worker->returned, EPOLLIN);
  g_thread_unref (g_thread_new ("worker", work, worker));
  return worker;
}

int
main (int argc, char **argv)
{
  g_autofree char *host = NULL, *file = NULL;
  int port = 0, threads = 1;
  gboolean refuses = FALSE;
  const GOptionEntry entries[]
      = { { "host", 0, 0, G_OPTION_ARG_STRING, &host, "Where to listen", "ADDRESS" },
          { "port", 0, 0, G_OPTION_ARG_INT, &port, "Where to listen", "PORT" },
          { "file", 0, 0, G_OPTION_ARG_FILENAME, &file, "Gets the contents", "F" },
          { "threads", 0, 0, G_OPTION_ARG_INT, &threads, "That talk; one more flushes", "N" },
          { "refuse", 0, 0, G_OPTION_ARG_NONE, &refuses, "Take nobody", NULL },
          { NULL } };
  g_autoptr (GError) error = NULL;
  g_autoptr (GOptionContext) context = g_option_context_new ("- keeps messages, and no more");
  StreamAddress address;
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || !file
      || !stream_address_parse (&address, host ? host : "127.0.0.1", port))
    {
      g_printerr ("limit-server: %s\n", error ? error->message : "needs --port and --file");
      return 2;
    }
  sigset_t stop;
  int signal;
  sigemptyset (&stop);
  sigaddset (&stop, SIGTERM);
  sigprocmask (SIG_BLOCK, &stop, NULL);
  GroupCommit *commit = group_commit_new (file, (gsize) (refuses ? 0 : FILE_MB) * 1024 * 1024);
  gboolean is_good = commit != NULL;
  for (int i = 0; is_good && i < threads; i++)
    is_good = worker_start (commit, &address, refuses) != NULL;
  if (!is_good)
    {
      g_printerr ("limit-server: %s, --port %d: %s\n", file, port, g_strerror (errno));
      return 2;
    }
  sigwait (&stop, &signal);
  return 0;
}
