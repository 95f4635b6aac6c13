/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/lists/row-table.h"

#include <glib/gi18n.h>
#include <string.h>

#include "gui/lists/row-key.h"

#define WHITE " \t\r\f\v"

/* A block of if … endif. */
typedef struct
{
  RowKey key;
  gboolean known; /* a network, and not all that is outside it */
} Condition;

typedef struct
{
  GPtrArray *entries;
  GArray *conditions; /* of Condition: the blocks that are open */
} TableReader;

static const struct
{
  const char *word; /* a prefix of the action where it ends with _ */
  RowAction action;
} actions[] = { { "OK", ROW_ACTION_PERMIT },       { "RELAY", ROW_ACTION_PERMIT },
                { "PERMIT", ROW_ACTION_PERMIT },   { "PERMIT_", ROW_ACTION_PERMIT },
                { "REJECT", ROW_ACTION_REFUSE },   { "REJECT_", ROW_ACTION_REFUSE },
                { "DISCARD", ROW_ACTION_REFUSE },  { "DEFER", ROW_ACTION_REFUSE },
                { "DEFER_IF_", ROW_ACTION_REFUSE } };

static void
entry_free (RowTableEntry *entry)
{
  g_free (entry->row);
  g_free (entry);
}

/* access(5): digits alone permit, three of them that begin with 4 or 5 refuse. */
static gboolean
read_code (const char *word, RowAction *action)
{
  if (*word == '\0' || word[strspn (word, "0123456789")] != '\0')
    return FALSE;
  *action = strlen (word) == 3 && (*word == '4' || *word == '5') ? ROW_ACTION_REFUSE
                                                                 : ROW_ACTION_PERMIT;
  return TRUE;
}

/* Returns FALSE for an action that is neither. */
static gboolean
read_action (const char *word, RowAction *action)
{
  for (gsize i = 0; i < G_N_ELEMENTS (actions); i++)
    {
      gsize length = strlen (actions[i].word);
      gboolean prefix = actions[i].word[length - 1] == '_';

      if (g_ascii_strncasecmp (word, actions[i].word, length) != 0
          || (!prefix && word[length] != '\0'))
        continue;
      *action = actions[i].action;
      return TRUE;
    }
  return read_code (word, action);
}

char *
row_table_unbracket (const char *word)
{
  const char *end = *word == '[' ? strchr (word, ']') : NULL;

  if (end == NULL)
    return g_strdup (word);
  return g_strdup_printf ("%.*s%s", (int) (end - word - 1), word + 1, end + 1);
}

static gboolean
begins_with_word (const char *line, const char *word)
{
  gsize length = strlen (word);

  return g_ascii_strncasecmp (line, word, length) == 0
         && (line[length] == '\0' || strchr (WHITE, line[length]) != NULL);
}

gboolean
row_table_is_condition (const char *line)
{
  return begins_with_word (line, "if") || begins_with_word (line, "endif");
}

static void
open_block (TableReader *reader, const char *network)
{
  g_autofree char *bare = row_table_unbracket (network);
  Condition condition = { .known = FALSE };

  condition.known = row_key_read (bare, &condition.key);
  g_array_append_val (reader->conditions, condition);
}

/* A row that lies within the network of each open block means the same without the blocks. */
static gboolean
is_free_of_conditions (TableReader *reader, const RowKey *key)
{
  for (guint i = 0; i < reader->conditions->len; i++)
    {
      const Condition *condition = &g_array_index (reader->conditions, Condition, i);

      if (!condition->known || !row_key_contains (&condition->key, key))
        return FALSE;
    }
  return TRUE;
}

static const char *
find_fault (TableReader *reader, const char *network, const char *action, RowTableEntry *entry)
{
  g_autofree char *bare = row_table_unbracket (network);
  RowKey key;

  if (*network == '!')
    return N_ ("It means all but this network: a list cannot say that.");
  if (!row_key_read (bare, &key))
    return N_ ("The line does not begin with a network.");
  if (*action == '\0')
    return N_ ("There is no action behind the network.");
  if (!read_action (action, &entry->action))
    return N_ ("Its action neither permits nor refuses.");
  if (!is_free_of_conditions (reader, &key))
    return N_ ("It counts under the condition of an “if” only: a list cannot say that.");
  return NULL;
}

static void
read_entry (TableReader *reader, guint number, const char *text)
{
  g_autofree char *network = g_strndup (text, strcspn (text, WHITE));
  const char *rest = text + strlen (network);
  RowTableEntry *entry = g_new0 (RowTableEntry, 1);

  rest += strspn (rest, WHITE);
  g_autofree char *action = g_strndup (rest, strcspn (rest, WHITE));
  entry->line = number;
  entry->fault = find_fault (reader, network, action, entry);
  entry->row = entry->fault != NULL ? g_strdup (text) : row_table_unbracket (network);
  g_ptr_array_add (reader->entries, entry);
}

static void
read_logical_line (TableReader *reader, guint number, const char *text)
{
  if (*text == '\0')
    return;
  if (begins_with_word (text, "if"))
    open_block (reader, text + 2 + strspn (text + 2, WHITE));
  else if (begins_with_word (text, "endif"))
    g_array_set_size (reader->conditions, MAX (reader->conditions->len, 1) - 1);
  else
    read_entry (reader, number, text);
}

GPtrArray *
row_table_read (const char *text)
{
  GPtrArray *entries = g_ptr_array_new_with_free_func ((GDestroyNotify) entry_free);
  g_autoptr (GArray) conditions = g_array_new (FALSE, FALSE, sizeof (Condition));
  g_autoptr (GString) logical = g_string_new (NULL);
  TableReader reader = { entries, conditions };
  guint number = 1, first = 1;

  for (const char *start = text; *start != '\0'; number++)
    {
      gsize length = strcspn (start, "\n");
      g_autofree char *line = g_strndup (start, length);
      gboolean continues = *line != '\0' && strchr (WHITE, *line) != NULL;

      start += length + (start[length] == '\n' ? 1 : 0);
      g_strstrip (line);
      if (*line == '\0' || *line == '#')
        continue;
      if (!continues)
        {
          read_logical_line (&reader, first, logical->str);
          g_string_truncate (logical, 0);
          first = number;
        }
      g_string_append_printf (logical, "%s%s", logical->len > 0 ? " " : "", line);
    }
  read_logical_line (&reader, first, logical->str);
  return entries;
}
