/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/net/connection.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* What the user of a connection does when bytes come. */
typedef enum
{
  DO_ECHO,         /* takes all and sends it back */
  DO_ECHO_LINES,   /* the same for whole lines; what has no end stays */
  DO_ANSWER_LATER, /* takes a line; the answer comes from the thread pool */
  DO_NOTHING,      /* takes nothing */
  DO_FINISH,       /* says goodbye */
  DO_ABORT,        /* leaves at once, after a word that is lost */
  DO_FLOOD,        /* sends FLOOD_BYTES, a piece at a time while it is not congested */
} Act;

#define FLOOD_BYTES (8 * 1024 * 1024)

typedef struct
{
  Worker *worker;
  Connection *connection; /* (unowned) (nullable) until it is closed */
  Act act;
  int fd;
  guint16 port;
  gsize left;          /* of the flood */
  gboolean is_waiting; /* for an answer from the thread pool */

  GMutex lock;
  GCond changed;
  GString *got;
  guint connected, drained, expired, closed;
  gsize most_offered;
  char *reason;
} User;

static void
count (User *user, guint *counter)
{
  g_mutex_lock (&user->lock);
  (*counter)++;
  g_cond_broadcast (&user->changed);
  g_mutex_unlock (&user->lock);
}

static void
wait_for (User *user, guint *counter)
{
  g_mutex_lock (&user->lock);
  while (*counter == 0)
    g_cond_wait (&user->changed, &user->lock);
  g_mutex_unlock (&user->lock);
}

static void
flood (User *user)
{
  static const char piece[10000] = { [0 ... 9999] = 'x' };

  while (user->left > 0 && !connection_is_congested (user->connection))
    {
      gsize length = MIN (user->left, sizeof piece);
      connection_write (user->connection, piece, length);
      user->left -= length;
    }
  if (user->left == 0)
    connection_finish (user->connection);
}

static void
work_out (gpointer data)
{
  /* What a password's hash would be. */
}

static void
answer (gpointer data)
{
  User *user = data;

  user->is_waiting = FALSE;
  if (user->connection == NULL)
    return;
  connection_write (user->connection, "+OK\r\n", 5);
  connection_resume (user->connection);
}

static gsize
answer_later (User *user, const char *bytes, gsize length)
{
  const char *end = memchr (bytes, '\n', length);
  if (end == NULL || user->is_waiting)
    return 0;

  user->is_waiting = TRUE;
  connection_hold (user->connection);
  worker_block (user->worker, work_out, answer, user);
  return end + 1 - bytes;
}

static gsize
on_received (gpointer data, const char *bytes, gsize length)
{
  User *user = data;
  const char *end;

  user->most_offered = MAX (user->most_offered, length);
  switch (user->act)
    {
    case DO_ECHO:
      connection_write (user->connection, bytes, length);
      return length;
    case DO_ECHO_LINES:
      end = memrchr (bytes, '\n', length);
      if (end == NULL)
        return 0;
      connection_write (user->connection, bytes, end + 1 - bytes);
      return end + 1 - bytes;
    case DO_ANSWER_LATER:
      return answer_later (user, bytes, length);
    case DO_NOTHING:
      count (user, &user->expired);
      return 0;
    case DO_FINISH:
      connection_write (user->connection, "bye\r\n", 5);
      connection_finish (user->connection);
      connection_finish (user->connection);
      connection_write (user->connection, "ignored\r\n", 9);
      connection_resume (user->connection);
      return 0;
    case DO_ABORT:
      connection_write (user->connection, "lost\r\n", 6);
      connection_abort (user->connection);
      connection_abort (user->connection);
      connection_finish (user->connection);
      connection_write (user->connection, "ignored\r\n", 9);
      connection_flush (user->connection);
      return 0;
    case DO_FLOOD:
      flood (user);
      return length;
    }
  g_assert_not_reached ();
}

static void
on_connected (gpointer data)
{
  User *user = data;
  connection_write (user->connection, "hello\r\n", 7);
  count (user, &user->connected);
}

static void
on_drained (gpointer data)
{
  User *user = data;
  count (user, &user->drained);
  flood (user);
}

