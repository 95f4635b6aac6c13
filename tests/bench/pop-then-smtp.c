/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/bench/figures.h"
#include "tests/bench/talk.h"

#include <arpa/inet.h>
#include <errno.h>

/* pop-then-smtp: whether a client that has logged on through POP may relay in the same moment. Each
 * time another address of 127.0.0.0/8 says RCPT in vain, logs on, and says it again at the +OK: in
 * the session that has been open all along, and in a fresh one. */

/* 127.8.0.0; the next ones follow. */
#define FIRST_ADDRESS 0x7f080000u

typedef struct
{
  char *host, *user, *password, *from, *to;
  int pop_port, smtp_port, count;
  StreamAddress pop, smtp;
} Options;

typedef struct
{
  guint count;
  guint refused;       /* RCPTs after the log-on */
  guint unneeded;      /* RCPTs before it that were accepted */
  const char *problem; /* (nullable) why it ended early */
  Latencies open;      /* log-on and RCPT in the session that was open */
  Latencies fresh;     /* a fresh session, up to its RCPT */
} Result;

static gboolean
read_options (Options *o, int *argc, char ***argv, GError **error)
{
  const GOptionEntry entries[]
      = { { "host", 0, 0, G_OPTION_ARG_STRING, &o->host, "Where the servers listen", "ADDRESS" },
          { "pop-port", 0, 0, G_OPTION_ARG_INT, &o->pop_port, "Of the POP server", "PORT" },
          { "smtp-port", 0, 0, G_OPTION_ARG_INT, &o->smtp_port, "Of the SMTP server", "PORT" },
          { "count", 0, 0, G_OPTION_ARG_INT, &o->count, "Addresses", "M" },
          { "user", 0, 0, G_OPTION_ARG_STRING, &o->user, "Who logs on", "U" },
          { "password", 0, 0, G_OPTION_ARG_STRING, &o->password, "Of the user", "X" },
          { "from", 0, 0, G_OPTION_ARG_STRING, &o->from, "The originator", "A" },
          { "to", 0, 0, G_OPTION_ARG_STRING, &o->to, "The recipient, elsewhere", "A" },
          { NULL } };
  g_autoptr (GOptionContext) context = g_option_context_new ("- logs on and sends at once");
  g_option_context_add_main_entries (context, entries, NULL);
  return g_option_context_parse (context, argc, argv, error);
}

/* Up to where RCPT can be said. */
static gboolean
open_smtp (Talk *talk, const Options *o, const StreamAddress *source)
{
  if (!talk_open (talk, &o->smtp, source))
    return FALSE;
  gboolean stands = talk_hear (talk) == 220;
  if (stands)
    {
      talk_say (talk, "EHLO bench.example\r\n");
      stands = talk_hear (talk) == 250;
    }
  if (stands)
    {
      talk_say (talk, "MAIL FROM:<%s>\r\n", o->from);
      stands = talk_hear (talk) == 250;
    }
  if (!stands)
    talk_close (talk);
  return stands;
}

static int
say_rcpt (Talk *talk, const Options *o)
{
  talk_say (talk, "RCPT TO:<%s>\r\n", o->to);
  return talk_hear (talk);
}

static void
leave (Talk *talk)
{
  char rest[64];
  talk_say (talk, "QUIT\r\n");
  while (recv (talk->fd, rest, sizeof rest, 0) > 0)
    ;
  talk_close (talk);
}

static gboolean
log_on (Talk *talk, const Options *o, const StreamAddress *source)
{
  if (!talk_open (talk, &o->pop, source))
    return FALSE;
  gboolean stands = talk_hear_ok (talk);
  talk_say (talk, "USER %s\r\n", o->user);
  stands = stands && talk_hear_ok (talk);
  talk_say (talk, "PASS %s\r\n", o->password);
  stands = stands && talk_hear_ok (talk);
  if (!stands)
    talk_close (talk);
  return stands;
}

static void
measure_fresh (const Options *o, const StreamAddress *source, Result *result)
{
  Talk talk;
  gint64 begun = g_get_monotonic_time ();
  gboolean stands = open_smtp (&talk, o, source);
  if (stands && say_rcpt (&talk, o) == 250)
    latencies_add (&result->fresh, g_get_monotonic_time () - begun);
  else
    result->refused++;
  if (stands)
    leave (&talk);
}

static void
measure_address (const Options *o, const StreamAddress *source, Result *result)
{
  Talk smtp, pop;
  if (!open_smtp (&smtp, o, source))
    {
      result->problem = "no SMTP session";
      return;
    }
  if (say_rcpt (&smtp, o) == 250)
    result->unneeded++;
  gint64 begun = g_get_monotonic_time ();
  if (!log_on (&pop, o, source))
    result->problem = "no log-on";
  else
    {
      if (say_rcpt (&smtp, o) == 250)
        latencies_add (&result->open, g_get_monotonic_time () - begun);
      else
        result->refused++;
      measure_fresh (o, source, result);
      result->count++;
      leave (&pop);
    }
  leave (&smtp);
}

static int
measure (const Options *o)
{
  Result result = { 0 };
  Figures figures;
  StreamAddress source;
  stream_address_parse (&source, "127.0.0.1", 0);
  latencies_set_up (&result.open, o->count);
  latencies_set_up (&result.fresh, o->count);
  for (int i = 0; i < o->count && !result.problem; i++)
    {
      source.v4.sin_addr.s_addr = htonl (FIRST_ADDRESS + i);
      measure_address (o, &source, &result);
    }
  figures_set_up (&figures);
  figures_count (&figures, "count", result.count);
  figures_count (&figures, "refused", result.refused);
  figures_latencies (&figures, "ms", &result.open);
  figures_latencies (&figures, "fresh_ms", &result.fresh);
  figures_print (&figures);
  if (result.unneeded > 0)
    result.problem = "RCPT was accepted before the log-on, so that nothing is shown";
  if (result.problem)
    g_printerr ("pop-then-smtp: after %u addresses: %s\n", result.count, result.problem);
  latencies_tear_down (&result.open);
  latencies_tear_down (&result.fresh);
  return result.problem ? 1 : 0;
}

int
main (int argc, char **argv)
{
  Options o = { .count = 1 };
  g_autoptr (GError) error = NULL;
  gboolean is_good = read_options (&o, &argc, &argv, &error);
  const char *host = o.host ? o.host : "127.0.0.1";
  o.from = o.from ? o.from : g_strdup ("bench@bench.example");
  if (!is_good || !o.user || !o.password || !o.to || o.pop_port <= 0 || o.smtp_port <= 0
      || !stream_address_parse (&o.pop, host, o.pop_port)
      || !stream_address_parse (&o.smtp, host, o.smtp_port))
    {
      g_printerr ("pop-then-smtp: %s\n",
                  error ? error->message : "needs both ports, --user, --password and --to");
      return 2;
    }
  return measure (&o);
}
