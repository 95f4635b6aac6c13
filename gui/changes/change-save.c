/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/changes/change-save.h"

#include "gui/changes/differences.h"
#include "gui/changes/postern-trial-window.h"
#include "gui/changes/risk-question.h"

#define TRIAL_SECONDS 60

typedef struct
{
  GtkWindow *parent; /* (nullable): weak */
  guint64 expected;
  GVariant *changes;
  GVariant *differences; /* the same, with the values before */
  char *method;
  GVariant *parameters;
  gboolean can_be_tried;
} Save;

static void
save_free (Save *save)
{
  g_clear_weak_pointer (&save->parent);
  g_variant_unref (save->changes);
  g_variant_unref (save->differences);
  g_free (save->method);
  g_variant_unref (save->parameters);
  g_free (save);
}

/* A test does not want to wait for a minute. */
static guint
trial_seconds (void)
{
  const char *text = g_getenv ("POSTERN_TRIAL_SECONDS");
  guint64 seconds;

  if (text != NULL && g_ascii_string_to_unsigned (text, 10, 1, 3600, &seconds, NULL))
    return seconds;
  return TRIAL_SECONDS;
}

/* A sheet may be closed and come again; what lives longer belongs to the window that it belongs to. */
static GtkWindow *
outermost (GtkWindow *window)
{
  while (window != NULL && gtk_window_get_transient_for (window) != NULL)
    window = gtk_window_get_transient_for (window);
  return window;
}

static void
on_saved (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  GVariant *reply = postern_client_save_finish (POSTERN_CLIENT (source), result, &error);

  if (reply != NULL)
    g_task_return_pointer (task, reply, (GDestroyNotify) g_variant_unref);
  else
    g_task_return_error (task, error);
}

static void
on_tried (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Save *save = g_task_get_task_data (task);
  GError *error = NULL;
  GVariant *reply = postern_client_save_finish (POSTERN_CLIENT (source), result, &error);
  guint64 id;

  if (reply == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  g_variant_get (reply, "(tt)", NULL, &id);
  postern_trial_window_open (outermost (save->parent), POSTERN_CLIENT (source), id,
                             save->differences, trial_seconds ());
  g_task_return_pointer (task, reply, (GDestroyNotify) g_variant_unref);
}

static void
on_answered (RiskQuestionAnswer answer, gpointer user_data)
{
  GTask *task = user_data;
  Save *save = g_task_get_task_data (task);

  if (answer == RISK_QUESTION_CANCEL)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "not wanted");
      g_object_unref (task);
    }
  else if (answer == RISK_QUESTION_TRY)
    postern_client_save (g_task_get_source_object (task), "ApplyUntil",
                         g_variant_new ("(t@a{sv}x)", save->expected, save->changes,
                                        g_get_real_time () / G_USEC_PER_SEC + trial_seconds ()),
                         on_tried, task);
  else
    postern_client_save (g_task_get_source_object (task), save->method, save->parameters, on_saved,
                         task);
}

static void
on_assessed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Save *save = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GVariant) reply = postern_client_call_finish (POSTERN_CLIENT (source), result, &error);

  if (reply == NULL)
    {
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }
  g_autoptr (GVariant) risks = g_variant_get_child_value (reply, 0);
  risk_question_ask (save->parent, risks, save->can_be_tried ? trial_seconds () : 0, on_answered,
                     task);
}

/* Takes the floating references of the two variants. */
static void
start (GtkWindow *parent, GTask *task, guint64 expected, Save parts)
{
  Save *save = g_memdup2 (&parts, sizeof parts);

  save->expected = expected;
  g_variant_ref_sink (save->changes);
  save->differences = differences_new (g_task_get_source_object (task), save->changes);
  g_variant_ref_sink (save->parameters);
  g_set_weak_pointer (&save->parent, parent);
  g_task_set_task_data (task, save, (GDestroyNotify) save_free);
  postern_client_call (g_task_get_source_object (task), POSTERN_PEER_AUTHORITY,
                       "ServerProperties1.Assess", g_variant_new ("(@a{sv})", save->changes), FALSE,
                       NULL, on_assessed, task);
}

void
change_save_by (GtkWindow *parent,
                PosternClient *client,
                guint64 expected,
                GVariant *changes,
                const char *method,
                GVariant *parameters,
                GAsyncReadyCallback callback,
                gpointer user_data)
{
  start (parent, g_task_new (client, NULL, callback, user_data), expected,
         (Save){ .changes = changes,
                 .method = g_strdup (method),
                 .parameters = parameters,
                 .can_be_tried = TRUE });
}

void
change_save (GtkWindow *parent,
             PosternClient *client,
             guint64 expected,
             GVariant *changes,
             GAsyncReadyCallback callback,
             gpointer user_data)
{
  g_autoptr (GVariant) sunk = g_variant_ref_sink (changes);

  change_save_by (parent, client, expected, sunk, "Apply",
                  g_variant_new ("(t@a{sv})", expected, sunk), callback, user_data);
}

void
change_save_until (GtkWindow *parent,
                   PosternClient *client,
                   guint64 expected,
                   GVariant *changes,
                   gint64 end_s,
                   GAsyncReadyCallback callback,
                   gpointer user_data)
{
  g_autoptr (GVariant) sunk = g_variant_ref_sink (changes);

  start (parent, g_task_new (client, NULL, callback, user_data), expected,
         (Save){ .changes = sunk,
                 .method = g_strdup ("ApplyUntil"),
                 .parameters = g_variant_new ("(t@a{sv}x)", expected, sunk, end_s) });
}

guint64
change_save_finish (GAsyncResult *result, GError **error)
{
  g_autoptr (GVariant) reply = g_task_propagate_pointer (G_TASK (result), error);
  guint64 revision = 0;

  if (reply != NULL)
    g_variant_get_child (reply, 0, "t", &revision);
  return revision;
}
