/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/lists/typed-row.h"

#include <glib/gi18n.h>

/* Long enough to gather the keys of somebody who types, too short to be noticed. */
#define JUDGE_DELAY_MS 120

struct _TypedRow
{
  PosternRowDialog *dialog;
  PosternRowModel *model;
  guint index;
  const RowJudge *judge; /* (nullable) */
  guint source;
  GCancellable *cancellable; /* (nullable): of the question under way */
};

static void
cancel (TypedRow *self)
{
  g_clear_handle_id (&self->source, g_source_remove);
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
}

/* After a cancellation @user_data may be gone. */
static void
on_judged (GObject *source, GAsyncResult *result, gpointer user_data)
{
  TypedRow *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (RowVerdict) verdict = g_task_propagate_pointer (G_TASK (result), &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->cancellable);
  if (verdict != NULL && verdict->reasons->len == 1)
    postern_row_dialog_set_problem (self->dialog, verdict->reasons->pdata[0], TRUE);
}

static gboolean
on_due (gpointer user_data)
{
  TypedRow *self = user_data;
  g_autofree char *text = postern_row_dialog_get_text (self->dialog);
  const char *rows[] = { text, NULL };

  self->source = 0;
  if (*text == '\0')
    return G_SOURCE_REMOVE;
  if (postern_row_model_find (self->model, text, self->index) != G_MAXUINT)
    {
      g_autofree char *problem = g_strdup_printf (_ ("%s is in the list twice"), text);

      postern_row_dialog_set_problem (self->dialog, problem, TRUE);
    }
  else if (self->judge != NULL)
    {
      self->cancellable = g_cancellable_new ();
      self->judge->ask (self->judge->data, rows, self->cancellable, on_judged, self);
    }
  return G_SOURCE_REMOVE;
}

static void
on_typed (TypedRow *self)
{
  cancel (self);
  self->source = g_timeout_add (JUDGE_DELAY_MS, on_due, self);
}

TypedRow *
typed_row_new (PosternRowDialog *dialog, PosternRowModel *model, guint index, const RowJudge *judge)
{
  TypedRow *self = g_new0 (TypedRow, 1);

  self->dialog = g_object_ref (dialog);
  self->model = g_object_ref (model);
  self->index = index;
  self->judge = judge;
  g_signal_connect_swapped (dialog, "changed", G_CALLBACK (on_typed), self);
  return self;
}

void
typed_row_free (TypedRow *self)
{
  cancel (self);
  g_signal_handlers_disconnect_by_data (self->dialog, self);
  g_object_unref (self->dialog);
  g_object_unref (self->model);
  g_free (self);
}
