/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/mail/trace-header.h"

#include <string.h>
#include <time.h>

#define HELO_MAX 255

/* A client's own name for itself is the one fact that anybody can choose: only what a domain or an
 * address literal is written with passes, so that it can't pretend to be another part of the field.
 */
static char *
safe_helo (const char *helo)
{
  g_autofree char *safe = g_strndup (helo, HELO_MAX);

  for (char *at = safe; *at != '\0'; at++)
    if (!g_ascii_isalnum (*at) && strchr (".-_:[]", *at) == NULL)
      *at = '?';
  return safe[0] == '\0' ? g_strdup ("unknown") : g_steal_pointer (&safe);
}

/* Of an address, which may be in UTF-8 (RFC 6531, section 3.7.3). */
static char *
safe_address (const char *address)
{
  char *safe = g_utf8_make_valid (address, -1);

  for (char *at = safe; *at != '\0'; at++)
    if (g_ascii_iscntrl (*at))
      *at = '?';
  return safe;
}

char *
trace_header_received (const TraceFacts *facts)
{
  g_autofree char *helo = safe_helo (facts->helo);
  g_autofree char *date = trace_header_date (facts->time);
  g_autoptr (GString) field = g_string_new ("Received: from ");
  const char *tag = strchr (facts->client_address, ':') != NULL ? "IPv6:" : "";

  g_string_append_printf (field, "%s ([%s%s])\r\n\tby %s with %s", helo, tag, facts->client_address,
                          facts->host_name, facts->protocol);
  if (facts->tls != NULL)
    g_string_append_printf (field, " (%s)", facts->tls);
  g_string_append_printf (field, " id %s", facts->queue_id);
  if (facts->recipient != NULL)
    {
      g_autofree char *recipient = safe_address (facts->recipient);
      g_string_append_printf (field, "\r\n\tfor <%s>", recipient);
    }
  g_string_append_printf (field, ";\r\n\t%s\r\n", date);
  return g_string_free (g_steal_pointer (&field), FALSE);
}

char *
trace_header_return_path (const char *sender)
{
  g_autofree char *safe = safe_address (sender);

  return g_strdup_printf ("Return-Path: <%s>\r\n", safe);
}

char *
trace_header_date (gint64 seconds)
{
  static const char days[7][4] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
  static const char months[12][4]
      = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
  time_t time = seconds;
  struct tm utc = { 0 };

  /* Not strftime(): its names are those of the locale. */
  if (gmtime_r (&time, &utc) == NULL)
    return g_strdup ("Thu, 1 Jan 1970 00:00:00 +0000");
  return g_strdup_printf ("%s, %d %s %d %02d:%02d:%02d +0000", days[utc.tm_wday], utc.tm_mday,
                          months[utc.tm_mon], utc.tm_year + 1900, utc.tm_hour, utc.tm_min,
                          utc.tm_sec);
}