static void
on_expired (gpointer data)
{
  User *user = data;
  connection_write (user->connection, "too late\r\n", 10);
  connection_finish (user->connection);
  count (user, &user->expired);
}

static void
on_closed (gpointer data, const char *reason)
{
  User *user = data;
  user->connection = NULL;
  user->reason = g_strdup (reason);
  count (user, &user->closed);
}

static const ConnectionEvents EVENTS
    = { on_connected, on_received, on_drained, on_expired, on_closed };

static void
set_up (User *user, gconstpointer act)
{
  g_autoptr (GError) error = NULL;

  user->worker = worker_new ("test", &error);
  g_assert_no_error (error);
  user->act = GPOINTER_TO_INT (act);
  user->left = FLOOD_BYTES;
  user->fd = -1;
  g_mutex_init (&user->lock);
  g_cond_init (&user->changed);
}

static void
tear_down (User *user, gconstpointer act)
{
  if (user->fd >= 0)
    close (user->fd);
  wait_for (user, &user->closed);
  worker_free (user->worker);
  g_free (user->reason);
  g_cond_clear (&user->changed);
  g_mutex_clear (&user->lock);
}

/* --- The peer: plain blocking sockets in the test's thread --- */

static int
listen_on_loopback (guint16 *port)
{
  struct sockaddr_in address
      = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  socklen_t length = sizeof address;
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_assert_no_errno (bind (fd, (struct sockaddr *) &address, length));
  g_assert_no_errno (listen (fd, 10));
  g_assert_no_errno (getsockname (fd, (struct sockaddr *) &address, &length));
  *port = ntohs (address.sin_port);
  return fd;
}

static void
new_connection (gpointer data)
{
  User *user = data;
  user->connection = connection_new (user->worker, user->fd, &EVENTS, user);
}

/* Connects to a connection of the worker's; user->fd is our end. */
static void
connect_to (User *user)
{
  guint16 port;
  int listener = listen_on_loopback (&port);
  struct sockaddr_in address = { .sin_family = AF_INET,
                                 .sin_addr.s_addr = htonl (INADDR_LOOPBACK),
                                 .sin_port = htons (port) };
  int peer = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_assert_no_errno (connect (peer, (struct sockaddr *) &address, sizeof address));
  user->fd = accept (listener, NULL, NULL);
  g_assert_cmpint (user->fd, >=, 0);
  close (listener);
  worker_call (user->worker, new_connection, user);
  user->fd = peer;
}

static void
say (User *user, const char *text)
{
  g_assert_cmpint (send (user->fd, text, strlen (text), MSG_NOSIGNAL), ==, strlen (text));
}

static void
end_input (User *user)
{
  g_assert_no_errno (shutdown (user->fd, SHUT_WR));
}

/* Reads @text, and no byte more. */
static void
expect (User *user, const char *text)
{
  g_autoptr (GString) got = g_string_new (NULL);
  char bytes[1000];

  while (got->len < strlen (text))
    {
      gssize length = recv (user->fd, bytes, MIN (sizeof bytes, strlen (text) - got->len), 0);
      g_assert_cmpint (length, >, 0);
      g_string_append_len (got, bytes, length);
    }
  g_assert_cmpstr (got->str, ==, text);
}

static void
expect_end (User *user)
{
  char byte;
  g_assert_cmpint (recv (user->fd, &byte, 1, 0), ==, 0);
}

/* --- Accepted connections --- */

static void
test_echo (User *user, gconstpointer act)
{
  connect_to (user);
  say (user, "hello");
  expect (user, "hello");
  say (user, "again");
  expect (user, "again");
  close (user->fd);
  user->fd = -1;
  wait_for (user, &user->closed);
  g_assert_cmpstr (user->reason, ==, "connection closed by the peer");
}

/* What belongs to a worker is asked in its thread. */
static void
check_addresses (gpointer data)
{
  User *user = data;
  IpAddress loopback;
  struct sockaddr_in address;
  socklen_t length = sizeof address;

  g_assert_true (ip_address_parse ("127.0.0.1", &loopback));
  g_assert_no_errno (getsockname (user->fd, (struct sockaddr *) &address, &length));
  g_assert_true (ip_address_equal (connection_peer_address (user->connection), &loopback));
  g_assert_true (ip_address_equal (connection_local_address (user->connection), &loopback));
  g_assert_cmpuint (connection_peer_port (user->connection), ==, ntohs (address.sin_port));
  g_assert_true (connection_worker (user->connection) == user->worker);
}

