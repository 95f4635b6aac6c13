/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/settings/alias-circle.h"

#include <string.h>

#include "core/settings/alias.h"

typedef struct
{
  const GeneralSettings *general;
  GHashTable *rows; /* name -> row, from 1 */
  Alias *aliases;
  guint length;
} Aliases;

static gboolean
fits (const char *pattern, const char *domain)
{
  if (pattern[0] != '*')
    return g_str_equal (pattern, domain);
  return pattern[1] == '\0' || g_str_has_suffix (domain, pattern + 1);
}

static gboolean
is_local (const GeneralSettings *general, const char *domain)
{
  for (char **each = general->local_domains; *each != NULL; each++)
    if (fits (*each, domain))
      return TRUE;
  return FALSE;
}

/* The row, from 1, that @target leads to; 0 when it is no alias. */
static guint
next_row (const Aliases *aliases, const char *target)
{
  g_autofree char *name = g_ascii_strdown (target, -1);
  char *at = strchr (name, '@');
  guint row = GPOINTER_TO_UINT (g_hash_table_lookup (aliases->rows, name));

  if (row != 0 || at == NULL || !is_local (aliases->general, at + 1))
    return row;
  *at = '\0';
  return GPOINTER_TO_UINT (g_hash_table_lookup (aliases->rows, name));
}

/* An alias on the way that is being followed, and its target that comes next. */
typedef struct
{
  guint row; /* from 1 */
  char **target;
} Step;

typedef enum
{
  NEW,
  ON_THE_WAY,
  DONE
} Mark;

/* Follows all ways from row @start, each alias once. Returns the row, from 1, of one that stands on
 * the way already; 0 when there is none. @steps has room for each alias. */
static guint
follow (const Aliases *aliases, guint start, Mark *marks, Step *steps)
{
  guint depth = 0;

  steps[depth++] = (Step){ start, aliases->aliases[start - 1].targets };
  marks[start] = ON_THE_WAY;
  while (depth > 0)
    {
      Step *step = &steps[depth - 1];
      guint next = *step->target == NULL ? 0 : next_row (aliases, *step->target);

      if (*step->target == NULL)
        {
          marks[step->row] = DONE;
          depth--;
          continue;
        }
      step->target++;
      if (next != step->row && marks[next] == ON_THE_WAY)
        return next;
      if (next == 0 || marks[next] != NEW)
        continue;
      marks[next] = ON_THE_WAY;
      steps[depth++] = (Step){ next, aliases->aliases[next - 1].targets };
    }
  return 0;
}

static guint
find (const Aliases *aliases)
{
  g_autofree Mark *marks = g_new0 (Mark, aliases->length + 1);
  g_autofree Step *steps = g_new (Step, aliases->length);
  guint found = 0;

  for (guint row = 1; row <= aliases->length && found == 0; row++)
    if (marks[row] == NEW)
      found = follow (aliases, row, marks, steps);
  return found;
}

gssize
alias_circle_find (const GeneralSettings *general)
{
  guint length = g_strv_length (general->aliases);
  g_autoptr (GHashTable) rows = g_hash_table_new (g_str_hash, g_str_equal);
  g_autofree Alias *list = g_new0 (Alias, length);
  Aliases aliases = { general, rows, list, length };
  guint found;

  for (guint i = 0; i < length; i++)
    {
      if (!alias_parse (general->aliases[i], &list[i]))
        g_assert_not_reached ();
      g_hash_table_insert (rows, list[i].name, GUINT_TO_POINTER (i + 1));
    }
  found = find (&aliases);
  for (guint i = 0; i < length; i++)
    alias_clear (&list[i]);
  return (gssize) found - 1;
}
