/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/live/pop-client-row.h"

#include <glib/gi18n.h>
#include <string.h>

#include "gui/live/live-words.h"

static const PosternCellKind kinds[POP_CLIENT_ROW_N_CELLS] = {
  [POP_CLIENT_ROW_ADDRESS] = POSTERN_CELL_TEXT,
  [POP_CLIENT_ROW_ADDRESS_KEY] = POSTERN_CELL_TEXT,
  [POP_CLIENT_ROW_USER] = POSTERN_CELL_TEXT,
  [POP_CLIENT_ROW_FOLDED_USER] = POSTERN_CELL_TEXT,
  [POP_CLIENT_ROW_SINCE] = POSTERN_CELL_NUMBER,
  [POP_CLIENT_ROW_END] = POSTERN_CELL_NUMBER,
  [POP_CLIENT_ROW_MESSAGES] = POSTERN_CELL_NUMBER,
  [POP_CLIENT_ROW_RECIPIENTS] = POSTERN_CELL_NUMBER,
  [POP_CLIENT_ROW_MESSAGE_LIMIT] = POSTERN_CELL_NUMBER,
  [POP_CLIENT_ROW_RECIPIENT_LIMIT] = POSTERN_CELL_NUMBER,
};

const PosternRowShape pop_client_row_shape = { kinds, POP_CLIENT_ROW_N_CELLS };

/* --- Words --- */

static gint64
monotonic_s (void)
{
  return g_get_monotonic_time () / G_USEC_PER_SEC;
}

static char *
since_words (const PosternRow *row, guint cell)
{
  return live_words_ago (postern_row_get_number (row, cell));
}

static char *
left_words (const PosternRow *row, guint cell)
{
  return live_words_countdown (postern_row_get_number (row, cell) - monotonic_s ());
}

/* A number, and the limit two cells behind it. */
static char *
use_words (const PosternRow *row, guint cell)
{
  gint64 used = postern_row_get_number (row, cell);
  gint64 limit = postern_row_get_number (row, cell + 2);

  if (used < 0)
    return g_strdup ("–");
  if (limit == 0)
    return g_strdup_printf ("%" G_GINT64_FORMAT, used);
  /* Translators: messages sent, and how many may be sent: “3 of 50”. */
  return g_strdup_printf (_ ("%d of %d"), (int) used, (int) limit);
}

G_STATIC_ASSERT (POP_CLIENT_ROW_MESSAGES + 2 == POP_CLIENT_ROW_MESSAGE_LIMIT);
G_STATIC_ASSERT (POP_CLIENT_ROW_RECIPIENTS + 2 == POP_CLIENT_ROW_RECIPIENT_LIMIT);

const PosternRowColumn pop_client_row_columns[POP_CLIENT_ROW_N_COLUMNS] = {
  { N_ ("Address"), POP_CLIENT_ROW_ADDRESS, POP_CLIENT_ROW_ADDRESS_KEY, NULL, FALSE, 12 },
  { N_ ("User"), POP_CLIENT_ROW_USER, POP_CLIENT_ROW_FOLDED_USER, NULL, FALSE, 8 },
  { N_ ("Logged On"), POP_CLIENT_ROW_SINCE, POP_CLIENT_ROW_SINCE, since_words, FALSE, 11 },
  { N_ ("Time Left"), POP_CLIENT_ROW_END, POP_CLIENT_ROW_END, left_words, TRUE, 8 },
  { N_ ("Mails Sent"), POP_CLIENT_ROW_MESSAGES, POP_CLIENT_ROW_MESSAGES, use_words, TRUE, 8 },
  { N_ ("Recipients"), POP_CLIENT_ROW_RECIPIENTS, POP_CLIENT_ROW_RECIPIENTS, use_words, TRUE, 8 },
};

