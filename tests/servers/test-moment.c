/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/auth/moment.h"

#include <string.h>

#define NS G_GINT64_CONSTANT (1000000000)

static Moment
moment (guint8 boot, gint64 boot_seconds, gint64 wall_time)
{
  Moment moment = { .boot_time_ns = boot_seconds * NS, .wall_time = wall_time };
  moment.boot_id[3] = boot;
  return moment;
}

static void
test_round (void)
{
  Moment then = moment (7, 123, 1700000000);
  guint8 bytes[MOMENT_BYTES];
  Moment back;

  then.boot_time_ns += 456;
  moment_to_bytes (&then, bytes);
  moment_from_bytes (bytes, &back);
  g_assert_cmpmem (&back, sizeof back, &then, sizeof then);
}

typedef struct
{
  const char *what;
  Moment then, now;
  gint64 age; /* seconds; -1: void */
} Case;

static void
test_age (void)
{
  const Case cases[] = {
    { "the same moment", moment (1, 100, 5000), moment (1, 100, 5000), 0 },
    { "later", moment (1, 100, 5000), moment (1, 1000, 5900), 900 },
    { "wall clock set back", moment (1, 100, 5000), moment (1, 1000, 10), 900 },
    { "wall clock set forward", moment (1, 100, 5000), moment (1, 1000, 9999999), 900 },
    { "recorded while asked", (Moment){ .boot_time_ns = 500 }, (Moment){ .boot_time_ns = 400 }, 0 },
    { "boot clock behind", moment (1, 100, 5000), moment (1, 50, 4950), -1 },
    { "after a reboot", moment (1, 100, 5000), moment (2, 10, 5300), 300 },
    { "after a reboot, wall clock set back a little", moment (1, 100, 5000), moment (2, 60, 5010),
      60 },
    { "after a reboot, wall clock set back beyond", moment (1, 100, 5000), moment (2, 60, 4999),
      -1 },
    { "after a reboot, wall clock set forward", moment (1, 100, 5000), moment (2, 60, 50000),
      45000 },
    { "damaged wall time", moment (1, 100, G_MININT64), moment (2, 60, G_MAXINT64), -1 },
    { "wall time before all time", moment (1, 100, G_MININT64), moment (2, 60, 0), -1 },
    { "damaged boot time", (Moment){ .boot_time_ns = G_MININT64 },
      (Moment){ .boot_time_ns = G_MAXINT64 }, -1 },
    { "boot time before all time", (Moment){ .boot_time_ns = G_MININT64 },
      (Moment){ .boot_time_ns = 100 * NS }, -1 },
    { "boot time after all time", (Moment){ .boot_time_ns = G_MAXINT64 },
      (Moment){ .boot_time_ns = 100 * NS }, -1 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gint64 age_ns = -1;
      gboolean valid = moment_age (&cases[i].then, &cases[i].now, &age_ns);

      g_test_message ("%s", cases[i].what);
      g_assert_cmpint (valid, ==, cases[i].age >= 0);
      g_assert_cmpint (moment_is_of_this_boot (&cases[i].then, &cases[i].now), ==,
                       cases[i].then.boot_id[3] == cases[i].now.boot_id[3]);
      if (valid)
        g_assert_cmpint (age_ns, ==, cases[i].age * NS);
    }
}

static void
test_read (void)
{
  g_autoptr (GError) error = NULL;
  Moment first;
  Moment second;
  static const guint8 zero[16];

  g_assert_true (moment_is_supported (&error));
  g_assert_no_error (error);
  moment_read (&first, NULL);
  moment_read (&second, NULL);
  g_assert_cmpint (first.boot_time_ns, >, 0);
  g_assert_cmpint (second.boot_time_ns, >=, first.boot_time_ns);
  g_assert_cmpint (memcmp (first.boot_id, zero, sizeof zero), !=, 0);
  g_assert_cmpmem (first.boot_id, 16, second.boot_id, 16);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/moment/round", test_round);
  g_test_add_func ("/moment/age", test_age);
  g_test_add_func ("/moment/read", test_read);
  return g_test_run ();
}
