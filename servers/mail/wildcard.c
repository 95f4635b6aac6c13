/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/mail/wildcard.h"

gboolean
wildcard_match (const char *pattern, const char *text)
{
  const char *after_star = NULL; /* in the pattern: the last star was before it */
  const char *retry = NULL;      /* in the text: where that star ends when all else fails */

  while (*text != '\0')
    {
      if (*pattern == '*')
        {
          after_star = ++pattern;
          retry = text;
        }
      else if (g_ascii_tolower (*pattern) == g_ascii_tolower (*text))
        {
          pattern++;
          text++;
        }
      else if (after_star != NULL)
        {
          pattern = after_star;
          text = ++retry;
        }
      else
        return FALSE;
    }
  while (*pattern == '*')
    pattern++;
  return *pattern == '\0';
}
