/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/live/live-words.h"

#include <gio/gio.h>
#include <glib/gi18n.h>

#define MINUTE 60
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

char *
live_words_ago (gint64 time_s)
{
  gint64 age = g_get_real_time () / G_USEC_PER_SEC - time_s;

  if (age < MINUTE)
    return g_strdup (_ ("just now"));
  if (age < HOUR)
    return g_strdup_printf (ngettext ("%d minute ago", "%d minutes ago", (gulong) (age / MINUTE)),
                            (int) (age / MINUTE));
  if (age < DAY)
    return g_strdup_printf (ngettext ("%d hour ago", "%d hours ago", (gulong) (age / HOUR)),
                            (int) (age / HOUR));
  return g_strdup_printf (ngettext ("%d day ago", "%d days ago", (gulong) (age / DAY)),
                          (int) (age / DAY));
}

char *
live_words_countdown (gint64 seconds)
{
  int left = (int) CLAMP (seconds, 0, G_MAXINT);

  if (left >= HOUR)
    return g_strdup_printf ("%d:%02d:%02d", left / HOUR, left % HOUR / MINUTE, left % MINUTE);
  return g_strdup_printf ("%d:%02d", left / MINUTE, left % MINUTE);
}

char *
live_words_time (gint64 time_s)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (time_s);

  return time != NULL ? g_date_time_format (time, "%x %X") : g_strdup ("");
}

char *
live_words_address_key (const char *address)
{
  g_autoptr (GInetAddress) inet = g_inet_address_new_from_string (address);
  if (inet == NULL)
    return g_strdup (address);

  gsize size = g_inet_address_get_native_size (inet);
  const guint8 *bytes = g_inet_address_to_bytes (inet);
  GString *key = g_string_new (size == 4 ? "4" : "6");
  for (gsize i = 0; i < size; i++)
    g_string_append_printf (key, "%02x", bytes[i]);
  return g_string_free (key, FALSE);
}
