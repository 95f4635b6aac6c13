/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/filter/content-filter-set.h"

#include "servers/filter/message-facts.h"
#include "servers/mail/wildcard.h"

#include <stddef.h>

typedef struct
{
  ContentFilter filter;
  char *text; /* (owned) */
} FilterRow;

struct _ContentFilterSet
{
  GArray *rows; /* (element-type FilterRow) */
};

static void
row_clear (FilterRow *row)
{
  content_filter_clear (&row->filter);
  g_free (row->text);
}

ContentFilterSet *
content_filter_set_new (const Settings *settings)
{
  ContentFilterSet *set = g_atomic_rc_box_new0 (ContentFilterSet);

  set->rows = g_array_new (FALSE, TRUE, sizeof (FilterRow));
  g_array_set_clear_func (set->rows, (GDestroyNotify) row_clear);
  for (char **text = settings->smtp.filters; *text != NULL; text++)
    {
      FilterRow row = { .text = NULL };

      if (!content_filter_parse (*text, &row.filter))
        {
          g_critical ("filters: \"%s\" can't be read",
                      *text); /* a snapshot holds valid rows only */
          continue;
        }
      row.text = g_strdup (*text);
      g_array_append_val (set->rows, row);
    }
  return set;
}

ContentFilterSet *
content_filter_set_ref (ContentFilterSet *set)
{
  return g_atomic_rc_box_acquire (set);
}

static void
set_clear (gpointer data)
{
  ContentFilterSet *set = data;

  g_array_unref (set->rows);
}

void
content_filter_set_unref (ContentFilterSet *set)
{
  g_atomic_rc_box_release_full (set, set_clear);
}

gboolean
content_filter_set_is_empty (const ContentFilterSet *set)
{
  return set->rows->len == 0;
}

static gboolean
row_matches (const FilterRow *row, const MessageFacts *facts)
{
  static const gsize members[] = {
    [FILTER_ORIGINATOR] = offsetof (MessageFacts, originators),
    [FILTER_SUBJECT] = offsetof (MessageFacts, subjects),
    [FILTER_ATTACHMENT] = offsetof (MessageFacts, names),
    [FILTER_TYPE] = offsetof (MessageFacts, types),
  };
  const GPtrArray *texts = G_STRUCT_MEMBER (GPtrArray *, facts, members[row->filter.criterion]);

  for (guint i = 0; i < texts->len; i++)
    if (wildcard_match (row->filter.pattern, g_ptr_array_index (texts, i)))
      return TRUE;
  return FALSE;
}

FilterVerdict
content_filter_set_apply (const ContentFilterSet *set, const char *sender, GBytes *content)
{
  if (content_filter_set_is_empty (set))
    return (FilterVerdict){ .is_caught = FALSE, .row = "" };

  g_autoptr (MessageFacts) facts = message_facts_new (sender, content);
  for (guint i = 0; i < set->rows->len; i++)
    {
      const FilterRow *row = &g_array_index (set->rows, FilterRow, i);

      if (row_matches (row, facts))
        return (FilterVerdict){ TRUE, row->filter.action, row->text };
    }
  return (FilterVerdict){ !facts->is_whole, FILTER_ACTION_KEEP, "" };
}

char *
content_filter_verdict_to_reason (const FilterVerdict *verdict)
{
  if (*verdict->row == '\0')
    return g_strdup (
        "filter: the message can't be read whole: too many parts, or none where there should be "
        "some, too long headers, or an encoded message in it");
  return g_strdup_printf ("filter: %s", verdict->row);
}
