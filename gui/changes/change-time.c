/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/changes/change-time.h"

#include <glib/gi18n.h>

#define MINUTE 60
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

static char *
format (gint64 time_s, const char *format)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (time_s);

  /* A date beyond the year 9999 has no words. */
  return time != NULL ? g_date_time_format (time, format)
                      : g_strdup_printf ("%" G_GINT64_FORMAT, time_s);
}

static gboolean
is_today (gint64 time_s)
{
  g_autofree char *day = format (time_s, "%F");
  g_autofree char *today = format (g_get_real_time () / G_USEC_PER_SEC, "%F");

  return g_str_equal (day, today);
}

char *
change_time_words (gint64 time_s)
{
  /* Translators: the time of day, and the date with it; see g_date_time_format() */
  return format (time_s,
                 is_today (time_s) ? C_ ("time", "%H:%M") : C_ ("time", "%-d %B %Y, %H:%M"));
}

char *
change_time_stamp (gint64 time_s)
{
  return format (time_s, C_ ("time", "%-d %B %Y, %H:%M:%S"));
}

char *
change_time_span (gint64 span_s)
{
  gint64 span = MAX (span_s, 0);

  if (span >= 2 * DAY)
    return g_strdup_printf (ngettext ("%u day", "%u days", span / DAY), (guint) (span / DAY));
  if (span >= 2 * HOUR)
    return g_strdup_printf (ngettext ("%u hour", "%u hours", span / HOUR), (guint) (span / HOUR));
  if (span >= 2 * MINUTE)
    return g_strdup_printf (ngettext ("%u minute", "%u minutes", span / MINUTE),
                            (guint) (span / MINUTE));
  return g_strdup_printf (ngettext ("%u second", "%u seconds", span), (guint) span);
}
