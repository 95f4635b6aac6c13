/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/live/device-row.h"

#include <glib/gi18n.h>
#include <string.h>

#include "gui/live/live-words.h"

static const PosternCellKind kinds[DEVICE_ROW_N_CELLS] = {
  [DEVICE_ROW_KEY] = POSTERN_CELL_TEXT,         [DEVICE_ROW_ADDRESS] = POSTERN_CELL_TEXT,
  [DEVICE_ROW_ADDRESS_KEY] = POSTERN_CELL_TEXT, [DEVICE_ROW_USER] = POSTERN_CELL_TEXT,
  [DEVICE_ROW_FOLDED_USER] = POSTERN_CELL_TEXT, [DEVICE_ROW_WAY] = POSTERN_CELL_TEXT,
  [DEVICE_ROW_HOW] = POSTERN_CELL_TEXT,         [DEVICE_ROW_TLS] = POSTERN_CELL_TEXT,
  [DEVICE_ROW_FIRST] = POSTERN_CELL_NUMBER,     [DEVICE_ROW_LAST] = POSTERN_CELL_NUMBER,
  [DEVICE_ROW_LOG_ONS] = POSTERN_CELL_NUMBER,   [DEVICE_ROW_RETRIEVED] = POSTERN_CELL_NUMBER,
};

const PosternRowShape device_row_shape = { kinds, DEVICE_ROW_N_CELLS };

/* --- Words --- */

static char *
ago_words (const PosternRow *row, guint cell)
{
  return live_words_ago (postern_row_get_number (row, cell));
}

static char *
number_words (const PosternRow *row, guint cell)
{
  return g_strdup_printf ("%" G_GINT64_FORMAT, postern_row_get_number (row, cell));
}

const PosternRowColumn device_row_columns[DEVICE_ROW_N_COLUMNS] = {
  { N_ ("User"), DEVICE_ROW_USER, DEVICE_ROW_FOLDED_USER, NULL, FALSE, 8 },
  { N_ ("Address"), DEVICE_ROW_ADDRESS, DEVICE_ROW_ADDRESS_KEY, NULL, FALSE, 11 },
  { N_ ("Logs On With"), DEVICE_ROW_WAY, DEVICE_ROW_WAY, NULL, FALSE, 15 },
  { N_ ("Last Seen"), DEVICE_ROW_LAST, DEVICE_ROW_LAST, ago_words, FALSE, 11 },
  { N_ ("Log-ons"), DEVICE_ROW_LOG_ONS, DEVICE_ROW_LOG_ONS, number_words, TRUE, 5 },
  { N_ ("Mails Fetched"), DEVICE_ROW_RETRIEVED, DEVICE_ROW_RETRIEVED, number_words, TRUE, 5 },
};

/* Returns: (transfer full): in words, how a device logs on */
static char *
way_of (const char *how, const char *tls)
{
  gboolean is_apop = g_str_equal (how, "apop");

  if (tls[0] == '\0')
    return g_strdup (is_apop ? _ ("APOP, in clear") : _ ("Password in clear"));
  return g_strdup_printf (is_apop ? _ ("APOP under %s") : _ ("Password under %s"), tls);
}

char *
device_row_tip (const PosternRow *row, guint cell)
{
  g_autofree char *first = live_words_time (postern_row_get_number (row, DEVICE_ROW_FIRST));
  g_autofree char *last = live_words_time (postern_row_get_number (row, DEVICE_ROW_LAST));

  return g_strdup_printf (_ ("First seen %s\nLast seen %s"), first, last);
}

/* --- Rows --- */

static void
copy_text (PosternRow *row, guint cell, GVariant *device, const char *name)
{
  const char *text = "";

  g_variant_lookup (device, name, "&s", &text);
  postern_row_set_text (row, cell, text);
}

static void
copy_count (PosternRow *row, guint cell, GVariant *device, const char *name)
{
  guint64 count = 0;

  g_variant_lookup (device, name, "t", &count);
  postern_row_set_number (row, cell, (gint64) MIN (count, G_MAXINT64));
}

static void
copy_time (PosternRow *row, guint cell, GVariant *device, const char *name)
{
  gint64 time_s = 0;

  g_variant_lookup (device, name, "x", &time_s);
  postern_row_set_number (row, cell, time_s);
}

