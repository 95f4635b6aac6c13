/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/net/client-tally.h"

#include <glib.h>

static gint64 now_us;

static gint64
tell_time (void)
{
  return now_us;
}

static void
pass_seconds (double seconds)
{
  now_us += (gint64) (seconds * G_USEC_PER_SEC);
}

typedef struct
{
  ClientTally *tally;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer unused)
{
  now_us = G_USEC_PER_SEC;
  fixture->tally = client_tally_new ();
  client_tally_set_clock (fixture->tally, tell_time);
}

static void
tear_down (Fixture *fixture, gconstpointer unused)
{
  client_tally_free (fixture->tally);
}

static IpAddress
address (const char *text)
{
  IpAddress parsed;
  g_assert_true (ip_address_parse (text, &parsed));
  return parsed;
}

static ClientTallyResult
enter (Fixture *fixture, const char *client, const ClientLimits *limits)
{
  IpAddress parsed = address (client);
  return client_tally_enter (fixture->tally, &parsed, limits);
}

static void
leave (Fixture *fixture, const char *client)
{
  IpAddress parsed = address (client);
  client_tally_leave (fixture->tally, &parsed);
}

static ClientTallyResult
send_message (Fixture *fixture, const char *client, const ClientLimits *limits)
{
  IpAddress parsed = address (client);
  return client_tally_message (fixture->tally, &parsed, limits);
}

static void
test_sessions (Fixture *fixture, gconstpointer unused)
{
  static const ClientLimits limits = { .sessions = 2 };

  g_assert_cmpint (enter (fixture, "192.0.2.1", &limits), ==, CLIENT_TALLY_FINE);
  g_assert_cmpint (enter (fixture, "::ffff:192.0.2.1", &limits), ==, CLIENT_TALLY_FINE);
  g_assert_cmpint (enter (fixture, "192.0.2.2", &limits), ==, CLIENT_TALLY_FINE);
  g_assert_cmpint (enter (fixture, "192.0.2.1", &limits), ==, CLIENT_TALLY_TOO_MANY_SESSIONS);
  leave (fixture, "192.0.2.1");
  g_assert_cmpint (enter (fixture, "192.0.2.1", &limits), ==, CLIENT_TALLY_TOO_MANY_SESSIONS);
  leave (fixture, "192.0.2.1");
  leave (fixture, "192.0.2.1");
  g_assert_cmpint (enter (fixture, "192.0.2.1", &limits), ==, CLIENT_TALLY_FINE);
}

static void
test_connections_per_minute (Fixture *fixture, gconstpointer unused)
{
  static const ClientLimits limits = { .connections_per_minute = 3 };

  for (guint i = 0; i < 3; i++)
    {
      g_assert_cmpint (enter (fixture, "192.0.2.1", &limits), ==, CLIENT_TALLY_FINE);
      leave (fixture, "192.0.2.1");
    }
  for (guint i = 0; i < 10; i++)
    {
      g_assert_cmpint (enter (fixture, "192.0.2.1", &limits), ==,
                       CLIENT_TALLY_TOO_MANY_CONNECTIONS);
      leave (fixture, "192.0.2.1");
    }
  g_assert_cmpint (enter (fixture, "192.0.2.2", &limits), ==, CLIENT_TALLY_FINE);

  /* A third of a minute later, one more; those that were turned away did not count. */
  pass_seconds (20);
  g_assert_cmpint (enter (fixture, "192.0.2.1", &limits), ==, CLIENT_TALLY_FINE);
  g_assert_cmpint (enter (fixture, "192.0.2.1", &limits), ==, CLIENT_TALLY_TOO_MANY_CONNECTIONS);
  pass_seconds (60);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpint (enter (fixture, "192.0.2.1", &limits), ==, CLIENT_TALLY_FINE);
  g_assert_cmpint (enter (fixture, "192.0.2.1", &limits), ==, CLIENT_TALLY_TOO_MANY_CONNECTIONS);
}

