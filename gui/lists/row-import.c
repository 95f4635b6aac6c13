/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/lists/row-import.h"

#include <glib/gi18n.h>
#include <string.h>

#include "gui/lists/row-csv.h"
#include "gui/lists/row-key.h"
#include "gui/lists/row-table.h"

#define WHITE " \t\r\f\v"
#define MYNETWORKS "mynetworks"

/* More of a line than this tells nobody more. The settings file has no longer rows. */
#define ROW_MAX_BYTES 4096

static void
line_free (RowLine *line)
{
  g_free (line->row);
  g_free (line->reason);
  g_free (line);
}

void
row_import_refuse (RowLine *line, char *reason)
{
  g_free (line->reason);
  line->reason = reason;
  line->state = ROW_LINE_WRONG;
}

static gboolean
has_control_character (const char *text)
{
  for (; *text != '\0'; text = g_utf8_next_char (text))
    {
      gunichar character = g_utf8_get_char (text);

      if ((g_unichar_iscntrl (character) && character != '\t') || character == 0xfffe
          || character == 0xffff)
        return TRUE;
    }
  return FALSE;
}

/* @row: (transfer full) */
static RowLine *
add_line (RowImport *self, guint number, char *row)
{
  RowLine *line = g_new0 (RowLine, 1);

  line->number = number;
  line->row = row;
  if (strlen (row) > ROW_MAX_BYTES)
    {
      char *end = g_utf8_find_prev_char (row, row + ROW_MAX_BYTES);

      *end = '\0';
      row_import_refuse (line, g_strdup (_ ("The line is too long.")));
    }
  else if (has_control_character (row))
    {
      g_autofree char *raw = line->row;

      line->row = g_strescape (raw, NULL);
      row_import_refuse (line, g_strdup (_ ("It holds characters that cannot be seen.")));
    }
  g_ptr_array_add (self->lines, line);
  return line;
}

/* --- lines, and addresses with or without masks --- */

/* Returns: (transfer full): "192.0.2.0/255.255.255.0" of "192.0.2.0  255.255.255.0" */
static char *
join_mask (const char *text)
{
  g_auto (GStrv) words = g_strsplit_set (text, WHITE, -1);
  g_autoptr (GPtrArray) filled = g_ptr_array_new ();

  for (guint i = 0; words[i] != NULL; i++)
    if (*words[i] != '\0')
      g_ptr_array_add (filled, words[i]);
  if (filled->len != 2)
    return g_strdup (text);
  return g_strconcat (filled->pdata[0], "/", filled->pdata[1], NULL);
}

static void
read_line (RowImport *self, guint number, const char *text)
{
  if (*text != '#')
    add_line (self, number, g_strdup (text));
}

static void
read_address (RowImport *self, guint number, const char *text)
{
  g_autofree char *bare = g_strndup (text, strcspn (text, "#;"));

  g_strstrip (bare);
  if (*bare != '\0')
    add_line (self, number, join_mask (bare));
}

/* --- mynetworks --- */

static const char *
why_no_network (const char *word)
{
  if (*word == '!')
    return N_ ("An exclusion: a list cannot say it. The network around it would let this in.");
  if (*word == '/' || strstr (word, ":/") != NULL)
    return N_ ("The name of another file or table: import that one.");
  return NULL;
}

static void
read_mynetworks (RowImport *self, guint number, const char *text)
{
  if (*text == '#')
    return;
  if (g_str_has_prefix (text, MYNETWORKS))
    {
      const char *rest = text + strlen (MYNETWORKS);

      rest += strspn (rest, WHITE);
      text = *rest == '=' ? rest + 1 : text;
    }

  g_auto (GStrv) words = g_strsplit_set (text, "," WHITE, -1);
  for (guint i = 0; words[i] != NULL; i++)
    {
      const char *reason = why_no_network (words[i]);
      RowLine *line;

      if (*words[i] == '\0')
        continue;
      line = add_line (self, number,
                       reason != NULL ? g_strdup (words[i]) : row_table_unbracket (words[i]));
      if (reason != NULL)
        row_import_refuse (line, g_strdup (_ (reason)));
    }
}

