/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/destinations.h"

typedef struct
{
  guint turns;
  const char *trouble;
} Visitor;

static void
on_turn (gpointer user_data, const char *trouble)
{
  Visitor *visitor = user_data;
  visitor->turns++;
  visitor->trouble = trouble;
}

static void
test_line (void)
{
  g_autoptr (Destinations) destinations = destinations_new ();
  destinations_set_limit (destinations, 2);
  Visitor visitors[4] = { 0 };
  Visitor elsewhere = { 0 };
  for (guint i = 0; i < 4; i++)
    destinations_enter (destinations, "a", on_turn, &visitors[i]);
  destinations_enter (destinations, "b", on_turn, &elsewhere);
  g_assert_cmpuint (visitors[0].turns + visitors[1].turns + elsewhere.turns, ==, 3);
  g_assert_cmpuint (visitors[2].turns, ==, 0);

  destinations_leave (destinations, "a", NULL);
  g_assert_cmpuint (visitors[2].turns, ==, 1);
  g_assert_cmpuint (visitors[3].turns, ==, 0);

  /* It is down: who waits learns it, without a turn. */
  destinations_leave (destinations, "a", "down");
  g_assert_cmpuint (visitors[3].turns, ==, 1);
  g_assert_cmpstr (visitors[3].trouble, ==, "down");
  destinations_leave (destinations, "a", "down");
  destinations_leave (destinations, "b", NULL);

  Visitor again = { 0 };
  destinations_enter (destinations, "a", on_turn, &again);
  g_assert_cmpuint (again.turns, ==, 1);
  g_assert_null (again.trouble);
}

/* The settings may change while some stand in the line. */
static void
test_limit (void)
{
  g_autoptr (Destinations) destinations = destinations_new ();
  Visitor visitors[6] = { 0 };
  destinations_set_limit (destinations, 3);
  g_assert_cmpuint (destinations_room (destinations, "a"), ==, 3);
  for (guint i = 0; i < 6; i++)
    destinations_enter (destinations, "a", on_turn, &visitors[i]);
  g_assert_cmpuint (destinations_room (destinations, "a"), ==, 0);

  destinations_set_limit (destinations, 1);
  destinations_leave (destinations, "a", NULL);
  destinations_leave (destinations, "a", NULL);
  g_assert_cmpuint (visitors[3].turns, ==, 0);
  destinations_leave (destinations, "a", NULL);
  g_assert_cmpuint (visitors[3].turns, ==, 1);
  g_assert_cmpuint (visitors[4].turns, ==, 0);

  destinations_set_limit (destinations, 4);
  destinations_leave (destinations, "a", NULL);
  g_assert_cmpuint (visitors[4].turns + visitors[5].turns, ==, 2);
  g_assert_cmpuint (destinations_room (destinations, "a"), ==, 2);
  destinations_leave (destinations, "a", NULL);
  destinations_leave (destinations, "a", NULL);
  g_assert_cmpuint (destinations_room (destinations, "a"), ==, 4);
}

static void
test_send_home (void)
{
  g_autoptr (Destinations) destinations = destinations_new ();
  destinations_set_limit (destinations, 1);
  Visitor visitors[3] = { 0 };
  for (guint i = 0; i < 3; i++)
    destinations_enter (destinations, "a", on_turn, &visitors[i]);
  destinations_send_home (destinations, "the end");
  g_assert_null (visitors[0].trouble);
  g_assert_cmpstr (visitors[1].trouble, ==, "the end");
  g_assert_cmpstr (visitors[2].trouble, ==, "the end");
  destinations_leave (destinations, "a", NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/destinations/line", test_line);
  g_test_add_func ("/destinations/limit", test_limit);
  g_test_add_func ("/destinations/send-home", test_send_home);
  return g_test_run ();
}