static void
test_messages_per_minute (Fixture *fixture, gconstpointer unused)
{
  static const ClientLimits limits = { .messages_per_minute = 60 };

  /* However many sessions they are sent in. */
  for (guint i = 0; i < 60; i++)
    {
      g_assert_cmpint (enter (fixture, "192.0.2.1", &limits), ==, CLIENT_TALLY_FINE);
      g_assert_cmpint (send_message (fixture, "192.0.2.1", &limits), ==, CLIENT_TALLY_FINE);
      leave (fixture, "192.0.2.1");
    }
  g_assert_cmpint (enter (fixture, "192.0.2.1", &limits), ==, CLIENT_TALLY_FINE);
  g_assert_cmpint (send_message (fixture, "192.0.2.1", &limits), ==,
                   CLIENT_TALLY_TOO_MANY_MESSAGES);
  pass_seconds (1);
  g_assert_cmpint (send_message (fixture, "192.0.2.1", &limits), ==, CLIENT_TALLY_FINE);
  g_assert_cmpint (send_message (fixture, "192.0.2.1", &limits), ==,
                   CLIENT_TALLY_TOO_MANY_MESSAGES);
  leave (fixture, "192.0.2.1");
}

/* One machine has a whole /64. */
static void
test_ipv6 (Fixture *fixture, gconstpointer unused)
{
  static const ClientLimits limits = { .sessions = 1 };

  g_assert_cmpint (enter (fixture, "2001:db8:0:1::1", &limits), ==, CLIENT_TALLY_FINE);
  g_assert_cmpint (enter (fixture, "2001:db8:0:1:2::2", &limits), ==,
                   CLIENT_TALLY_TOO_MANY_SESSIONS);
  g_assert_cmpint (enter (fixture, "2001:db8:0:2::1", &limits), ==, CLIENT_TALLY_FINE);
  leave (fixture, "2001:db8:0:1::1");
  leave (fixture, "2001:db8:0:1:2::2");
  g_assert_cmpint (enter (fixture, "2001:db8:0:1::3", &limits), ==, CLIENT_TALLY_FINE);

  /* Unless it is where a translator puts all of IPv4. */
  g_assert_cmpint (enter (fixture, "64:ff9b::192.0.2.7", &limits), ==, CLIENT_TALLY_FINE);
  g_assert_cmpint (enter (fixture, "64:ff9b::192.0.2.8", &limits), ==, CLIENT_TALLY_FINE);
}

static void
test_no_limits (Fixture *fixture, gconstpointer unused)
{
  static const ClientLimits none = { 0 };
  static const ClientLimits strict = { 1, 1, 1 };

  for (guint i = 0; i < 100; i++)
    {
      g_assert_cmpint (enter (fixture, "192.0.2.1", &none), ==, CLIENT_TALLY_FINE);
      g_assert_cmpint (send_message (fixture, "192.0.2.1", &none), ==, CLIENT_TALLY_FINE);
      g_assert_cmpint (enter (fixture, "127.0.0.1", &strict), ==, CLIENT_TALLY_FINE);
      g_assert_cmpint (send_message (fixture, "127.0.0.1", &strict), ==, CLIENT_TALLY_FINE);
      g_assert_cmpint (enter (fixture, "::1", &strict), ==, CLIENT_TALLY_FINE);
    }
}

static void
visit (Fixture *fixture, guint number, const ClientLimits *limits, ClientTallyResult expected)
{
  IpAddress client = address ("10.0.0.0");

  client.bytes[13] = (guint8) (number >> 16);
  client.bytes[14] = (guint8) (number >> 8);
  client.bytes[15] = (guint8) number;
  g_assert_cmpint (client_tally_enter (fixture->tally, &client, limits), ==, expected);
  client_tally_leave (fixture->tally, &client);
}