char *
pop_client_row_tip (const PosternRow *row, guint cell)
{
  gint64 left = postern_row_get_number (row, POP_CLIENT_ROW_END) - monotonic_s ();
  g_autofree char *since = live_words_time (postern_row_get_number (row, POP_CLIENT_ROW_SINCE));
  g_autofree char *end = live_words_time (g_get_real_time () / G_USEC_PER_SEC + left);

  return g_strdup_printf (_ ("Logged on %s\nMay relay until %s"), since, end);
}

/* --- Rows --- */

typedef struct
{
  gint64 time_s; /* of the log-on: one that was renewed is another */
  guint32 messages;
  guint32 recipients;
} Use;

/* Returns: (transfer full): address -> Use; the addresses live as long as @uses */
static GHashTable *
index_uses (GVariant *uses)
{
  GHashTable *index = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  GVariantIter iter;
  const char *address;
  Use use;

  g_variant_iter_init (&iter, uses);
  while (
      g_variant_iter_next (&iter, "(&sxuu)", &address, &use.time_s, &use.messages, &use.recipients))
    g_hash_table_replace (index, (gpointer) address, g_memdup2 (&use, sizeof use));
  return index;
}

/* The seconds left are rounded: an end that differs by one is the same. */
static gint64
end_of (PosternRowStore *store, const char *address, guint32 left_s)
{
  const PosternRow *known = postern_row_store_find (store, address);
  gint64 end = monotonic_s () + left_s;
  gint64 known_end = known != NULL ? postern_row_get_number (known, POP_CLIENT_ROW_END) : 0;

  return known != NULL && ABS (end - known_end) <= 1 ? known_end : end;
}

static void
set_use (PosternRow *row, GHashTable *uses, gint64 time_s)
{
  const char *address = postern_row_get_text (row, POP_CLIENT_ROW_ADDRESS);
  const Use *use = uses != NULL ? g_hash_table_lookup (uses, address) : NULL;
  gint64 unused = uses != NULL ? 0 : -1;
  gboolean is_of_this = use != NULL && use->time_s == time_s;

  postern_row_set_number (row, POP_CLIENT_ROW_MESSAGES, is_of_this ? use->messages : unused);
  postern_row_set_number (row, POP_CLIENT_ROW_RECIPIENTS, is_of_this ? use->recipients : unused);
}

GPtrArray *
pop_client_row_make_all (PosternRowStore *store,
                         GVariant *log_ons,
                         GVariant *uses,
                         const PopClientLimits *limits)
{
  g_autoptr (GHashTable) index = uses != NULL ? index_uses (uses) : NULL;
  GPtrArray *rows = g_ptr_array_new ();
  GVariantIter iter;
  const char *address, *user;
  gint64 time_s;
  guint32 left_s;

  g_variant_iter_init (&iter, log_ons);
  while (g_variant_iter_next (&iter, "(&s&sxu)", &address, &user, &time_s, &left_s))
    {
      PosternRow *row = postern_row_store_make_row (store);

      postern_row_set_text (row, POP_CLIENT_ROW_ADDRESS, address);
      postern_row_take_text (row, POP_CLIENT_ROW_ADDRESS_KEY, live_words_address_key (address));
      postern_row_set_text (row, POP_CLIENT_ROW_USER, user);
      postern_row_take_text (row, POP_CLIENT_ROW_FOLDED_USER, g_utf8_casefold (user, -1));
      postern_row_set_number (row, POP_CLIENT_ROW_SINCE, time_s);
      postern_row_set_number (row, POP_CLIENT_ROW_END, end_of (store, address, left_s));
      set_use (row, index, time_s);
      postern_row_set_number (row, POP_CLIENT_ROW_MESSAGE_LIMIT, limits->messages);
      postern_row_set_number (row, POP_CLIENT_ROW_RECIPIENT_LIMIT, limits->recipients);
      g_ptr_array_add (rows, row);
    }
  return rows;
}

gboolean
pop_client_row_contains (const PosternRow *row, const char *needle)
{
  return strstr (postern_row_get_text (row, POP_CLIENT_ROW_ADDRESS), needle) != NULL
         || strstr (postern_row_get_text (row, POP_CLIENT_ROW_FOLDED_USER), needle) != NULL;
}
