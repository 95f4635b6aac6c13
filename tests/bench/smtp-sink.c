/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/bench/figures.h"
#include "tests/bench/gate.h"
#include "tests/bench/smtp-taker.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

/* smtp-sink: takes every message at once and forgets it, but for its Message-ID; until SIGTERM, or
 * until all that were expected have come. */

#define ANSWER_MAX 4096

typedef struct
{
  Loop loop;
  Gate gate;
  LoopSource signals;
  FILE *ids; /* (nullable) */
  guint64 messages, bytes, expected;
  gint64 first_us, last_us; /* when messages came */
} Sink;

typedef struct
{
  Stream stream;
  Sink *sink;
  SmtpTaker taker;
  gboolean has_id; /* an earlier chunk of the message had it */
} Session;

/* What is said to what came together goes together. */
typedef struct
{
  char text[ANSWER_MAX];
  gsize length;
} Answer;

static void
send_answer (Stream *stream, Answer *answer)
{
  if (answer->length > 0)
    stream_write (stream, answer->text, answer->length);
  answer->length = 0;
}

static void
add_reply (Stream *stream, Answer *answer, const char *reply)
{
  gsize length = strlen (reply);
  if (answer->length + length > sizeof answer->text)
    send_answer (stream, answer);
  memcpy (answer->text + answer->length, reply, length);
  answer->length += length;
}

static void
note_content (Session *session, const char *bytes, const SmtpTakerStep *step)
{
  Sink *sink = session->sink;
  gsize id_length;
  sink->bytes += step->length;
  if (sink->ids && !session->has_id)
    {
      const char *id = smtp_taker_message_id (bytes, step->length, &id_length);
      if (id)
        fprintf (sink->ids, "%.*s\n", (int) id_length, id);
    }
  session->has_id = step->kind == SMTP_TAKER_CHUNK;
  if (step->kind == SMTP_TAKER_CHUNK)
    return;
  sink->messages++;
  sink->last_us = g_get_monotonic_time ();
  if (sink->messages == 1)
    sink->first_us = sink->last_us;
  if (sink->messages == sink->expected)
    loop_end (&sink->loop);
}

static gsize
received (Stream *stream, char *bytes, gsize length)
{
  Session *session = (Session *) stream;
  Answer answer = { .length = 0 };
  gsize taken = 0;
  for (;;)
    {
      SmtpTakerStep step = smtp_taker_next (&session->taker, bytes + taken, length - taken);
      if (step.kind == SMTP_TAKER_MORE)
        break;
      if (step.kind == SMTP_TAKER_CHUNK || step.kind == SMTP_TAKER_MESSAGE)
        note_content (session, bytes + taken, &step);
      add_reply (stream, &answer, step.reply);
      taken += step.taken;
      if (step.kind == SMTP_TAKER_END)
        {
          send_answer (stream, &answer);
          return STREAM_END;
        }
    }
  send_answer (stream, &answer);
  return taken;
}

static void
over (Stream *stream, int problem)
{
  stream_clear (stream);
  g_free (stream);
}

static const StreamEvents EVENTS = { .received = received, .over = over };

static void
came (int fd, gpointer user)
{
  Sink *sink = user;
  Session *session = g_new0 (Session, 1);
  session->sink = sink;
  session->stream.events = &EVENTS;
  stream_accept (&session->stream, &sink->loop, fd);
  stream_write (&session->stream, SMTP_TAKER_GREETING, strlen (SMTP_TAKER_GREETING));
}

static void
told_to_stop (LoopSource *source, guint32 events)
{
  Sink *sink = (Sink *) ((char *) source - G_STRUCT_OFFSET (Sink, signals));
  loop_end (&sink->loop);
}

static void
watch_signals (Sink *sink)
{
  sigset_t set;
  sigemptyset (&set);
  sigaddset (&set, SIGTERM);
  sigaddset (&set, SIGINT);
  sigprocmask (SIG_BLOCK, &set, NULL);
  sink->signals = (LoopSource){ .fd = signalfd (-1, &set, SFD_CLOEXEC | SFD_NONBLOCK),
                                .ready = told_to_stop };
  loop_add (&sink->loop, &sink->signals, EPOLLIN);
}

static void
print (Sink *sink, const char *ids_file)
{
  Figures figures;
  figures_set_up (&figures);
  figures_count (&figures, "messages", sink->messages);
  figures_count (&figures, "bytes", sink->bytes);
  figures_real (&figures, "seconds", (sink->last_us - sink->first_us) / 1e6);
  figures_moment (&figures, "first_s", sink->first_us);
  figures_moment (&figures, "last_s", sink->last_us);
  if (ids_file)
    figures_string (&figures, "ids_file", ids_file);
  figures_print (&figures);
}

int
main (int argc, char **argv)
{
  Sink sink = { 0 };
  g_autofree char *host = NULL, *ids_file = NULL;
  int port = 0;
  gint64 expected = 0;
  const GOptionEntry entries[]
      = { { "host", 0, 0, G_OPTION_ARG_STRING, &host, "Where to listen", "ADDRESS" },
          { "port", 0, 0, G_OPTION_ARG_INT, &port, "Where to listen", "PORT" },
          { "ids-file", 0, 0, G_OPTION_ARG_FILENAME, &ids_file, "Gets the Message-IDs", "F" },
          { "expect", 0, 0, G_OPTION_ARG_INT64, &expected, "Stop after so many messages", "N" },
          { NULL } };
  g_autoptr (GError) error = NULL;
  g_autoptr (GOptionContext) context = g_option_context_new ("- takes messages, and counts them");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("smtp-sink: %s\n", error->message);
      return 2;
    }
  StreamAddress address;
  loop_set_up (&sink.loop);
  sink.expected = MAX (expected, 0);
  sink.gate = (Gate){ .came = came, .user = &sink };
  if (!stream_address_parse (&address, host ? host : "127.0.0.1", port)
      || !gate_open (&sink.gate, &sink.loop, &address)
      || (ids_file && !(sink.ids = fopen (ids_file, "we"))))
    {
      g_printerr ("smtp-sink: --port %d: %s\n", port, g_strerror (errno));
      return 2;
    }
  watch_signals (&sink);
  loop_run (&sink.loop);
  gboolean is_written = !sink.ids || fclose (sink.ids) == 0;
  print (&sink, ids_file);
  return is_written ? 0 : 1;
}