/* A flood of addresses pushes those out that left first, and never one that is in. */
static void
test_bounded (Fixture *fixture, gconstpointer unused)
{
  static const ClientLimits limits = { .sessions = 1, .connections_per_minute = 1 };

  g_assert_cmpint (enter (fixture, "192.0.2.1", &limits), ==, CLIENT_TALLY_FINE);
  for (guint i = 0; i < CLIENT_TALLY_IDLE_MAX + 1000; i++)
    visit (fixture, i, &limits, CLIENT_TALLY_FINE);
  g_assert_cmpuint (client_tally_size (fixture->tally), <=, CLIENT_TALLY_IDLE_MAX + 2);
  visit (fixture, CLIENT_TALLY_IDLE_MAX, &limits, CLIENT_TALLY_TOO_MANY_CONNECTIONS);
  visit (fixture, 0, &limits, CLIENT_TALLY_FINE);
  g_assert_cmpint (enter (fixture, "192.0.2.1", &limits), ==, CLIENT_TALLY_TOO_MANY_SESSIONS);
}

/* Clients that were not seen for a minute are forgotten, faster than new ones come. */
static void
test_forgets (Fixture *fixture, gconstpointer unused)
{
  static const ClientLimits limits = { .connections_per_minute = 1 };

  for (guint i = 0; i < 1000; i++)
    visit (fixture, i, &limits, CLIENT_TALLY_FINE);
  g_assert_cmpuint (client_tally_size (fixture->tally), ==, 1000);
  pass_seconds (61);
  for (guint i = 0; i < 500; i++)
    visit (fixture, 5000, &limits, i == 0 ? CLIENT_TALLY_FINE : CLIENT_TALLY_TOO_MANY_CONNECTIONS);
  g_assert_cmpuint (client_tally_size (fixture->tally), ==, 1);
}

static gboolean
gives_way (Fixture *fixture, const char *sitting, guint waited_seconds, const char *newcomer)
{
  IpAddress a, b;

  g_assert_true (ip_address_parse (sitting, &a));
  g_assert_true (ip_address_parse (newcomer, &b));
  return client_tally_gives_way (fixture->tally, &a, waited_seconds, &b);
}

/* Who has had its time; or at once, one of a crowd, for a client that is none. */
static void
test_gives_way (Fixture *fixture, gconstpointer unused)
{
  static const ClientLimits limits = { 0 };

  for (guint i = 0; i < CLIENT_TALLY_CROWD; i++)
    g_assert_cmpint (enter (fixture, "192.0.2.1", &limits), ==, CLIENT_TALLY_FINE);
  g_assert_cmpint (enter (fixture, "192.0.2.2", &limits), ==, CLIENT_TALLY_FINE);
  g_assert_false (gives_way (fixture, "192.0.2.1", 0, "192.0.2.2"));
  g_assert_true (gives_way (fixture, "192.0.2.1", CLIENT_TALLY_GRACE_SECONDS, "192.0.2.2"));
  g_assert_cmpint (enter (fixture, "192.0.2.1", &limits), ==, CLIENT_TALLY_FINE);
  g_assert_true (gives_way (fixture, "192.0.2.1", 0, "192.0.2.2"));
  g_assert_false (gives_way (fixture, "192.0.2.1", 0, "192.0.2.1"));
  g_assert_false (gives_way (fixture, "127.0.0.1", 3600, "192.0.2.2"));
}

#define CROWD_VISITS 20000

static gpointer
crowd (gpointer data)
{
  Fixture *fixture = data;
  static const ClientLimits limits = { 0 };

  for (guint i = 0; i < CROWD_VISITS; i++)
    visit (fixture, i % 7, &limits, CLIENT_TALLY_FINE);
  return NULL;
}

static void
test_threads (Fixture *fixture, gconstpointer unused)
{
  static const ClientLimits limits = { .sessions = 1 };
  GThread *threads[4];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("crowd", crowd, fixture);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  for (guint i = 0; i < 7; i++)
    visit (fixture, i, &limits, CLIENT_TALLY_FINE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, test) g_test_add ("/client-tally/" name, Fixture, NULL, set_up, test, tear_down)
  ADD ("sessions", test_sessions);
  ADD ("connections-per-minute", test_connections_per_minute);
  ADD ("messages-per-minute", test_messages_per_minute);
  ADD ("ipv6", test_ipv6);
  ADD ("no-limits", test_no_limits);
  ADD ("bounded", test_bounded);
  ADD ("forgets", test_forgets);
  ADD ("gives-way", test_gives_way);
  ADD ("threads", test_threads);
  return g_test_run ();
}
