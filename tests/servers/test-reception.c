/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/net/reception.h"

#include "servers/net/connection.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

/* The conversations of this host say hello, and goodbye when they are stopped. */

#define DOOR 2

typedef struct
{
  Reception *reception;
  guint16 port;
  int begun; /* atomic, as are the other two */
  int stopped;
  int left;
  int asked;
  int loyal;   /* so many of those that are asked first stay */
  int is_full; /* each newcomer asks for room */
  int found;   /* so many got it */
} House;

typedef struct
{
  House *house;
  ReceptionSeat *seat;
  Connection *connection;
} Guest;

static gsize
on_received (gpointer user, const char *bytes, gsize length)
{
  Guest *guest = user;

  connection_finish (guest->connection);
  return length;
}

static void
on_expired (gpointer user)
{
  g_assert_not_reached ();
}

static void
on_closed (gpointer user, const char *reason)
{
  Guest *guest = user;

  g_atomic_int_inc (&guest->house->left);
  reception_leave (guest->seat);
  g_free (guest);
}

static gpointer
begin (gpointer user, Worker *worker, int fd, guint door, ReceptionSeat *seat)
{
  static const ConnectionEvents events
      = { .received = on_received, .expired = on_expired, .closed = on_closed };
  Guest *guest = g_new0 (Guest, 1);

  g_assert_true (worker_is_current (worker));
  g_assert_cmpuint (door, ==, DOOR);
  guest->house = user;
  guest->seat = seat;
  guest->connection = connection_new (worker, fd, &events, guest);
  connection_write (guest->connection, "hello", 5);
  if (g_atomic_int_get (&guest->house->is_full) && reception_make_room (seat, guest))
    g_atomic_int_inc (&guest->house->found);
  g_atomic_int_inc (&guest->house->begun);
  return guest;
}

static void
stop (gpointer conversation)
{
  Guest *guest = conversation;

  g_assert_true (worker_is_current (connection_worker (guest->connection)));
  g_atomic_int_inc (&guest->house->stopped);
  connection_write (guest->connection, "goodbye", 7);
  connection_finish (guest->connection);
}

/* Some stay, whom the house calls loyal; the others go. */
static gboolean
give_way (gpointer conversation, guint waited_seconds, gpointer newcomer)
{
  Guest *guest = conversation;

  g_assert_cmpuint (waited_seconds, <, 60);
  g_assert_true (guest != newcomer);
  g_atomic_int_inc (&guest->house->asked);
  if (g_atomic_int_get (&guest->house->loyal) > 0)
    {
      g_atomic_int_add (&guest->house->loyal, -1);
      reception_refresh (guest->seat);
      return FALSE;
    }
  connection_write (guest->connection, "room", 4);
  connection_finish (guest->connection);
  return TRUE;
}

static const ReceptionHost host = { begin, stop, give_way };

static gboolean
listen_at (House *house, guint16 port, GError **error)
{
  Endpoint endpoint = { .port = port };
  EndpointList endpoints = { .length = 1, .rows = &endpoint };
  ReceptionDoor door = { DOOR, &endpoints };

  g_assert_true (ip_address_parse ("127.0.0.1", &endpoint.address));
  return reception_listen (house->reception, &door, 1, error);
}

static void
open_house (House *house, guint n_workers)
{
  g_autoptr (GError) error = NULL;
  Endpoint endpoint;

  house->reception = reception_new ("test", n_workers, &host, house, &error);
  g_assert_no_error (error);
  g_assert_true (listen_at (house, 0, &error));
  g_assert_no_error (error);

  g_auto (GStrv) endpoints = reception_door_endpoints (house->reception, DOOR);
  g_auto (GStrv) all = reception_endpoints (house->reception);
  g_assert_cmpuint (g_strv_length (endpoints), ==, 1);
  g_assert_cmpuint (g_strv_length (all), ==, 1);
  g_assert_true (endpoint_parse (endpoints[0], &endpoint));
  house->port = endpoint.port;
}

static void
set_up (House *house, gconstpointer unused)
{
  open_house (house, 2);
}

