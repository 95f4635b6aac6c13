/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/net/poller.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct
{
  Poller poller;
  Watch watch;
  int sockets[2]; /* the first one is watched */
  guint told;     /* how many times */
  guint events;   /* the last time */
} Fixture;

static void
on_ready (gpointer data, guint events)
{
  Fixture *fixture = data;
  fixture->told++;
  fixture->events = events;
}

static void
set_up (Fixture *fixture, gconstpointer unused)
{
  g_assert_true (poller_open (&fixture->poller));
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fixture->sockets), ==, 0);
  poller_begin (&fixture->watch, &fixture->poller, fixture->sockets[0], on_ready, fixture);
  g_assert_cmpuint (fixture->poller.n_watches, ==, 1);
}

static void
tear_down (Fixture *fixture, gconstpointer unused)
{
  poller_end (&fixture->watch);
  poller_end (&fixture->watch);
  g_assert_cmpuint (fixture->poller.n_watches, ==, 0);
  close (fixture->sockets[0]);
  close (fixture->sockets[1]);
  poller_close (&fixture->poller);
}

/* Looks once; it is told @told times until then, the last time with @events. */
static void
check (Fixture *fixture, guint told, guint events)
{
  poller_wait (&fixture->poller, 0);
  poller_tell (&fixture->poller);
  g_assert_cmpuint (fixture->told, ==, told);
  g_assert_cmpuint (fixture->events, ==, events);
}

static void
test_read (Fixture *fixture, gconstpointer unused)
{
  char byte;

  poller_set (&fixture->watch, WATCH_READ);
  check (fixture, 0, 0);
  g_assert_cmpint (write (fixture->sockets[1], "x", 1), ==, 1);
  check (fixture, 1, WATCH_READ);
  check (fixture, 2, WATCH_READ); /* as long as nobody reads it */
  g_assert_cmpint (read (fixture->sockets[0], &byte, 1), ==, 1);
  check (fixture, 2, WATCH_READ);
}

static void
test_changed (Fixture *fixture, gconstpointer unused)
{
  g_assert_cmpint (write (fixture->sockets[1], "x", 1), ==, 1);
  check (fixture, 0, 0);
  poller_set (&fixture->watch, WATCH_WRITE);
  check (fixture, 1, WATCH_WRITE);
  poller_set (&fixture->watch, WATCH_READ | WATCH_WRITE);
  check (fixture, 2, WATCH_READ | WATCH_WRITE);
  poller_set (&fixture->watch, WATCH_READ);
  check (fixture, 3, WATCH_READ);
  poller_set (&fixture->watch, 0);
  check (fixture, 3, WATCH_READ);
}

/* Nobody who waits for nothing is told that the peer has gone, again and again. */
static void
test_gone (Fixture *fixture, gconstpointer unused)
{
  close (fixture->sockets[1]);
  fixture->sockets[1] = dup (fixture->sockets[0]);
  check (fixture, 0, 0);
  poller_set (&fixture->watch, WATCH_READ);
  check (fixture, 1, WATCH_READ | WATCH_WRITE);
  poller_set (&fixture->watch, 0);
  check (fixture, 1, WATCH_READ | WATCH_WRITE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add ("/poller/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("read", test_read);
  ADD ("changed", test_changed);
  ADD ("gone", test_gone);
  return g_test_run ();
}
