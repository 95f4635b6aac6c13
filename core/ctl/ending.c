/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ctl/ending.h"

#include "core/ctl/expectation.h"
#include "core/ctl/verb.h"

#include <glib/gi18n.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MINUTE_S 60
#define DAY_MINUTES (24 * 60)

static char *until;
static gboolean is_trial;
static gint64 until_s;

const GOptionEntry ENDING_OPTIONS[]
    = { EXPECTATION_OPTION,
        { "until", 0, 0, G_OPTION_ARG_STRING, &until,
          N_ ("Take the change back at that time: +MINUTES, HH:MM or “YYYY-MM-DD HH:MM”"),
          N_ ("TIME") },
        { "trial", 0, 0, G_OPTION_ARG_NONE, &is_trial,
          N_ ("Take the change back after 60 seconds unless you say that it is to be kept"), NULL },
        { NULL } };

/* Reads a number of that many digits and what follows it. */
static gboolean
read_number (const char **text, guint digits, char then, int *number)
{
  *number = 0;
  for (guint i = 0; i < digits; i++, (*text)++)
    {
      if (!g_ascii_isdigit (**text))
        return FALSE;
      *number = *number * 10 + (**text - '0');
    }
  if (**text != then)
    return FALSE;
  if (then != '\0')
    (*text)++;
  return TRUE;
}

static GDateTime *
read_clock_time (const char *text, gint64 now_s)
{
  g_autoptr (GDateTime) now = g_date_time_new_from_unix_local (now_s);
  int hour, minute;

  if (!read_number (&text, 2, ':', &hour) || !read_number (&text, 2, '\0', &minute))
    return NULL;
  g_autoptr (GDateTime) today
      = g_date_time_new_local (g_date_time_get_year (now), g_date_time_get_month (now),
                               g_date_time_get_day_of_month (now), hour, minute, 0);
  if (today == NULL || g_date_time_to_unix (today) > now_s)
    return g_steal_pointer (&today);
  return g_date_time_add_days (today, 1);
}

static GDateTime *
read_date_and_time (const char *text)
{
  int year, month, day, hour, minute;

  if (!read_number (&text, 4, '-', &year) || !read_number (&text, 2, '-', &month)
      || !read_number (&text, 2, ' ', &day) || !read_number (&text, 2, ':', &hour)
      || !read_number (&text, 2, '\0', &minute))
    return NULL;
  return g_date_time_new_local (year, month, day, hour, minute, 0);
}

gboolean
ending_parse (const char *text, gint64 now_s, gint64 *end_s)
{
  guint64 minutes;
  g_autoptr (GDateTime) time = NULL;

  if (*text == '+')
    {
      if (!g_ascii_string_to_unsigned (text + 1, 10, 1, 100 * 366 * DAY_MINUTES, &minutes, NULL))
        return FALSE;
      *end_s = now_s + (gint64) minutes * MINUTE_S;
      return TRUE;
    }
  time = strchr (text, ' ') != NULL ? read_date_and_time (text) : read_clock_time (text, now_s);
  if (time == NULL || g_date_time_to_unix (time) <= now_s)
    return FALSE;
  *end_s = g_date_time_to_unix (time);
  return TRUE;
}

gboolean
ending_is_given (void)
{
  return until != NULL || is_trial;
}

gboolean
ending_is_trial (void)
{
  return is_trial;
}

static gint64
now_s (void)
{
  return g_get_real_time () / G_USEC_PER_SEC;
}

Status
ending_check (void)
{
  if (until != NULL && is_trial)
    return verb_wrong_usage (_ ("give --until or --trial, not both"));
  if (until != NULL && !ending_parse (until, now_s (), &until_s))
    return verb_wrong_usage (
        _ ("“%s” is no time to come: give +MINUTES, HH:MM or “YYYY-MM-DD HH:MM”"), until);
  return STATUS_OK;
}

gint64
ending_time (void)
{
  return is_trial ? now_s () + ENDING_TRIAL_S : until_s;
}

/* Waits for a line of the standard input until then. */
static gboolean
is_answered_with_yes (gint64 end_s)
{
  struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
  gint64 left_ms = (end_s - now_s ()) * 1000;
  char answer[16];

  if (left_ms <= 0 || poll (&input, 1, (int) MIN (left_ms, G_MAXINT)) <= 0)
    return FALSE;
  /* Translators: the letter for “yes”, in lower case, as in “[y/N]” */
  const char *yes = C_ ("answer", "y");
  return fgets (answer, sizeof answer, stdin) != NULL
         && g_ascii_strncasecmp (answer, yes, strlen (yes)) == 0;
}

Status
ending_ask (BusServerProperties1 *authority, guint64 id, gint64 end_s)
{
  g_autoptr (GError) error = NULL;
  guint64 revision;

  g_printerr (_ ("The change is in force, and taken back in %d seconds. Keep it? [y/N] "),
              ENDING_TRIAL_S);
  if (is_answered_with_yes (end_s))
    {
      if (!bus_server_properties1_call_keep_sync (authority, id, NULL, &error))
        return client_report (error);
      g_printerr (_ ("The change is kept.\n"));
      return STATUS_OK;
    }
  /* The authority does it by itself, too: it may have been faster. */
  (void) bus_server_properties1_call_end_temporary_sync (authority, id, &revision, NULL, NULL);
  g_printerr (_ ("\nThe change is taken back.\n"));
  return STATUS_NO;
}
