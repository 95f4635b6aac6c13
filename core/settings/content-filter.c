/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/settings/content-filter.h"

#include <string.h>

static const char *const actions[] = {
  [FILTER_ACTION_KEEP] = "keep",
  [FILTER_ACTION_DISCARD] = "discard",
};

static const char *const criteria[] = {
  [FILTER_ORIGINATOR] = "originator",
  [FILTER_SUBJECT] = "subject",
  [FILTER_ATTACHMENT] = "attachment",
  [FILTER_TYPE] = "type",
};

/* The place of the first word of @text, with what stands behind its blank in @rest; or -1. */
static int
take_word (const char *text, const char *const *words, guint length, const char **rest)
{
  gsize end = strcspn (text, " ");

  for (guint i = 0; i < length; i++)
    if (strlen (words[i]) == end && strncmp (words[i], text, end) == 0 && text[end] == ' ')
      {
        *rest = text + end + 1;
        return (int) i;
      }
  return -1;
}

/* Returns: (transfer full): @text with one blank for all white space in a row, none at its ends;
 * NULL when it is not UTF-8, or has another control character */
static char *
collapse (const char *text)
{
  g_autoptr (GString) collapsed = g_string_new (NULL);

  if (!g_utf8_validate (text, -1, NULL))
    return NULL;
  for (; *text != '\0'; text++)
    {
      if (g_ascii_isspace (*text) && (collapsed->len == 0 || g_ascii_isspace (text[1])))
        continue;
      if (g_ascii_iscntrl (*text) && !g_ascii_isspace (*text))
        return NULL;
      g_string_append_c (collapsed, g_ascii_isspace (*text) ? ' ' : *text);
    }
  return g_strchomp (g_string_free (g_steal_pointer (&collapsed), FALSE));
}

gboolean
content_filter_parse (const char *text, ContentFilter *filter)
{
  g_autofree char *collapsed = collapse (text);
  const char *rest = NULL;
  int action, criterion;

  if (collapsed == NULL)
    return FALSE;
  action = take_word (collapsed, actions, G_N_ELEMENTS (actions), &rest);
  if (action < 0)
    return FALSE;
  criterion = take_word (rest, criteria, G_N_ELEMENTS (criteria), &rest);
  if (criterion < 0)
    return FALSE;
  *filter = (ContentFilter){ (FilterAction) action, (FilterCriterion) criterion, g_strdup (rest) };
  return TRUE;
}

char *
content_filter_to_text (const ContentFilter *filter)
{
  return g_strdup_printf ("%s %s %s", actions[filter->action], criteria[filter->criterion],
                          filter->pattern);
}

void
content_filter_clear (ContentFilter *filter)
{
  g_clear_pointer (&filter->pattern, g_free);
}
