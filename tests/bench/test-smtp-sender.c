/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/bench/gate.h"
#include "tests/bench/smtp-sender.h"
#include "tests/bench/smtp-taker.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* Against a server in a thread, which takes what it gets, but for what a test has it do. */

typedef struct
{
  const char *refused;  /* (nullable) the command that gets a 550 */
  const char *cut_off;  /* (nullable) the command at which it hangs up */
  const char *greeting; /* (nullable) in place of the usual one */
  Loop loop;
  Gate gate;
  GThread *thread;
  StreamAddress address;
  LoopSource stopper; /* an eventfd */
  gboolean is_stopping;
  guint n_open;
  guint n_messages;
  guint n_connections;
} Server;

typedef struct
{
  Stream stream;
  Server *server;
  SmtpTaker taker;
} Session;

static gboolean
is_command (const char *bytes, const char *command)
{
  return command && strncmp (bytes, command, strlen (command)) == 0;
}

static gsize
received (Stream *stream, char *bytes, gsize length)
{
  Session *session = (Session *) stream;
  Server *server = session->server;
  gsize taken = 0;
  for (;;)
    {
      SmtpTakerStep step = smtp_taker_next (&session->taker, bytes + taken, length - taken);
      if (step.kind == SMTP_TAKER_MORE)
        return taken;
      if (step.kind == SMTP_TAKER_MESSAGE)
        server->n_messages++;
      else if (is_command (bytes + taken, server->cut_off))
        return STREAM_END;
      const char *reply = is_command (bytes + taken, server->refused) ? "550 no\r\n" : step.reply;
      stream_write (stream, reply, strlen (reply));
      if (step.kind == SMTP_TAKER_END)
        return STREAM_END;
      taken += step.taken;
    }
}

static void
end_when_alone (Server *server)
{
  if (server->is_stopping && server->n_open == 0)
    loop_end (&server->loop);
}

static void
over (Stream *stream, int problem)
{
  Server *server = ((Session *) stream)->server;
  stream_clear (stream);
  g_free (stream);
  server->n_open--;
  end_when_alone (server);
}

static const StreamEvents EVENTS = { .received = received, .over = over };

static void
came (int fd, gpointer user)
{
  Server *server = user;
  Session *session = g_new0 (Session, 1);
  const char *greeting = server->greeting ? server->greeting : SMTP_TAKER_GREETING;
  server->n_connections++;
  server->n_open++;
  session->server = server;
  session->stream.events = &EVENTS;
  stream_accept (&session->stream, &server->loop, fd);
  stream_write (&session->stream, greeting, strlen (greeting));
}

static void
told_to_stop (LoopSource *source, guint32 events)
{
  Server *server = (Server *) ((char *) source - G_STRUCT_OFFSET (Server, stopper));
  eventfd_t count;
  eventfd_read (source->fd, &count);
  server->is_stopping = TRUE;
  end_when_alone (server);
}

static gpointer
serve (gpointer data)
{
  Server *server = data;
  loop_run (&server->loop);
  return NULL;
}

static void
start (Server *server)
{
  socklen_t length = sizeof server->address.v4;
  g_assert_true (stream_address_parse (&server->address, "127.0.0.1", 0));
  loop_set_up (&server->loop);
  server->gate = (Gate){ .came = came, .user = server };
  g_assert_true (gate_open (&server->gate, &server->loop, &server->address));
  g_assert_no_errno (getsockname (server->gate.source.fd, &server->address.any, &length));
  server->stopper = (LoopSource){ .fd = eventfd (0, EFD_CLOEXEC), .ready = told_to_stop };
  loop_add (&server->loop, &server->stopper, EPOLLIN);
  server->thread = g_thread_new ("server", serve, server);
}

/* When all sessions have ended. */
static void
stop (Server *server)
{
  eventfd_write (server->stopper.fd, 1);
  g_thread_join (server->thread);
  gate_close (&server->gate);
  close (server->stopper.fd);
  loop_tear_down (&server->loop);
}

/* Runs the plan against the server. Returns: FALSE when it got stuck */
static gboolean
run (Server *server, SmtpSenderPlan plan, guint n_sessions, SmtpSenderResult *result)
{
  start (server);
  StreamSources sources = { .n = 0 };
  plan.to = server->address;
  plan.sources = &sources;
  plan.from = "ann@example.org";
  plan.recipient = "joe@example.net";
  plan.tag = "test";
  plan.size = 3000;
  gboolean is_sound = smtp_sender_run (&plan, n_sessions, result);
  stop (server);
  return is_sound;
}

static void
assert_counts (SmtpSenderResult *result, guint accepted, guint refused, guint failed)
{
  g_assert_cmpuint (result->accepted, ==, accepted);
  g_assert_cmpuint (result->refused, ==, refused);
  g_assert_cmpuint (result->failed, ==, failed);
  g_assert_cmpuint (result->latencies.us->len, ==, accepted + refused);
  smtp_sender_result_clear (result);
}