static void
set_up_one_worker (House *house, gconstpointer unused)
{
  open_house (house, 1);
}

static void
tear_down (House *house, gconstpointer unused)
{
  reception_free (house->reception);
  g_assert_cmpint (house->left, ==, house->begun);
}

/* Returns a client that has been greeted. */
static int
visit (House *house)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons (house->port) };
  char greeting[5];
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  g_assert_cmpint (connect (fd, (struct sockaddr *) &address, sizeof address), ==, 0);
  g_assert_cmpint (recv (fd, greeting, sizeof greeting, MSG_WAITALL), ==, sizeof greeting);
  g_assert_cmpmem (greeting, sizeof greeting, "hello", 5);
  return fd;
}

static int
visit_and_leave (House *house)
{
  int fd = visit (house);

  g_assert_cmpint (send (fd, "x", 1, MSG_NOSIGNAL), ==, 1);
  return fd;
}

/* Reads to the end, and checks that it is @words. */
static void
expect_last_words (int fd, const char *words)
{
  char text[16];
  gssize length = recv (fd, text, sizeof text, MSG_WAITALL);

  g_assert_cmpmem (text, length, words, strlen (words));
  close (fd);
}

static void
test_guests_leave (House *house, gconstpointer unused)
{
  for (int i = 1; i <= 20; i++)
    {
      int fd = visit (house);

      g_assert_cmpint (send (fd, "x", 1, MSG_NOSIGNAL), ==, 1);
      expect_last_words (fd, "");
      g_assert_cmpint (g_atomic_int_get (&house->begun), ==, i);
    }
}

static void
test_all_are_stopped (House *house, gconstpointer unused)
{
  int guests[20];

  for (guint i = 0; i < G_N_ELEMENTS (guests); i++)
    guests[i] = visit (house);
  reception_close (house->reception);
  g_assert_cmpint (g_atomic_int_get (&house->stopped), ==, G_N_ELEMENTS (guests));
  for (guint i = 0; i < G_N_ELEMENTS (guests); i++)
    expect_last_words (guests[i], "goodbye");
}

/* In the order in which they came; who has a reason to stay is asked last from then on. */
static void
test_makes_room (House *house, gconstpointer unused)
{
  int guests[3];

  for (guint i = 0; i < G_N_ELEMENTS (guests); i++)
    guests[i] = visit (house);
  g_atomic_int_set (&house->is_full, TRUE);
  g_atomic_int_set (&house->loyal, 1);
  int newcomer = visit (house);
  g_assert_cmpint (house->asked, ==, 2);
  g_assert_cmpint (house->found, ==, 1);
  expect_last_words (guests[1], "room");
  expect_last_words (visit_and_leave (house), "");
  expect_last_words (guests[2], "room");
  close (newcomer);
  close (guests[0]);
}

static void
test_moves_without_losing_guests (House *house, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  int guest = visit (house);

  g_assert_true (reception_listen (house->reception, NULL, 0, &error));
  g_assert_no_error (error);
  g_auto (GStrv) endpoints = reception_endpoints (house->reception);
  g_assert_cmpuint (g_strv_length (endpoints), ==, 0);

  reception_close (house->reception);
  expect_last_words (guest, "goodbye");
}

static void
test_a_taken_port_is_said (House *house, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  House neighbour = { .reception = reception_new ("next", 1, &host, &neighbour, &error) };

  g_assert_no_error (error);
  g_assert_false (listen_at (&neighbour, house->port, &error));
  g_assert_nonnull (error);
  reception_free (neighbour.reception);
}

#define ADD(name, test) g_test_add ("/reception/" name, House, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("guests-leave", test_guests_leave);
  ADD ("all-are-stopped", test_all_are_stopped);
  g_test_add ("/reception/makes-room", House, NULL, set_up_one_worker, test_makes_room, tear_down);
  ADD ("moves-without-losing-guests", test_moves_without_losing_guests);
  ADD ("a-taken-port-is-said", test_a_taken_port_is_said);
  return g_test_run ();
}