/* --- table --- */

static gboolean
is_taken (RowImport *self, RowAction action, RowTake take)
{
  *(action == ROW_ACTION_PERMIT ? &self->permitted : &self->refused) += 1;
  return take == ROW_TAKE_BOTH || (take == ROW_TAKE_PERMITTED) == (action == ROW_ACTION_PERMIT);
}

static void
read_table (RowImport *self, const char *text, RowTake take)
{
  g_autoptr (GPtrArray) entries = row_table_read (text);

  for (guint i = 0; i < entries->len; i++)
    {
      const RowTableEntry *entry = entries->pdata[i];
      RowLine *line = add_line (self, entry->line, g_strdup (entry->row));

      if (entry->fault != NULL)
        row_import_refuse (line, g_strdup (_ (entry->fault)));
      else if (line->state == ROW_LINE_NEW && !is_taken (self, entry->action, take))
        {
          line->state = ROW_LINE_APART;
          line->reason
              = g_strdup (entry->action == ROW_ACTION_PERMIT ? _ ("The table permits it.")
                                                             : _ ("The table refuses it."));
        }
    }
}

/* --- CSV --- */

static void
read_csv (RowImport *self, const char *text)
{
  g_autoptr (GPtrArray) cells = row_csv_read_addresses (text);

  for (guint i = 0; i < cells->len; i++)
    {
      const RowCsvCell *cell = cells->pdata[i];

      if (*cell->text == '\0')
        row_import_refuse (add_line (self, cell->line, g_strdup ("")),
                           g_strdup (_ ("There is no address in that column.")));
      else
        add_line (self, cell->line, join_mask (cell->text));
    }
}

/* --- which format it is --- */

static gboolean
is_network (const char *word)
{
  g_autofree char *bare = row_table_unbracket (word);
  RowKey key;

  return row_key_read (bare, &key);
}

/* Whether all that stands between commas and blanks are networks, and at least two of them. */
static gboolean
is_row_of_networks (const char *text)
{
  g_auto (GStrv) words = g_strsplit_set (text, "," WHITE, -1);
  guint count = 0;

  for (guint i = 0; words[i] != NULL; i++)
    {
      if (*words[i] == '\0')
        continue;
      if (!is_network (words[i] + (*words[i] == '!')))
        return FALSE;
      count++;
    }
  return count > 1 || strpbrk (text, ",!") != NULL;
}

/* What one line, stripped and no comment, speaks for; ROW_FORMAT_ADDRESSES for nothing else. */
static RowFormat
format_of_line (const char *text)
{
  g_autofree char *first = g_strndup (text, strcspn (text, WHITE));
  RowKey key;

  if (g_str_has_prefix (text, MYNETWORKS))
    return ROW_FORMAT_MYNETWORKS;
  if (row_table_is_condition (text))
    return ROW_FORMAT_TABLE;
  if (row_key_read (text, &key))
    return ROW_FORMAT_ADDRESSES;
  if (is_row_of_networks (text))
    return ROW_FORMAT_MYNETWORKS;
  if (is_network (first + (*first == '!')) && !g_str_equal (first, text))
    return ROW_FORMAT_TABLE;
  return strpbrk (text, ",;\t\"") != NULL ? ROW_FORMAT_CSV : ROW_FORMAT_ADDRESSES;
}

typedef void (*LineReader) (RowImport *self, guint number, const char *text);

/* Each line that is not empty, stripped. */
static void
for_each_line (RowImport *self, const char *text, LineReader read)
{
  guint number = 1;

  for (const char *start = text; *start != '\0' && self->format != ROW_FORMAT_CSV; number++)
    {
      gsize length = strcspn (start, "\n");
      g_autofree char *line = g_strndup (start, length);

      g_strstrip (line);
      if (*line != '\0')
        read (self, number, line);
      start += length + (start[length] == '\n' ? 1 : 0);
    }
}

