/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/lists/row-csv.h"

#include <string.h>

#include "gui/lists/row-key.h"

typedef struct
{
  const char *next;
  guint line;
  char separator;
} CsvReader;

static void
cell_free (RowCsvCell *cell)
{
  g_free (cell->text);
  g_free (cell);
}

/* The one that the first line with any has most of. */
static char
find_separator (const char *text)
{
  static const char separators[] = ",;\t";
  guint counts[G_N_ELEMENTS (separators)] = { 0 };
  gboolean quoted = FALSE;
  gsize best = 0;

  for (; *text != '\0'; text++)
    {
      const char *found = quoted ? NULL : strchr (separators, *text);

      if (*text == '"')
        quoted = !quoted;
      else if (*text == '\n' && !quoted && counts[0] + counts[1] + counts[2] > 0)
        break;
      else if (found != NULL)
        counts[found - separators]++;
    }
  for (gsize i = 1; separators[i] != '\0'; i++)
    if (counts[i] > counts[best])
      best = i;
  return separators[best];
}

/* Behind the quotation mark that opens the field. */
static void
read_quoted (CsvReader *reader, GString *field)
{
  for (; *reader->next != '\0'; reader->next++)
    {
      if (*reader->next == '"' && reader->next[1] != '"')
        {
          reader->next++;
          return;
        }
      if (*reader->next == '"')
        reader->next++;
      if (*reader->next == '\n')
        reader->line++;
      g_string_append_c (field, *reader->next);
    }
}

static char *
read_field (CsvReader *reader)
{
  GString *field = g_string_new (NULL);

  while (*reader->next == ' ')
    reader->next++;
  if (*reader->next == '"')
    {
      reader->next++;
      read_quoted (reader, field);
    }
  for (; *reader->next != '\0' && *reader->next != '\n' && *reader->next != reader->separator;
       reader->next++)
    g_string_append_c (field, *reader->next);
  return g_strstrip (g_string_free (field, FALSE));
}

/* Returns: (transfer full): the fields of one record */
static GPtrArray *
read_record (CsvReader *reader)
{
  GPtrArray *fields = g_ptr_array_new_with_free_func (g_free);

  g_ptr_array_add (fields, read_field (reader));
  while (*reader->next == reader->separator)
    {
      reader->next++;
      g_ptr_array_add (fields, read_field (reader));
    }
  if (*reader->next == '\n')
    {
      reader->next++;
      reader->line++;
    }
  return fields;
}

/* Returns the column that holds an address, or -1. */
static int
find_address (const GPtrArray *fields)
{
  RowKey key;

  for (guint i = 0; i < fields->len; i++)
    if (row_key_read (fields->pdata[i], &key))
      return (int) i;
  return -1;
}

GPtrArray *
row_csv_read_addresses (const char *text)
{
  GPtrArray *cells = g_ptr_array_new_with_free_func ((GDestroyNotify) cell_free);
  CsvReader reader = { text, 1, find_separator (text) };
  int column = -1;

  while (*reader.next != '\0')
    {
      guint line = reader.line;
      g_autoptr (GPtrArray) fields = read_record (&reader);
      RowCsvCell *cell;

      if (column < 0)
        column = find_address (fields);
      if (column < 0 || (fields->len == 1 && *(const char *) fields->pdata[0] == '\0'))
        continue;
      cell = g_new (RowCsvCell, 1);
      cell->line = line;
      cell->text = g_strdup ((guint) column < fields->len ? fields->pdata[column] : "");
      g_ptr_array_add (cells, cell);
    }
  return cells;
}

void
row_csv_append (GString *text, const char *field)
{
  if (strpbrk (field, ",;\t\"\r\n") == NULL && *field != ' ')
    {
      g_string_append (text, field);
      return;
    }
  g_string_append_c (text, '"');
  for (; *field != '\0'; field++)
    g_string_append (text, *field == '"' ? "\"\"" : (const char[]){ *field, '\0' });
  g_string_append_c (text, '"');
}
