/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/settings/logon-window.h"

#include <string.h>

#include "core/settings/alias.h"
#include "core/settings/row-words.h"

/* 300.1.1.1, 192.0.2.0/33, 2001:db8::zz */
static gboolean
looks_like_network (const char *text)
{
  return strpbrk (text, ":/") != NULL
         || (strchr (text, '.') != NULL && strspn (text, "0123456789.") == strlen (text));
}

gboolean
logon_window_parse (const char *text, LogonWindow *window)
{
  g_auto (GStrv) words = row_words_split (text);
  LogonWindow parsed = { 0 };
  guint64 minutes;

  if (words == NULL || g_strv_length (words) != 2
      || !g_ascii_string_to_unsigned (words[1], 10, 1, G_MAXUINT16, &minutes, NULL))
    return FALSE;
  parsed.minutes = (guint) minutes;
  if (!ip_network_parse (words[0], &parsed.network))
    {
      if (looks_like_network (words[0]) || !alias_target_is_valid (words[0]))
        return FALSE;
      parsed.user = g_ascii_strdown (words[0], -1);
    }
  *window = parsed;
  return TRUE;
}

char *
logon_window_to_text (const LogonWindow *window)
{
  char network[IP_NETWORK_TEXT_MAX];

  if (window->user != NULL)
    return g_strdup_printf ("%s %u", window->user, window->minutes);
  return g_strdup_printf ("%s %u", ip_network_to_string (&window->network, network),
                          window->minutes);
}

void
logon_window_clear (LogonWindow *window)
{
  g_clear_pointer (&window->user, g_free);
}
