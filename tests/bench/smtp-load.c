/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/bench/figures.h"
#include "tests/bench/smtp-sender.h"

#include <errno.h>

/* smtp-load: how fast an SMTP server takes messages, or refuses them. */

typedef struct
{
  char *host, *source, *from, *to, *tag, *accepted_file;
  int port, clients, messages, per_connection, size, rcpts;
  gboolean envelope_only, refused_rcpts, connect_only, pipeline;
} Options;

static gboolean
read_options (Options *o, int *argc, char ***argv, GError **error)
{
  const GOptionEntry entries[]
      = { { "host", 0, 0, G_OPTION_ARG_STRING, &o->host, "Where the server listens", "ADDRESS" },
          { "port", 0, 0, G_OPTION_ARG_INT, &o->port, "Where the server listens", "PORT" },
          { "clients", 0, 0, G_OPTION_ARG_INT, &o->clients, "Sessions at the same time", "N" },
          { "messages", 0, 0, G_OPTION_ARG_INT, &o->messages, "Messages in all", "M" },
          { "per-connection", 0, 0, G_OPTION_ARG_INT, &o->per_connection, "Messages of one", "K" },
          { "size", 0, 0, G_OPTION_ARG_INT, &o->size, "Of a message", "BYTES" },
          { "from", 0, 0, G_OPTION_ARG_STRING, &o->from, "The originator", "A" },
          { "to", 0, 0, G_OPTION_ARG_STRING, &o->to, "The recipient", "A" },
          { "tag", 0, 0, G_OPTION_ARG_STRING, &o->tag, "Begins each Message-ID", "TEXT" },
          { "accepted-file", 0, 0, G_OPTION_ARG_FILENAME, &o->accepted_file,
            "Gets their Message-IDs", "F" },
          { "source-from", 0, 0, G_OPTION_ARG_STRING, &o->source, "Connect from here",
            "ADDRESS[/N]" },
          { "pipeline", 0, 0, G_OPTION_ARG_NONE, &o->pipeline, "MAIL, RCPT, DATA in one", NULL },
          { "envelope-only", 0, 0, G_OPTION_ARG_NONE, &o->envelope_only, "RSET after RCPT", NULL },
          { "refused-rcpts", 0, 0, G_OPTION_ARG_NONE, &o->refused_rcpts, "Count recipients", NULL },
          { "rcpts", 0, 0, G_OPTION_ARG_INT, &o->rcpts, "Recipients of one connection", "R" },
          { "connect-only", 0, 0, G_OPTION_ARG_NONE, &o->connect_only, "Count connections", NULL },
          { NULL } };
  g_autoptr (GOptionContext) context = g_option_context_new ("- sends messages and counts");
  g_option_context_add_main_entries (context, entries, NULL);
  return g_option_context_parse (context, argc, argv, error);
}

static SmtpSenderAim
aim_of (const Options *o)
{
  return o->connect_only    ? SMTP_SENDER_CONNECTIONS
         : o->refused_rcpts ? SMTP_SENDER_RECIPIENTS
         : o->envelope_only ? SMTP_SENDER_ENVELOPES
                            : SMTP_SENDER_MESSAGES;
}

static void
print (SmtpSenderResult *result)
{
  Figures figures;
  figures_set_up (&figures);
  figures_real (&figures, "seconds", (result->ended_us - result->begun_us) / 1e6);
  figures_moment (&figures, "begin_s", result->begun_us);
  figures_count (&figures, "accepted", result->accepted);
  figures_count (&figures, "refused", result->refused);
  figures_count (&figures, "failed", result->failed);
  figures_latencies (&figures, "latency_ms", &result->latencies);
  figures_print (&figures);
}

static int
run (const Options *o, const SmtpSenderPlan *plan)
{
  SmtpSenderResult result;
  gboolean is_over = smtp_sender_run (plan, o->clients, &result);
  gboolean has_answers = result.accepted + result.refused > 0;
  print (&result);
  if (!is_over)
    g_printerr ("smtp-load: nothing has come for %d seconds\n", LOOP_PATIENCE_SECONDS);
  else if (!has_answers)
    g_printerr ("smtp-load: no session got through: %s\n", g_strerror (result.problem));
  smtp_sender_result_clear (&result);
  return is_over && has_answers ? 0 : 1;
}

int
main (int argc, char **argv)
{
  Options o = { .clients = 1, .messages = 1, .per_connection = 1, .size = 10240, .rcpts = 1 };
  StreamSources sources = { .n = 0 };
  g_autoptr (GError) error = NULL;
  if (!read_options (&o, &argc, &argv, &error))
    {
      g_printerr ("smtp-load: %s\n", error->message);
      return 2;
    }
  SmtpSenderPlan plan = {
    .aim = aim_of (&o),
    .tries = MAX (o.messages, 0),
    .per_connection = o.refused_rcpts ? o.rcpts : o.per_connection,
    .has_pipelining = o.pipeline,
    .from = o.from ? o.from : "bench@bench.example",
    .recipient = o.to ? o.to : "ann@postern.example",
    .tag = o.tag ? o.tag : "bench",
    .size = o.size,
    .sources = &sources,
  };
  if (!stream_address_parse (&plan.to, o.host ? o.host : "127.0.0.1", o.port) || o.port <= 0
      || (o.source && !stream_sources_parse (&sources, o.source)))
    {
      g_printerr ("smtp-load: --port, and addresses in numbers, are needed\n");
      return 2;
    }
  if (o.accepted_file && !(plan.accepted_file = fopen (o.accepted_file, "we")))
    {
      g_printerr ("smtp-load: %s: %s\n", o.accepted_file, g_strerror (errno));
      return 2;
    }
  int status = run (&o, &plan);
  if (plan.accepted_file && fclose (plan.accepted_file) != 0)
    status = 1;
  return status;
}
