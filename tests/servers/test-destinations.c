/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/destinations.h"

#include <string.h>

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

/* Those that were called: the sum of their ids, and the trouble of the last. */
static struct
{
  guint64 sum;
  guint count;
  const char *trouble;
} calls;

static gboolean
on_call (gpointer user_data, guint64 id, const char *name, const char *trouble)
{
  g_assert_cmpstr (name, ==, "a");
  calls.sum += id;
  calls.count++;
  calls.trouble = g_intern_string (trouble);
  return TRUE;
}

static void
test_line (void)
{
  g_autoptr (Destinations) destinations = destinations_new (on_call, NULL);
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

/* It begins with two, and each one that succeeds lets in twice as many, up to the limit; the
 * settings may change while some stand in the line. */
static void
test_limit (void)
{
  g_autoptr (Destinations) destinations = destinations_new (on_call, NULL);
  Visitor visitors[9] = { 0 };
  destinations_set_limit (destinations, 3);
  for (guint i = 0; i < 9; i++)
    destinations_enter (destinations, "a", on_turn, &visitors[i]);
  g_assert_cmpuint (visitors[1].turns, ==, 1);
  g_assert_cmpuint (visitors[2].turns, ==, 0);
  g_assert_cmpuint (destinations_room (destinations, "a"), ==, 1);

  destinations_leave (destinations, "a", NULL);
  g_assert_cmpuint (visitors[3].turns, ==, 1);
  g_assert_cmpuint (visitors[4].turns, ==, 0);
  g_assert_cmpuint (destinations_room (destinations, "a"), ==, 0);

  destinations_set_limit (destinations, 1);
  destinations_leave (destinations, "a", NULL);
  destinations_leave (destinations, "a", NULL);
  g_assert_cmpuint (visitors[4].turns, ==, 0);
  destinations_leave (destinations, "a", NULL);
  g_assert_cmpuint (visitors[4].turns, ==, 1);
  g_assert_cmpuint (visitors[5].turns, ==, 0);

  destinations_set_limit (destinations, 4);
  destinations_leave (destinations, "a", NULL);
  g_assert_cmpuint (visitors[5].turns + visitors[6].turns, ==, 2);
  destinations_withdraw (destinations, "a", &visitors[7]);
  destinations_leave (destinations, "a", NULL);
  destinations_leave (destinations, "a", NULL);
  g_assert_cmpuint (visitors[7].turns, ==, 0);
  g_assert_cmpuint (visitors[8].turns, ==, 1);
  destinations_leave (destinations, "a", NULL);
  g_assert_cmpuint (destinations_room (destinations, "a"), ==, 4);
}

/* Who finds the line crowded is called when there is room, or when there is trouble, in order. */
static void
test_parked (void)
{
  g_autoptr (Destinations) destinations = destinations_new (on_call, NULL);
  Visitor visitors[DESTINATIONS_LINE_MAX + 2] = { 0 };
  memset (&calls, 0, sizeof calls);
  destinations_set_limit (destinations, 2);
  for (guint i = 0; i < G_N_ELEMENTS (visitors); i++)
    {
      g_assert_false (destinations_is_crowded (destinations, "a"));
      destinations_enter (destinations, "a", on_turn, &visitors[i]);
    }
  g_assert_true (destinations_is_crowded (destinations, "a"));
  g_assert_false (destinations_is_crowded (destinations, "b"));
  for (guint64 id = 1; id <= 100; id++)
    destinations_park (destinations, "a", id);
  destinations_tend (destinations);
  g_assert_cmpuint (calls.count, ==, 0);

  destinations_leave (destinations, "a", NULL);
  g_assert_cmpuint (calls.sum, ==, 1 + 2);
  g_assert_null (calls.trouble);

  destinations_leave (destinations, "a", "down");
  g_assert_cmpuint (visitors[DESTINATIONS_LINE_MAX + 1].turns, ==, 1);
  destinations_park (destinations, "a", 1000);
  while (calls.count < 82)
    {
      guint before = calls.count;
      destinations_tend (destinations);
      g_assert_cmpuint (calls.count, >, before);
      g_assert_cmpstr (calls.trouble, ==, "down");
    }
  destinations_tend (destinations); /* and the one that came after the trouble */
  g_assert_cmpuint (calls.sum, ==, 5050 + 1000);
  g_assert_null (calls.trouble);
  destinations_leave (destinations, "a", NULL);
}

static void
test_send_home (void)
{
  g_autoptr (Destinations) destinations = destinations_new (on_call, NULL);
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
  g_test_add_func ("/destinations/parked", test_parked);
  g_test_add_func ("/destinations/send-home", test_send_home);
  return g_test_run ();
}
