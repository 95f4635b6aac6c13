/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/activity/activity-history.h"

#include <string.h>

#define NOON 1795348800 /* the start of a minute and of a quarter */

static GVariant *
counters (guint64 accepted, guint64 refused)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{st}"));
  g_variant_builder_add (&builder, "{st}", "sessions", (guint64) 7);
  g_variant_builder_add (&builder, "{st}", "accepted", accepted);
  g_variant_builder_add (&builder, "{st}", "refused", refused);
  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

static ActivityHistory *
history_new (guint64 accepted, guint64 refused)
{
  g_autoptr (GVariant) first = counters (accepted, refused);
  return activity_history_new (first);
}

static gboolean
note (ActivityHistory *history, gint64 now_s, guint64 accepted, guint64 refused)
{
  g_autoptr (GVariant) now = counters (accepted, refused);
  return activity_history_note (history, now_s, now);
}

static void
assert_samples (ActivityHistory *history, ActivitySpan span, gint64 since_s, const char *text)
{
  g_autoptr (GVariant) samples
      = g_variant_ref_sink (activity_history_samples (history, span, since_s));
  g_autofree char *printed = g_variant_print (samples, FALSE);
  g_assert_cmpstr (printed, ==, text);
}

static void
test_growth (void)
{
  g_autoptr (ActivityHistory) history = history_new (100, 5);
  const char *const names[] = { "accepted", "refused", NULL };

  g_assert_true (g_strv_equal (activity_history_names (history), names));
  g_assert_false (note (history, NOON, 100, 5));
  g_assert_true (note (history, NOON + 5, 103, 5));
  g_assert_true (note (history, NOON + 59, 104, 6));
  g_assert_true (note (history, NOON + 60, 105, 6));
  g_assert_true (note (history, NOON + 900, 105, 8));
  assert_samples (history, ACTIVITY_MINUTE, 0,
                  "[(1795348800, [4, 1]), (1795348860, [1, 0]), (1795349700, [0, 2])]");
  assert_samples (history, ACTIVITY_QUARTER, 0, "[(1795348800, [5, 1]), (1795349700, [0, 2])]");
  assert_samples (history, ACTIVITY_MINUTE, NOON + 60,
                  "[(1795348860, [1, 0]), (1795349700, [0, 2])]");
  assert_samples (history, ACTIVITY_MINUTE, NOON + 3600, "[]");
}

/* A counter that fell has begun anew: nothing is subtracted. */
static void
test_fallen_counter (void)
{
  g_autoptr (ActivityHistory) history = history_new (100, 5);
  g_assert_false (note (history, NOON, 3, 5));
  g_assert_true (note (history, NOON, 4, 5));
  assert_samples (history, ACTIVITY_MINUTE, 0, "[(1795348800, [1, 0])]");
}

static void
test_bounds (void)
{
  g_autoptr (ActivityHistory) history = history_new (0, 0);
  const guint minutes = 20 * 24 * 60;

  for (guint minute = 1; minute <= minutes; minute++)
    note (history, NOON + minute * 60, minute, 0);
  g_autoptr (GVariant) by_minute
      = g_variant_ref_sink (activity_history_samples (history, ACTIVITY_MINUTE, 0));
  g_autoptr (GVariant) by_quarter
      = g_variant_ref_sink (activity_history_samples (history, ACTIVITY_QUARTER, 0));
  g_autofree char *text = activity_history_to_text (history);

  g_assert_cmpuint (g_variant_n_children (by_minute), ==, ACTIVITY_MINUTES_MAX);
  g_assert_cmpuint (g_variant_n_children (by_quarter), ==, ACTIVITY_QUARTERS_MAX);
  g_assert_cmpuint (strlen (text), <, 1024 * 1024);
}

static void
test_restart (void)
{
  g_autoptr (ActivityHistory) before = history_new (0, 0);
  note (before, NOON, 3, 1);
  note (before, NOON + 1000, 9, 1);
  g_autofree char *text = activity_history_to_text (before);

  g_autoptr (ActivityHistory) after = history_new (0, 0);
  g_autoptr (GError) error = NULL;
  g_assert_true (activity_history_read (after, text, strlen (text), &error));
  g_assert_no_error (error);
  g_assert_true (note (after, NOON + 1010, 1, 0));
  assert_samples (after, ACTIVITY_QUARTER, 0, "[(1795348800, [3, 1]), (1795349700, [7, 0])]");
}

