/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/bench/figures.h"
#include "tests/bench/pop3-reader.h"

/* pop3-load: how many log-ons a POP3 server takes, or how fast it gives messages. */

typedef struct
{
  char *host, *source, *user, *password, *mode;
  int port, clients, count;
} Options;

static gboolean
read_options (Options *o, int *argc, char ***argv, GError **error)
{
  const GOptionEntry entries[] = {
    { "host", 0, 0, G_OPTION_ARG_STRING, &o->host, "Where the server listens", "ADDRESS" },
    { "port", 0, 0, G_OPTION_ARG_INT, &o->port, "Where the server listens", "PORT" },
    { "clients", 0, 0, G_OPTION_ARG_INT, &o->clients, "Sessions at the same time", "N" },
    { "count", 0, 0, G_OPTION_ARG_INT, &o->count, "Log-ons, or messages, in all", "M" },
    { "user", 0, 0, G_OPTION_ARG_STRING, &o->user, "Who logs on; # is the session's number", "U" },
    { "password", 0, 0, G_OPTION_ARG_STRING, &o->password, "Of the user", "X" },
    { "mode", 0, 0, G_OPTION_ARG_STRING, &o->mode, "What is counted", "logon|retr" },
    { "source-from", 0, 0, G_OPTION_ARG_STRING, &o->source, "Connect from here", "ADDRESS[/N]" },
    { NULL }
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("- reads mail and counts");
  g_option_context_add_main_entries (context, entries, NULL);
  return g_option_context_parse (context, argc, argv, error);
}

static void
print (Pop3ReaderResult *result)
{
  Figures figures;
  figures_set_up (&figures);
  figures_real (&figures, "seconds", result->seconds_us / 1e6);
  figures_count (&figures, "count", result->count);
  figures_count (&figures, "failed", result->failed);
  figures_count (&figures, "bytes", result->bytes);
  figures_latencies (&figures, "latency_ms", &result->latencies);
  figures_print (&figures);
}

static int
run (const Options *o, const Pop3ReaderPlan *plan)
{
  Pop3ReaderResult result;
  gboolean is_over = pop3_reader_run (plan, o->clients, &result);
  gboolean is_sound = is_over && result.count > 0;
  print (&result);
  if (!is_over)
    g_printerr ("pop3-load: nothing has come for %d seconds\n", LOOP_PATIENCE_SECONDS);
  else if (!is_sound)
    g_printerr ("pop3-load: no session got through: %s\n",
                result.words ? result.words : g_strerror (result.problem));
  pop3_reader_result_clear (&result);
  return is_sound ? 0 : 1;
}

int
main (int argc, char **argv)
{
  Options o = { .clients = 1, .count = 1 };
  StreamSources sources = { .n = 0 };
  g_autoptr (GError) error = NULL;
  if (!read_options (&o, &argc, &argv, &error))
    {
      g_printerr ("pop3-load: %s\n", error->message);
      return 2;
    }
  Pop3ReaderPlan plan = {
    .aim = g_strcmp0 (o.mode, "retr") == 0 ? POP3_READER_RETR : POP3_READER_LOG_ON,
    .tries = MAX (o.count, 0),
    .user = o.user,
    .password = o.password,
    .sources = &sources,
  };
  if (!o.user || !o.password || o.port <= 0
      || !stream_address_parse (&plan.to, o.host ? o.host : "127.0.0.1", o.port)
      || (o.source && !stream_sources_parse (&sources, o.source)))
    {
      g_printerr ("pop3-load: --port, --user, --password, and addresses in numbers, are needed\n");
      return 2;
    }
  return run (&o, &plan);
}
