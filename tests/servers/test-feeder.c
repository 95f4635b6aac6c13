/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/net/feeder.h"

#include "peer.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* A conversation of a few words: "wait" is answered from the loop later, "5 bytes" and "9 bytes"
 * are followed by content, "much" gets a lot to read, "tls" starts TLS, "bye" ends it; other lines
 * are sent back. */

#define MUCH (CONNECTION_OUTPUT_MARK * 2)

typedef struct
{
  Worker *worker;
  Connection *connection;
  Feeder feeder;
  gboolean waits;
  gboolean is_ending;
  gsize content_left;
  guint steps;      /* in this turn */
  guint most_steps; /* in any turn */
  int fd;
  int ended; /* atomic */
} Talk;

static void
say (Talk *talk, const char *text, gsize length)
{
  connection_write (talk->connection, text, length);
  connection_write (talk->connection, "\n", 1);
}

static void
answer (gpointer data)
{
  Talk *talk = data;

  talk->waits = FALSE;
  say (talk, "waited", 6);
  connection_resume (talk->connection);
}

static gboolean
is_ready (gpointer user)
{
  Talk *talk = user;
  return !talk->waits && !talk->is_ending;
}

static void
on_line (gpointer user, const char *text, gsize length)
{
  static const char much[MUCH] = { [0 ... MUCH - 1] = 'x' };
  Talk *talk = user;
  g_autofree char *line = g_strndup (text, length);

  g_assert_true (is_ready (talk));
  talk->steps++;
  if (g_str_equal (line, "wait"))
    {
      talk->waits = TRUE;
      connection_hold (talk->connection);
      worker_post (talk->worker, answer, talk);
      return;
    }

  if (g_str_has_suffix (line, " bytes"))
    {
      talk->content_left = (gsize) g_ascii_strtoull (line, NULL, 10);
      talk->feeder.reads_content = TRUE;
    }
  say (talk, g_str_equal (line, "much") ? much : text, g_str_equal (line, "much") ? MUCH : length);
  if (g_str_equal (line, "bye"))
    {
      talk->is_ending = TRUE;
      connection_finish (talk->connection);
    }
  if (g_str_equal (line, "tls"))
    {
      g_autoptr (TlsContext) context = tls_fixture_context (TLS_VERSION_1_2);
      say (talk, talk->feeder.waiting > 0 ? "more waits" : "alone",
           talk->feeder.waiting > 0 ? 10 : 5);
      connection_start_tls (talk->connection, context);
    }
}

static void
on_fault (gpointer user, LineKind kind)
{
  say (user, kind == LINE_TOO_LONG ? "too long" : "broken", kind == LINE_TOO_LONG ? 8 : 6);
}

/* Takes it in pieces of 4, as what it holds may be cut. */
static gsize
on_content (gpointer user, const char *bytes, gsize length)
{
  Talk *talk = user;
  gsize wanted = MIN (talk->content_left, 4);

  if (length < wanted)
    return 0;
  talk->steps++;
  talk->content_left -= wanted;
  talk->feeder.reads_content = talk->content_left > 0;
  connection_write (talk->connection, bytes, wanted);
  return wanted;
}

static gsize
on_received (gpointer user, const char *bytes, gsize length)
{
  Talk *talk = user;

  talk->steps = 0;
  gsize taken = feeder_take (&talk->feeder, bytes, length);
  talk->most_steps = MAX (talk->most_steps, talk->steps);
  return taken;
}

static void
on_drained (gpointer user)
{
  Talk *talk = user;
  connection_resume (talk->connection);
}

static void
on_closed (gpointer user, const char *reason)
{
  Talk *talk = user;
  g_atomic_int_set (&talk->ended, TRUE);
}

static void
begin (gpointer data)
{
  static const ConnectionEvents events
      = { .received = on_received, .drained = on_drained, .closed = on_closed };
  static const FeederEvents feeder_events = { is_ready, on_line, on_fault, on_content };
  Talk *talk = data;

  talk->connection = connection_new (talk->worker, talk->fd, &events, talk);
  talk->feeder = (Feeder){
    .connection = talk->connection, .events = &feeder_events, .user = talk, .lines.limit = 20
  };
}

