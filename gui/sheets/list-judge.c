/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/sheets/list-judge.h"

#include <string.h>

#include "gui/client/authority-words.h"

/* The authority shows no more of a wrong row than this. */
#define SHOWN_MAX_CHARACTERS 100

typedef struct
{
  PosternClient *client;
  char *setting;
} ListJudge;

typedef struct
{
  char *setting;
  char **shown; /* the rows as the authority names them in its sentences */
} Question;

static void
list_judge_free (gpointer data)
{
  ListJudge *self = data;

  g_object_unref (self->client);
  g_free (self->setting);
  g_free (self);
}

static void
question_free (Question *question)
{
  g_free (question->setting);
  g_strfreev (question->shown);
  g_free (question);
}

/* White space is one space in the settings file. */
static char *
shown_form (const char *row)
{
  g_auto (GStrv) words = g_strsplit_set (row, " \t\r\n", -1);
  GString *text = g_string_new (NULL);

  for (guint i = 0; words[i] != NULL; i++)
    if (*words[i] != '\0')
      g_string_append_printf (text, "%s%s", text->len > 0 ? " " : "", words[i]);
  if (g_utf8_strlen (text->str, -1) > SHOWN_MAX_CHARACTERS)
    g_string_truncate (
        text, (gsize) (g_utf8_offset_to_pointer (text->str, SHOWN_MAX_CHARACTERS) - text->str));
  return g_string_free (text, FALSE);
}

static Question *
question_new (const char *setting, const char *const *rows)
{
  Question *question = g_new (Question, 1);
  guint length = g_strv_length ((char **) rows);

  question->setting = g_strdup (setting);
  question->shown = g_new0 (char *, length + 1);
  for (guint i = 0; i < length; i++)
    question->shown[i] = shown_form (rows[i]);
  return question;
}

/* Sentences about a row begin with it, in quotation marks where it is none. */
static gboolean
speaks_of (const char *message, const char *row)
{
  gboolean quoted = *message == '"';
  const char *rest = message + (quoted ? 1 : 0);

  if (!g_str_has_prefix (rest, row))
    return FALSE;
  rest += strlen (row);
  return quoted ? *rest == '"' || g_str_has_prefix (rest, "...\"") : *rest == ' ';
}

/* The authority goes through the rows in their order. Returns -1 when the sentence is about none. */
static int
find_row (const Question *question, const char *message, guint start, GPtrArray *reasons)
{
  for (guint i = start; question->shown[i] != NULL; i++)
    if (reasons->pdata[i] == NULL && speaks_of (message, question->shown[i]))
      return (int) i;
  return -1;
}

/* @problems: an a(uss) */
static RowVerdict *
verdict_new (const Question *question, GVariant *problems)
{
  RowVerdict *verdict = g_new0 (RowVerdict, 1);
  const char *setting, *message;
  GVariantIter iter;
  guint next = 0;

  verdict->reasons = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_set_size (verdict->reasons, (int) g_strv_length (question->shown));
  g_variant_iter_init (&iter, problems);
  while (g_variant_iter_next (&iter, "(u&s&s)", NULL, &setting, &message))
    {
      int row;

      if (!g_str_equal (setting, question->setting))
        continue;
      row = find_row (question, message, next, verdict->reasons);
      if (row < 0)
        row = find_row (question, message, 0, verdict->reasons);
      if (row >= 0)
        {
          verdict->reasons->pdata[row] = authority_words (message);
          next = (guint) row + 1;
        }
      else if (verdict->note == NULL)
        verdict->note = authority_words (message);
    }
  return verdict;
}

static void
on_checked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (GVariant) answer
      = postern_client_check_finish (POSTERN_CLIENT (source), result, &error);

  if (answer == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  g_autoptr (GVariant) problems = g_variant_get_child_value (answer, 0);
  g_task_return_pointer (task, verdict_new (g_task_get_task_data (task), problems),
                         (GDestroyNotify) row_verdict_free);
}

static void
ask (gpointer data,
     const char *const *rows,
     GCancellable *cancellable,
     GAsyncReadyCallback callback,
     gpointer user_data)
{
  ListJudge *self = data;
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  GVariantDict changes;

  g_task_set_task_data (task, question_new (self->setting, rows), (GDestroyNotify) question_free);
  g_variant_dict_init (&changes, NULL);
  g_variant_dict_insert_value (&changes, self->setting, g_variant_new_strv (rows, -1));
  postern_client_check (self->client, g_variant_dict_end (&changes), cancellable, on_checked, task);
}

void
list_judge_attach (PosternListEditor *editor, PosternClient *client, const char *setting)
{
  ListJudge *self = g_new (ListJudge, 1);

  self->client = g_object_ref (client);
  self->setting = g_strdup (setting);
  postern_list_editor_set_judge (editor, (RowJudge){ ask, self, list_judge_free });
}
