/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/bench/figures.h"
#include "tests/bench/memory.h"
#include "tests/bench/talk.h"

#include <errno.h>
#include <sys/resource.h>

/* smtp-idle: what sessions cost that say nothing, and how long a newcomer waits meanwhile. */

/* A server may give memory back a little after a session has fallen silent. */
#define SETTLE_SECONDS 5
#define SETTLE_STEP_US (G_USEC_PER_SEC / 4)

typedef struct
{
  char *host, *pids;
  int port, sessions, newcomers;
  gboolean tls;
  StreamAddress address;
} Options;

static gboolean
read_options (Options *o, int *argc, char ***argv, GError **error)
{
  const GOptionEntry entries[]
      = { { "host", 0, 0, G_OPTION_ARG_STRING, &o->host, "Where the server listens", "ADDRESS" },
          { "port", 0, 0, G_OPTION_ARG_INT, &o->port, "Where the server listens", "PORT" },
          { "sessions", 0, 0, G_OPTION_ARG_INT, &o->sessions, "That are open and silent", "N" },
          { "newcomers", 0, 0, G_OPTION_ARG_INT, &o->newcomers, "Connections one by one", "N" },
          { "tls", 0, 0, G_OPTION_ARG_NONE, &o->tls, "Begin TLS in each", NULL },
          { "pid", 0, 0, G_OPTION_ARG_STRING, &o->pids, "The server's process", "PID" },
          { "pids", 0, 0, G_OPTION_ARG_STRING, &o->pids, "Its processes", "PID,PID" },
          { NULL } };
  g_autoptr (GOptionContext) context = g_option_context_new ("- is silent, and measures");
  g_option_context_add_main_entries (context, entries, NULL);
  return g_option_context_parse (context, argc, argv, error);
}

static gboolean
say_hello (Talk *talk)
{
  talk_say (talk, "EHLO bench.example\r\n");
  return talk_hear (talk) == 250;
}

static gboolean
begin_tls (Talk *talk, SSL_CTX *context)
{
  talk_say (talk, "STARTTLS\r\n");
  return talk_hear (talk) == 220 && talk_secure (talk, context) && say_hello (talk);
}

/* Returns: how many stand. They stay open until this process ends. */
static int
open_sessions (const Options *o)
{
  g_autoptr (GError) error = NULL;
  SSL_CTX *context = SSL_CTX_new (TLS_client_method ());
  int n = 0;
  for (; n < o->sessions; n++)
    {
      Talk talk;
      if (!talk_open (&talk, &o->address, NULL))
        break;
      gboolean stands = talk_hear (&talk) == 220 && say_hello (&talk)
                        && (!o->tls || begin_tls (&talk, context));
      talk_leave_open (&talk);
      if (!stands)
        break;
    }
  SSL_CTX_free (context);
  return n;
}

static gboolean
measure_newcomers (const Options *o, Latencies *latencies)
{
  for (int i = 0; i < o->newcomers; i++)
    {
      Talk talk;
      gint64 begun = g_get_monotonic_time ();
      if (!talk_open (&talk, &o->address, NULL))
        return FALSE;
      int code = talk_hear (&talk);
      latencies_add (latencies, g_get_monotonic_time () - begun);
      talk_say (&talk, "QUIT\r\n");
      talk_hear (&talk);
      talk_close (&talk);
      if (code != 220)
        return FALSE;
    }
  return TRUE;
}

static gboolean
is_falling (const char *pids, guint64 *kb)
{
  guint64 before = *kb;
  return memory_pss_kb (pids, kb) && *kb < before;
}

/* Returns: what the server has when it gives nothing back any more */
static guint64
settled_kb (const char *pids)
{
  gint64 end = g_get_monotonic_time () + SETTLE_SECONDS * G_USEC_PER_SEC;
  guint64 kb = G_MAXUINT64;
  while (is_falling (pids, &kb) && g_get_monotonic_time () < end)
    g_usleep (SETTLE_STEP_US);
  return kb;
}

static void
raise_descriptors (void)
{
  struct rlimit limit;
  getrlimit (RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit (RLIMIT_NOFILE, &limit);
}

static int
measure (const Options *o)
{
  guint64 before = 0, after = 0;
  Latencies latencies;
  Figures figures;
  if (o->pids && !memory_pss_kb (o->pids, &before))
    {
      g_printerr ("smtp-idle: no process %s that can be asked\n", o->pids);
      return 1;
    }
  gint64 begun = g_get_monotonic_time ();
  int sessions = open_sessions (o);
  double seconds = (g_get_monotonic_time () - begun) / 1e6;
  if (o->pids)
    after = settled_kb (o->pids);
  latencies_set_up (&latencies, o->newcomers);
  gboolean is_sound = measure_newcomers (o, &latencies) && sessions == o->sessions;

  figures_set_up (&figures);
  figures_count (&figures, "sessions", sessions);
  figures_real (&figures, "seconds", seconds);
  figures_count (&figures, "kb_before", before);
  figures_count (&figures, "kb_after", after);
  figures_real (&figures, "kb_each", sessions > 0 ? ((double) after - before) / sessions : 0);
  figures_latencies (&figures, "banner_ms", &latencies);
  figures_print (&figures);
  latencies_tear_down (&latencies);
  if (!is_sound)
    g_printerr ("smtp-idle: %d of %d sessions stand; newcomers %s\n", sessions, o->sessions,
                sessions == o->sessions ? "are turned away" : "were not the question");
  return is_sound ? 0 : 1;
}

int
main (int argc, char **argv)
{
  Options o = { .newcomers = 1000 };
  g_autoptr (GError) error = NULL;
  if (!read_options (&o, &argc, &argv, &error) || o.port <= 0
      || !stream_address_parse (&o.address, o.host ? o.host : "127.0.0.1", o.port))
    {
      g_printerr ("smtp-idle: %s\n", error ? error->message : "--port, and --host in numbers");
      return 2;
    }
  raise_descriptors ();
  return measure (&o);
}