/* Sends @text in pieces of @piece bytes, and expects @reply and then the end. */
static void
try (const char *text, gsize piece, const char *reply, guint most_steps)
{
  Talk talk = { .worker = worker_new ("test", NULL) };
  guint16 port;
  int listener = peer_listen (&port);
  int client = peer_connect_to (port);
  g_autoptr (GString) got = g_string_new (NULL);
  char bytes[1000];
  gssize length;

  talk.fd = accept4 (listener, NULL, NULL, SOCK_NONBLOCK);
  close (listener);
  worker_call (talk.worker, begin, &talk);
  for (gsize sent = 0; sent < strlen (text); sent += piece)
    g_assert_cmpint (send (client, text + sent, MIN (piece, strlen (text) - sent), MSG_NOSIGNAL), >,
                     0);
  g_assert_no_errno (shutdown (client, SHUT_WR));
  while ((length = recv (client, bytes, sizeof bytes, 0)) > 0)
    g_string_append_len (got, bytes, length);
  close (client);
  worker_free (talk.worker);

  g_assert_cmpstr (got->str, ==, reply);
  g_assert_true (g_atomic_int_get (&talk.ended));
  if (most_steps > 0)
    g_assert_cmpuint (talk.most_steps, ==, most_steps);
}

static void
test_lines (void)
{
  static const gsize pieces[] = { 1, 3, 1000 };

  for (guint i = 0; i < G_N_ELEMENTS (pieces); i++)
    {
      try ("one\r\ntwo\r\nbye\r\n", pieces[i], "one\ntwo\nbye\n", 0);
      try ("one\r\nbye\r\ntwo\r\n", pieces[i], "one\nbye\n", 0);
      try ("one\r\n a line that is too long \r\nb\rroken\r\nbye\r\n", pieces[i],
           "one\ntoo long\nbroken\nbye\n", 0);
    }
}

/* While an answer is out, nothing is fed; the end of the client's input waits for it, too. */
static void
test_waits (void)
{
  try ("wait\r\none\r\nwait\r\nwait\r\ntwo\r\n", 1000, "waited\none\nwaited\nwaited\ntwo\n", 0);
}

static void
test_content (void)
{
  static const gsize pieces[] = { 1, 3, 1000 };

  for (guint i = 0; i < G_N_ELEMENTS (pieces); i++)
    try ("9 bytes\r\na\r\nb\r\nc\r\none\r\n5 bytes\r\n12345bye\r\n", pieces[i],
         "9 bytes\na\r\nb\r\nc\r\none\n5 bytes\n12345bye\n", 0);
}

static void
test_turns (void)
{
  g_autoptr (GString) lines = g_string_new (NULL);
  g_autoptr (GString) replies = g_string_new (NULL);

  for (guint i = 0; i < 200; i++)
    {
      g_string_append (lines, "noop\r\n");
      g_string_append (replies, "noop\n");
    }
  try (lines->str, lines->len, replies->str, FEEDER_STEPS_A_TURN);
}

/* A client that does not read is not fed: one line a turn here. */
static void
test_congested (void)
{
  g_autoptr (GString) lines = g_string_new (NULL);
  g_autoptr (GString) replies = g_string_new (NULL);

  for (guint i = 0; i < 50; i++)
    {
      g_string_append (lines, "much\r\n");
      for (guint place = 0; place < MUCH; place++)
        g_string_append_c (replies, 'x');
      g_string_append_c (replies, '\n');
    }
  try (lines->str, lines->len, replies->str, 1);
}

/* What stands behind the line that starts TLS is known, and never fed. */
static void
test_tls (void)
{
  /* The end of the client's input within the handshake is answered with an alert of TLS 1.2. */
  try ("tls\r\n", 1000, "tls\nalone\n\x15\x03\x03", 0);
  try ("tls\r\none\r\n", 1000, "tls\nmore waits\n", 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/feeder/lines", test_lines);
  g_test_add_func ("/feeder/waits", test_waits);
  g_test_add_func ("/feeder/content", test_content);
  g_test_add_func ("/feeder/turns", test_turns);
  g_test_add_func ("/feeder/congested", test_congested);
  g_test_add_func ("/feeder/tls", test_tls);
  return g_test_run ();
}