static void
test_messages (void)
{
  for (int has_pipelining = 0; has_pipelining <= 1; has_pipelining++)
    {
      Server server = { 0 };
      SmtpSenderResult result;
      SmtpSenderPlan plan = { .tries = 25, .per_connection = 4, .has_pipelining = has_pipelining };
      g_assert_true (run (&server, plan, 3, &result));
      assert_counts (&result, 25, 0, 0);
      g_assert_cmpuint (server.n_messages, ==, 25);
      g_assert_cmpuint (server.n_connections, >=, 7);
    }
}

/* The file names those that were accepted, each once. */
static void
test_accepted_file (void)
{
  Server server = { 0 };
  SmtpSenderResult result;
  g_autofree char *text = NULL;
  size_t length = 0;
  SmtpSenderPlan plan = { .tries = 3, .per_connection = 2 };
  plan.accepted_file = open_memstream (&text, &length);
  g_assert_true (run (&server, plan, 1, &result));
  fclose (plan.accepted_file);
  assert_counts (&result, 3, 0, 0);
  g_assert_cmpstr (text, ==,
                   "<test-0000000000@bench>\n<test-0000000001@bench>\n<test-0000000002@bench>\n");
}

static void
test_refused (void)
{
  Server server = { .refused = "RCPT" };
  SmtpSenderResult result;
  SmtpSenderPlan plan = { .tries = 5, .per_connection = 2 };
  g_assert_true (run (&server, plan, 2, &result));
  assert_counts (&result, 0, 5, 0);
  g_assert_cmpuint (server.n_messages, ==, 0);
}

static void
test_recipients (void)
{
  Server server = { .refused = "RCPT" };
  SmtpSenderResult result;
  SmtpSenderPlan plan = { .aim = SMTP_SENDER_RECIPIENTS, .tries = 100, .per_connection = 25 };
  g_assert_true (run (&server, plan, 1, &result));
  assert_counts (&result, 0, 100, 0);
  g_assert_cmpuint (server.n_connections, ==, 4);
}

static void
test_envelopes (void)
{
  Server server = { 0 };
  SmtpSenderResult result;
  SmtpSenderPlan plan = { .aim = SMTP_SENDER_ENVELOPES, .tries = 10, .per_connection = 10 };
  g_assert_true (run (&server, plan, 1, &result));
  assert_counts (&result, 10, 0, 0);
  g_assert_cmpuint (server.n_connections, ==, 1);
}

static void
test_lost (void)
{
  Server server = { .cut_off = "DATA" };
  SmtpSenderResult result;
  SmtpSenderPlan plan = { .tries = 6, .per_connection = 3 };
  g_assert_true (run (&server, plan, 2, &result));
  g_assert_cmpuint (result.failed, ==, 6);
  smtp_sender_result_clear (&result);
}

static void
test_connections (void)
{
  static const char *const GREETINGS[] = { "554 no\r\n", "421-not\r\n421 now\r\n" };
  SmtpSenderPlan plan = { .aim = SMTP_SENDER_CONNECTIONS, .tries = 8, .per_connection = 1 };
  for (guint i = 0; i < G_N_ELEMENTS (GREETINGS); i++)
    {
      Server server = { .greeting = GREETINGS[i] };
      SmtpSenderResult result;
      g_assert_true (run (&server, plan, 2, &result));
      assert_counts (&result, 0, 8, 0);
    }
  Server friendly = { 0 };
  SmtpSenderResult result;
  g_assert_true (run (&friendly, plan, 2, &result));
  assert_counts (&result, 8, 0, 0);
}

/* Where nobody listens, nothing is taken for an answer. */
static void
test_nobody (void)
{
  Server server = { 0 };
  SmtpSenderResult result;
  StreamSources sources = { .n = 0 };
  SmtpSenderPlan plan = { .sources = &sources, .tries = 3, .per_connection = 1 };
  plan.from = plan.recipient = plan.tag = "";
  start (&server);
  stop (&server);
  plan.to = server.address;
  g_assert_true (smtp_sender_run (&plan, 1, &result));
  g_assert_cmpuint (result.failed, ==, 3);
  g_assert_cmpint (result.problem, ==, ECONNREFUSED);
  smtp_sender_result_clear (&result);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/smtp-sender/messages", test_messages);
  g_test_add_func ("/smtp-sender/accepted-file", test_accepted_file);
  g_test_add_func ("/smtp-sender/refused", test_refused);
  g_test_add_func ("/smtp-sender/recipients", test_recipients);
  g_test_add_func ("/smtp-sender/envelopes", test_envelopes);
  g_test_add_func ("/smtp-sender/lost", test_lost);
  g_test_add_func ("/smtp-sender/connections", test_connections);
  g_test_add_func ("/smtp-sender/nobody", test_nobody);
  return g_test_run ();
}