static void
test_addresses (User *user, gconstpointer act)
{
  connect_to (user);
  worker_call (user->worker, check_addresses, user);
}

static void
test_byte_by_byte (User *user, gconstpointer act)
{
  const char *text = "one\r\ntwo\r\n";

  connect_to (user);
  for (const char *byte = text; *byte != '\0'; byte++)
    g_assert_cmpint (send (user->fd, byte, 1, 0), ==, 1);
  expect (user, text);
}

/* printf '...' | nc: all is answered, then the end comes. */
static void
test_half_close (User *user, gconstpointer act)
{
  connect_to (user);
  say (user, "one\r\ntwo\r\n");
  end_input (user);
  expect (user, "one\r\ntwo\r\n");
  expect_end (user);
}

/* The same where each answer comes from elsewhere, also the last. */
static void
test_half_close_later (User *user, gconstpointer act)
{
  connect_to (user);
  say (user, "1\r\n2\r\n3\r\n");
  end_input (user);
  expect (user, "+OK\r\n+OK\r\n+OK\r\n");
  expect_end (user);
}

static void
test_pipelined_later (User *user, gconstpointer act)
{
  connect_to (user);
  for (guint i = 0; i < 200; i++)
    say (user, "NOOP\r\n");
  for (guint i = 0; i < 200; i++)
    expect (user, "+OK\r\n");
}

static void
test_finish (User *user, gconstpointer act)
{
  connect_to (user);
  say (user, "a lot that nobody reads\r\n");
  expect (user, "bye\r\n");
  expect_end (user);
  /* What is sent meanwhile is thrown away, and takes nothing back. */
  say (user, "more\r\n");
  close (user->fd);
  user->fd = -1;
  wait_for (user, &user->closed);
  g_assert_null (user->reason);
}

static void
test_abort (User *user, gconstpointer act)
{
  char byte;

  connect_to (user);
  say (user, "x");
  g_assert_cmpint (recv (user->fd, &byte, 1, 0), <=, 0);
  wait_for (user, &user->closed);
  g_assert_null (user->reason);
  g_assert_cmpuint (user->closed, ==, 1);
}

static void
abort_now (gpointer data)
{
  User *user = data;
  connection_abort (user->connection);
  /* Never from inside the call. */
  g_assert_cmpuint (user->closed, ==, 0);
}

static void
test_abort_from_outside (User *user, gconstpointer act)
{
  connect_to (user);
  worker_call (user->worker, abort_now, user);
  wait_for (user, &user->closed);
}

/* The peer may have at most CONNECTION_INPUT_MAX bytes here; the rest waits on its side. */
static void
test_backpressure (User *user, gconstpointer act)
{
  static char bytes[65536];
  gsize sent = 0;
  gssize length;

  connect_to (user);
  while ((length = send (user->fd, bytes, sizeof bytes, MSG_DONTWAIT | MSG_NOSIGNAL)) > 0)
    {
      sent += length;
      wait_for (user, &user->expired); /* DO_NOTHING counts offers there */
    }
  g_assert_cmpint (errno, ==, EAGAIN);
  worker_call (user->worker, abort_now, user);
  wait_for (user, &user->closed);
  g_assert_cmpuint (user->most_offered, <=, CONNECTION_INPUT_MAX);
  g_assert_cmpuint (sent, >, CONNECTION_INPUT_MAX);
}

static void
test_flood (User *user, gconstpointer act)
{
  static char bytes[100000];
  gsize got = 0;
  gssize length;

  connect_to (user);
  say (user, "go\r\n");
  wait_for (user, &user->drained);
  while ((length = recv (user->fd, bytes, sizeof bytes, 0)) > 0)
    got += length;
  g_assert_cmpuint (got, ==, FLOOD_BYTES);
  g_assert_cmpuint (user->drained, >, 1);
}

