/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/live/refusal-row.h"

#include <glib/gi18n.h>

#include "gui/live/live-words.h"
#include "gui/live/rule-words.h"

#define DAY_S (24 * 60 * 60)

static const PosternCellKind kinds[REFUSAL_ROW_N_CELLS] = {
  [REFUSAL_ROW_KEY] = POSTERN_CELL_TEXT,    [REFUSAL_ROW_TIME] = POSTERN_CELL_NUMBER,
  [REFUSAL_ROW_CLIENT] = POSTERN_CELL_TEXT, [REFUSAL_ROW_CLIENT_KEY] = POSTERN_CELL_TEXT,
  [REFUSAL_ROW_MAIL] = POSTERN_CELL_TEXT,   [REFUSAL_ROW_REASON] = POSTERN_CELL_TEXT,
  [REFUSAL_ROW_SENDER] = POSTERN_CELL_TEXT, [REFUSAL_ROW_RECIPIENT] = POSTERN_CELL_TEXT,
  [REFUSAL_ROW_RULE] = POSTERN_CELL_TEXT,   [REFUSAL_ROW_SETTING] = POSTERN_CELL_TEXT,
  [REFUSAL_ROW_REPLY] = POSTERN_CELL_TEXT,
};

const PosternRowShape refusal_row_shape = { kinds, REFUSAL_ROW_N_CELLS };

/* The time of the day; of another day, the day, too. */
static char *
time_words (const PosternRow *row, guint cell)
{
  gint64 time_s = postern_row_get_number (row, cell);
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (time_s);
  gboolean is_recent = g_get_real_time () / G_USEC_PER_SEC - time_s < DAY_S / 2;

  return is_recent && time != NULL ? g_date_time_format (time, "%H:%M:%S")
                                   : live_words_time (time_s);
}

const PosternRowColumn refusal_row_columns[REFUSAL_ROW_N_COLUMNS] = {
  { N_ ("Mail"), REFUSAL_ROW_MAIL, REFUSAL_ROW_MAIL, NULL, FALSE, 28 },
  { N_ ("Time"), REFUSAL_ROW_TIME, REFUSAL_ROW_TIME, time_words, FALSE, 9 },
  { N_ ("Client"), REFUSAL_ROW_CLIENT, REFUSAL_ROW_CLIENT_KEY, NULL, FALSE, 15 },
  { N_ ("Reason"), REFUSAL_ROW_REASON, REFUSAL_ROW_REASON, NULL, FALSE, 30 },
};

static const char *
text_of (GVariant *refusal, const char *name)
{
  const char *text = "";

  g_variant_lookup (refusal, name, "&s", &text);
  return text;
}

/* Whoever is refused before MAIL has no mail yet. */
static char *
mail_words (const char *sender, const char *recipient)
{
  if (*recipient == '\0')
    return g_strdup (*sender != '\0' ? sender : "–");
  return g_strdup_printf ("%s → %s", *sender != '\0' ? sender : "<>", recipient);
}

static void
fill (PosternRow *row, GVariant *refusal)
{
  const char *client = text_of (refusal, "client"), *rule = text_of (refusal, "rule");
  const char *sender = text_of (refusal, "sender"), *recipient = text_of (refusal, "recipient");
  const char *setting = text_of (refusal, "setting");
  gint64 time_s = 0;

  g_variant_lookup (refusal, "time", "x", &time_s);
  postern_row_set_number (row, REFUSAL_ROW_TIME, time_s);
  postern_row_set_text (row, REFUSAL_ROW_CLIENT, client);
  postern_row_take_text (row, REFUSAL_ROW_CLIENT_KEY, live_words_address_key (client));
  postern_row_take_text (row, REFUSAL_ROW_MAIL, mail_words (sender, recipient));
  postern_row_set_text (row, REFUSAL_ROW_REASON, rule_words (rule, setting));
  postern_row_set_text (row, REFUSAL_ROW_SENDER, sender);
  postern_row_set_text (row, REFUSAL_ROW_RECIPIENT, recipient);
  postern_row_set_text (row, REFUSAL_ROW_RULE, rule);
  postern_row_set_text (row, REFUSAL_ROW_SETTING, setting);
  postern_row_set_text (row, REFUSAL_ROW_REPLY, text_of (refusal, "reply"));
}

/* The same may happen twice in a second: the older one is the first. */
static char *
key_of (GVariant *refusal, GHashTable *seen)
{
  g_autofree char *text = g_variant_print (refusal, FALSE);
  guint count = GPOINTER_TO_UINT (g_hash_table_lookup (seen, text)) + 1;
  char *key = g_strdup_printf ("%s %u", text, count);

  g_hash_table_insert (seen, g_steal_pointer (&text), GUINT_TO_POINTER (count));
  return key;
}

GPtrArray *
refusal_row_make_all (PosternRowStore *store, GVariant *refusals)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GPtrArray *rows = g_ptr_array_new_with_free_func ((GDestroyNotify) postern_row_free);

  for (gsize i = g_variant_n_children (refusals); i > 0; i--)
    {
      g_autoptr (GVariant) refusal = g_variant_get_child_value (refusals, i - 1);
      PosternRow *row = postern_row_store_make_row (store);
      postern_row_take_text (row, REFUSAL_ROW_KEY, key_of (refusal, seen));
      fill (row, refusal);
      g_ptr_array_add (rows, row);
    }
  return rows;
}

char *
refusal_row_tip (const PosternRow *row, guint cell)
{
  return g_strdup_printf ("%s\n%s", postern_row_get_text (row, REFUSAL_ROW_MAIL),
                          postern_row_get_text (row, REFUSAL_ROW_REPLY));
}
