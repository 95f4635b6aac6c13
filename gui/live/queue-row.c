/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/live/queue-row.h"

#include <glib/gi18n.h>

#include "gui/live/live-words.h"

static const PosternCellKind kinds[QUEUE_ROW_N_CELLS] = {
  [QUEUE_ROW_ID] = POSTERN_CELL_TEXT,         [QUEUE_ROW_ARRIVED] = POSTERN_CELL_NUMBER,
  [QUEUE_ROW_STATE] = POSTERN_CELL_TEXT,      [QUEUE_ROW_SENDER] = POSTERN_CELL_TEXT,
  [QUEUE_ROW_RECIPIENTS] = POSTERN_CELL_TEXT, [QUEUE_ROW_SIZE] = POSTERN_CELL_NUMBER,
  [QUEUE_ROW_ATTEMPTS] = POSTERN_CELL_NUMBER, [QUEUE_ROW_NEXT] = POSTERN_CELL_NUMBER,
  [QUEUE_ROW_REASON] = POSTERN_CELL_TEXT,
};

const PosternRowShape queue_row_shape = { kinds, QUEUE_ROW_N_CELLS };

static const struct
{
  const char *state;
  const char *words;
} states[] = {
  { "waiting", N_ ("Waiting") },     { "active", N_ ("Being delivered") },
  { "held", N_ ("Held") },           { "kept", N_ ("Kept by a filter") },
  { "delivered", N_ ("Delivered") }, { "failed", N_ ("Failed") },
};

const char *
queue_row_state_words (const char *state)
{
  for (gsize i = 0; i < G_N_ELEMENTS (states); i++)
    if (g_str_equal (states[i].state, state))
      return _ (states[i].words);
  return state;
}

static char *
ago_words (const PosternRow *row, guint cell)
{
  return live_words_ago (postern_row_get_number (row, cell));
}

static char *
state_words (const PosternRow *row, guint cell)
{
  return g_strdup (queue_row_state_words (postern_row_get_text (row, cell)));
}

static char *
sender_words (const PosternRow *row, guint cell)
{
  const char *sender = postern_row_get_text (row, cell);

  /* Translators: in place of a sender: the message is a report of the mail system itself */
  return g_strdup (*sender != '\0' ? sender : _ ("(a report)"));
}

static char *
size_words (const PosternRow *row, guint cell)
{
  return g_format_size_full (postern_row_get_number (row, cell), G_FORMAT_SIZE_IEC_UNITS);
}

static char *
number_words (const PosternRow *row, guint cell)
{
  return g_strdup_printf ("%" G_GINT64_FORMAT, postern_row_get_number (row, cell));
}

/* Of a message that is held the next attempt means nothing. */
static char *
next_words (const PosternRow *row, guint cell)
{
  gint64 left = postern_row_get_number (row, cell) - g_get_real_time () / G_USEC_PER_SEC;

  if (!g_str_equal (postern_row_get_text (row, QUEUE_ROW_STATE), "waiting"))
    return g_strdup ("–");
  return left > 0 ? live_words_countdown (left) : g_strdup (_ ("now"));
}

const PosternRowColumn queue_row_columns[QUEUE_ROW_N_COLUMNS] = {
  { N_ ("Why It Waits"), QUEUE_ROW_REASON, QUEUE_ROW_REASON, NULL, FALSE, 14 },
  { N_ ("Sender"), QUEUE_ROW_SENDER, QUEUE_ROW_SENDER, sender_words, FALSE, 13 },
  { N_ ("Recipients"), QUEUE_ROW_RECIPIENTS, QUEUE_ROW_RECIPIENTS, NULL, FALSE, 14 },
  { N_ ("State"), QUEUE_ROW_STATE, QUEUE_ROW_STATE, state_words, FALSE, 7 },
  { N_ ("Arrived"), QUEUE_ROW_ARRIVED, QUEUE_ROW_ARRIVED, ago_words, FALSE, 9 },
  { N_ ("Next Attempt"), QUEUE_ROW_NEXT, QUEUE_ROW_NEXT, next_words, TRUE, 8 },
  { N_ ("Attempts"), QUEUE_ROW_ATTEMPTS, QUEUE_ROW_ATTEMPTS, number_words, TRUE, 5 },
  { N_ ("Size"), QUEUE_ROW_SIZE, QUEUE_ROW_SIZE, size_words, TRUE, 6 },
};

/* --- rows --- */

static void
take_text (PosternRow *row, guint cell, GVariantDict *message, const char *key)
{
  const char *text;

  if (g_variant_dict_lookup (message, key, "&s", &text) && *text != '\0')
    postern_row_set_text (row, cell, text);
}

static PosternRow *
make_row (PosternRowStore *store, GVariant *message)
{
  PosternRow *row = postern_row_store_make_row (store);
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (message);
  g_autofree const char **recipients = NULL;
  gint64 arrived = 0, next = 0;
  guint64 size = 0;
  guint attempts = 0;

  take_text (row, QUEUE_ROW_ID, &dict, "id");
  take_text (row, QUEUE_ROW_STATE, &dict, "state");
  take_text (row, QUEUE_ROW_SENDER, &dict, "sender");
  take_text (row, QUEUE_ROW_REASON, &dict, "reason");
  take_text (row, QUEUE_ROW_REASON, &dict, "hold-reason");
  if (g_variant_dict_lookup (&dict, "recipients", "^a&s", &recipients))
    postern_row_take_text (row, QUEUE_ROW_RECIPIENTS, g_strjoinv (", ", (char **) recipients));
  g_variant_dict_lookup (&dict, "arrived", "x", &arrived);
  g_variant_dict_lookup (&dict, "next-attempt", "x", &next);
  g_variant_dict_lookup (&dict, "size", "t", &size);
  g_variant_dict_lookup (&dict, "attempts", "u", &attempts);
  postern_row_set_number (row, QUEUE_ROW_ARRIVED, arrived);
  postern_row_set_number (row, QUEUE_ROW_NEXT, next);
  postern_row_set_number (row, QUEUE_ROW_SIZE, size);
  postern_row_set_number (row, QUEUE_ROW_ATTEMPTS, attempts);
  return row;
}

GPtrArray *
queue_row_make_all (PosternRowStore *store, GVariant *messages)
{
  GPtrArray *rows = g_ptr_array_new ();
  GVariantIter iter;
  GVariant *message;

  g_variant_iter_init (&iter, messages);
  while ((message = g_variant_iter_next_value (&iter)) != NULL)
    {
      g_ptr_array_add (rows, make_row (store, message));
      g_variant_unref (message);
    }
  return rows;
}