static void
set_deadline (gpointer data)
{
  User *user = data;
  connection_set_deadline (user->connection, 60);
  connection_set_deadline (user->connection, 1);
}

static void
test_deadline (User *user, gconstpointer act)
{
  connect_to (user);
  worker_call (user->worker, set_deadline, user);
  expect (user, "too late\r\n");
  expect_end (user);
  g_assert_cmpuint (user->expired, ==, 1);
}

/* A peer that resets while we write to it: a reason, and no signal. */
static void
test_reset (User *user, gconstpointer act)
{
  struct linger at_once = { .l_onoff = 1, .l_linger = 0 };

  connect_to (user);
  say (user, "go\r\n");
  wait_for (user, &user->drained);
  g_assert_no_errno (setsockopt (user->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once));
  close (user->fd);
  user->fd = -1;
  wait_for (user, &user->closed);
  g_assert_nonnull (user->reason);
}

/* --- Outgoing connections --- */

static void
open_connection (gpointer data)
{
  User *user = data;
  IpAddress loopback;

  g_assert_true (ip_address_parse ("127.0.0.1", &loopback));
  user->connection = connection_open (user->worker, &loopback, user->port, &EVENTS, user);
}

static void
test_open (User *user, gconstpointer act)
{
  int listener = listen_on_loopback (&user->port);

  worker_call (user->worker, open_connection, user);
  user->fd = accept (listener, NULL, NULL);
  close (listener);
  expect (user, "hello\r\n");
  say (user, "x");
  expect (user, "x");
  g_assert_cmpuint (user->connected, ==, 1);
  worker_call (user->worker, check_addresses, user);
}

static void
test_refused (User *user, gconstpointer act)
{
  close (listen_on_loopback (&user->port));
  worker_call (user->worker, open_connection, user);
  wait_for (user, &user->closed);
  g_assert_cmpstr (user->reason, ==, g_strerror (ECONNREFUSED));
  g_assert_cmpuint (user->connected, ==, 0);
}

static void
open_and_abort (gpointer data)
{
  User *user = data;
  open_connection (data);
  connection_write (user->connection, "never sent", 10);
  connection_finish (user->connection);
}

static void
test_given_up (User *user, gconstpointer act)
{
  int listener = listen_on_loopback (&user->port);

  worker_call (user->worker, open_and_abort, user);
  wait_for (user, &user->closed);
  g_assert_null (user->reason);
  g_assert_cmpuint (user->connected, ==, 0);
  close (listener);
}

/* A descriptor that is no TCP connection: an end with a reason, nothing worse. */
static void
test_no_socket (User *user, gconstpointer act)
{
  int pipes[2];

  g_assert_no_errno (pipe (pipes));
  user->fd = pipes[0];
  worker_call (user->worker, new_connection, user);
  user->fd = -1;
  wait_for (user, &user->closed);
  g_assert_nonnull (user->reason);
  close (pipes[1]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, act, function)                                                                   \
  g_test_add ("/connection/" name, User, GINT_TO_POINTER (act), set_up, function, tear_down)
  ADD ("echo", DO_ECHO, test_echo);
  ADD ("addresses", DO_ECHO, test_addresses);
  ADD ("byte-by-byte", DO_ECHO_LINES, test_byte_by_byte);
  ADD ("half-close", DO_ECHO_LINES, test_half_close);
  ADD ("half-close-later", DO_ANSWER_LATER, test_half_close_later);
  ADD ("pipelined-later", DO_ANSWER_LATER, test_pipelined_later);
  ADD ("finish", DO_FINISH, test_finish);
  ADD ("abort", DO_ABORT, test_abort);
  ADD ("abort-from-outside", DO_ECHO, test_abort_from_outside);
  ADD ("backpressure", DO_NOTHING, test_backpressure);
  ADD ("flood", DO_FLOOD, test_flood);
  ADD ("deadline", DO_ECHO, test_deadline);
  ADD ("reset", DO_FLOOD, test_reset);
  ADD ("open", DO_ECHO, test_open);
  ADD ("refused", DO_ECHO, test_refused);
  ADD ("given-up", DO_ECHO, test_given_up);
  ADD ("no-socket", DO_ECHO, test_no_socket);
  return g_test_run ();
}