static void
fill (PosternRow *row, GVariant *device)
{
  copy_text (row, DEVICE_ROW_ADDRESS, device, "address");
  copy_text (row, DEVICE_ROW_USER, device, "user");
  copy_text (row, DEVICE_ROW_HOW, device, "how");
  copy_text (row, DEVICE_ROW_TLS, device, "tls");
  copy_time (row, DEVICE_ROW_FIRST, device, "first");
  copy_time (row, DEVICE_ROW_LAST, device, "last");
  copy_count (row, DEVICE_ROW_LOG_ONS, device, "log-ons");
  copy_count (row, DEVICE_ROW_RETRIEVED, device, "retrieved");

  const char *address = postern_row_get_text (row, DEVICE_ROW_ADDRESS);
  const char *user = postern_row_get_text (row, DEVICE_ROW_USER);
  postern_row_take_text (row, DEVICE_ROW_KEY, g_strconcat (address, " ", user, NULL));
  postern_row_take_text (row, DEVICE_ROW_ADDRESS_KEY, live_words_address_key (address));
  postern_row_take_text (row, DEVICE_ROW_FOLDED_USER, g_utf8_casefold (user, -1));
  postern_row_take_text (row, DEVICE_ROW_WAY,
                         way_of (postern_row_get_text (row, DEVICE_ROW_HOW),
                                 postern_row_get_text (row, DEVICE_ROW_TLS)));
}

GPtrArray *
device_row_make_all (PosternRowStore *store, GVariant *devices)
{
  GPtrArray *rows = g_ptr_array_new ();
  GVariantIter iter;
  GVariant *device;

  g_variant_iter_init (&iter, devices);
  while (g_variant_iter_loop (&iter, "@a{sv}", &device))
    {
      PosternRow *row = postern_row_store_make_row (store);

      fill (row, device);
      g_ptr_array_add (rows, row);
    }
  return rows;
}

gboolean
device_row_contains (const PosternRow *row, const char *needle)
{
  return strstr (postern_row_get_text (row, DEVICE_ROW_ADDRESS), needle) != NULL
         || strstr (postern_row_get_text (row, DEVICE_ROW_FOLDED_USER), needle) != NULL;
}

/* --- CSV --- */

/* A spreadsheet takes what begins with these for a formula: it gets a quote in front. */
#define FORMULA "=+-@\t\r"

static void
append_text (GString *csv, const char *text)
{
  g_string_append_c (csv, '"');
  if (text[0] != '\0' && strchr (FORMULA, text[0]) != NULL)
    g_string_append_c (csv, '\'');
  for (const char *c = text; *c != '\0'; c++)
    {
      if (*c == '"')
        g_string_append_c (csv, '"');
      g_string_append_c (csv, *c);
    }
  g_string_append (csv, "\",");
}

static void
append_time (GString *csv, gint64 time_s)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (time_s);
  g_autofree char *text = time != NULL ? g_date_time_format_iso8601 (time) : g_strdup ("");

  append_text (csv, text);
}

char *
device_row_to_csv (GPtrArray *rows)
{
  GString *csv = g_string_new ("user,address,how,tls,first,last,log-ons,retrieved\r\n");

  for (guint i = 0; i < rows->len; i++)
    {
      const PosternRow *row = g_ptr_array_index (rows, i);

      append_text (csv, postern_row_get_text (row, DEVICE_ROW_USER));
      append_text (csv, postern_row_get_text (row, DEVICE_ROW_ADDRESS));
      append_text (csv, postern_row_get_text (row, DEVICE_ROW_HOW));
      append_text (csv, postern_row_get_text (row, DEVICE_ROW_TLS));
      append_time (csv, postern_row_get_number (row, DEVICE_ROW_FIRST));
      append_time (csv, postern_row_get_number (row, DEVICE_ROW_LAST));
      g_string_append_printf (csv, "%" G_GINT64_FORMAT ",%" G_GINT64_FORMAT "\r\n",
                              postern_row_get_number (row, DEVICE_ROW_LOG_ONS),
                              postern_row_get_number (row, DEVICE_ROW_RETRIEVED));
    }
  return g_string_free (csv, FALSE);
}