/* Where a comment behind a row begins, or the end. */
static gsize
comment_start (const char *text)
{
  gsize i = 1;

  while (text[i] != '\0' && (strchr ("#;", text[i]) == NULL || strchr (WHITE, text[i - 1]) == NULL))
    i++;
  return i;
}

/* The first line that speaks for a format decides. */
static void
detect_by_line (RowImport *self, guint number, const char *text)
{
  g_autofree char *bare = g_strndup (text, comment_start (text));

  if (self->format == ROW_FORMAT_ADDRESSES && strchr ("#;", *text) == NULL)
    self->format = format_of_line (g_strchomp (bare));
}

static void
read_in_format (RowImport *self, const char *text, RowTake take)
{
  switch (self->format)
    {
    case ROW_FORMAT_TABLE:
      read_table (self, text, take);
      break;
    case ROW_FORMAT_CSV:
      read_csv (self, text);
      break;
    case ROW_FORMAT_MYNETWORKS:
      for_each_line (self, text, read_mynetworks);
      break;
    case ROW_FORMAT_ADDRESSES:
      for_each_line (self, text, read_address);
      break;
    default:
      for_each_line (self, text, read_line);
    }
}

/* --- what others ask --- */

RowImport *
row_import_read (const char *text, gboolean networks, RowFormat format, RowTake take)
{
  RowImport *self = g_new0 (RowImport, 1);

  self->lines = g_ptr_array_new_with_free_func ((GDestroyNotify) line_free);
  self->format = networks ? format : ROW_FORMAT_LINES;
  if (self->format == ROW_FORMAT_DETECT)
    {
      self->format = ROW_FORMAT_ADDRESSES;
      for_each_line (self, text, detect_by_line);
    }
  read_in_format (self, text, take);
  return self;
}

typedef struct
{
  char *text;
  char **rows;
  gboolean networks;
  RowFormat format;
  RowTake take;
} Job;

static void
job_free (Job *job)
{
  g_free (job->text);
  g_strfreev (job->rows);
  g_free (job);
}

static void
read_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  const Job *job = task_data;
  RowImport *import = row_import_read (job->text, job->networks, job->format, job->take);

  row_import_mark_doubles (import, (const char *const *) job->rows);
  g_task_return_pointer (task, import, (GDestroyNotify) row_import_free);
}

void
row_import_read_async (gpointer source,
                       const char *text,
                       char **rows,
                       gboolean networks,
                       RowFormat format,
                       RowTake take,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback)
{
  g_autoptr (GTask) task = g_task_new (source, cancellable, callback, NULL);
  Job *job = g_new0 (Job, 1);

  *job = (Job){ g_strdup (text), rows, networks, format, take };
  g_task_set_task_data (task, job, (GDestroyNotify) job_free);
  g_task_run_in_thread (task, read_in_thread);
}

void
row_import_free (RowImport *self)
{
  g_ptr_array_unref (self->lines);
  g_free (self);
}

void
row_import_mark_doubles (RowImport *self, const char *const *rows)
{
  g_autoptr (GHashTable) known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (gsize i = 0; rows[i] != NULL; i++)
    g_hash_table_insert (known, row_key_canonical (rows[i]), GINT_TO_POINTER (ROW_LINE_LISTED));
  for (guint i = 0; i < self->lines->len; i++)
    {
      RowLine *line = self->lines->pdata[i];
      g_autofree char *key = line->state == ROW_LINE_NEW ? row_key_canonical (line->row) : NULL;
      gpointer found;

      if (key == NULL)
        continue;
      if (g_hash_table_lookup_extended (known, key, NULL, &found))
        line->state = GPOINTER_TO_INT (found);
      else
        g_hash_table_insert (known, g_steal_pointer (&key), GINT_TO_POINTER (ROW_LINE_TWICE));
    }
}

guint
row_import_count (const RowImport *self, RowLineState state)
{
  guint count = 0;

  for (guint i = 0; i < self->lines->len; i++)
    if (((RowLine *) self->lines->pdata[i])->state == state)
      count++;
  return count;
}