/* Another version of the server counts other things: columns find their place by name. */
static void
test_other_counters (void)
{
  g_autoptr (ActivityHistory) before = history_new (0, 0);
  note (before, NOON, 3, 1);
  g_autofree char *text = activity_history_to_text (before);
  g_autoptr (GVariant) others
      = g_variant_ref_sink (g_variant_new_parsed ("{'new': uint64 0, 'refused': uint64 0}"));
  g_autoptr (ActivityHistory) after = activity_history_new (others);

  g_assert_true (activity_history_read (after, text, strlen (text), NULL));
  g_autoptr (GVariant) samples
      = g_variant_ref_sink (activity_history_samples (after, ACTIVITY_MINUTE, 0));
  g_autoptr (GVariant) wanted
      = g_variant_ref_sink (g_variant_new_parsed ("[(int64 1795348800, [uint32 0, 1])]"));
  g_assert_true (g_variant_equal (samples, wanted));
}

static void
test_damaged (void)
{
  g_autoptr (ActivityHistory) before = history_new (0, 0);
  note (before, NOON, 3, 1);
  g_autofree char *text = activity_history_to_text (before);
  gsize length = strlen (text);
  g_autoptr (ActivityHistory) after = history_new (0, 0);

  for (gsize cut = 0; cut < length; cut++)
    g_assert_false (activity_history_read (after, text, cut, NULL));
  for (gsize at = 0; at < length; at++)
    {
      g_autoptr (GError) error = NULL;
      text[at] ^= 1;
      g_assert_false (activity_history_read (after, text, length, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
      text[at] ^= 1;
    }
  assert_samples (after, ACTIVITY_MINUTE, 0, "[]");
  g_assert_true (activity_history_read (after, text, length, NULL));
  assert_samples (after, ACTIVITY_MINUTE, 0, "[(1795348800, [3, 1])]");
}

/* Whole, but not what we write. */
static void
test_nonsense (void)
{
  static const char *const bodies[] = {
    "",
    "postern-activity 2\ncounters accepted\n",
    "postern-activity 1\ncolumns accepted\n",
    "postern-activity 1\ncounters Accepted\n",
    "postern-activity 1\ncounters accepted\nhour 1 2\n",
    "postern-activity 1\ncounters accepted\nminute 1\n",
    "postern-activity 1\ncounters accepted\nminute 1 2 3\n",
    "postern-activity 1\ncounters accepted\nminute 1 -2\n",
    "postern-activity 1\ncounters accepted\nminute 1 02\n",
    "postern-activity 1\ncounters accepted\nminute -1 2\n",
    "postern-activity 1\ncounters accepted\nminute 9223372036854775807 2\n",
    "postern-activity 1\ncounters accepted\nminute 2 1\nminute 1 1\n",
    "postern-activity 1\ncounters accepted\nminute 1 2\n\n",
    "postern-activity 1\ncounters accepted\nminute 1 2",
  };
  g_autoptr (ActivityHistory) history = history_new (0, 0);

  for (gsize i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, bodies[i], -1);
      g_autofree char *text = g_strdup_printf ("%ssha256 %s\n", bodies[i], digest);
      g_autoptr (GError) error = NULL;
      g_assert_false (activity_history_read (history, text, strlen (text), &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/activity-history/growth", test_growth);
  g_test_add_func ("/activity-history/fallen-counter", test_fallen_counter);
  g_test_add_func ("/activity-history/bounds", test_bounds);
  g_test_add_func ("/activity-history/restart", test_restart);
  g_test_add_func ("/activity-history/other-counters", test_other_counters);
  g_test_add_func ("/activity-history/damaged", test_damaged);
  g_test_add_func ("/activity-history/nonsense", test_nonsense);
  return g_test_run ();
}
