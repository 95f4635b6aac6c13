/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/lists/postern-list-editor.h"

#include <glib/gi18n.h>
#include <string.h>

#include "gui/lists/list-menu.h"
#include "gui/lists/list-transfer.h"
#include "gui/lists/postern-import-dialog.h"
#include "gui/lists/postern-list-view.h"
#include "gui/lists/postern-row-dialog.h"
#include "gui/lists/row-file.h"
#include "gui/lists/typed-row.h"

/* So many rows are checked as a whole while one of them is typed. */
#define MODERATE_ROWS 1000

#define NO_ROW G_MAXUINT

struct _PosternListEditor
{
  GtkBox parent_instance;

  char *title;
  char *prompt;
  char *example;
  gboolean networks;
  gboolean refuses;
  PosternListView *list;
  PosternRowModel *model; /* (unowned): of the list */
  GtkWidget *add_button;
  GtkWidget *change_button;
  GtkWidget *remove_button;
  GtkWidget *menu_button;
  GMenuModel *menu;
  GSimpleActionGroup *actions;
  RowJudge judge;           /* its ask is NULL where there is none */
  PosternRowDialog *dialog; /* (nullable): while a row is being typed */
  TypedRow *typed;          /* (nullable): the row that is typed, of a long list */
  guint open_row;        /* that the dialog changes; NO_ROW for a new one, or one that has gone */
  gboolean wrong;        /* there is a problem */
  gboolean wrong_before; /* there was one when the dialog was opened */
};

enum
{
  PROP_TITLE = 1,
  PROP_PROMPT,
  PROP_EXAMPLE,
  PROP_NETWORKS,
  PROP_REFUSES,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];
static guint changed_signal;

G_DEFINE_TYPE (PosternListEditor, postern_list_editor, GTK_TYPE_BOX)

static void
emit_changed (PosternListEditor *self)
{
  g_signal_emit (self, changed_signal, 0);
}

static void
enable (PosternListEditor *self, const char *action, gboolean enabled)
{
  GAction *found = g_action_map_lookup_action (G_ACTION_MAP (self->actions), action);

  g_simple_action_set_enabled (G_SIMPLE_ACTION (found), enabled);
}

static void
update_buttons (PosternListEditor *self)
{
  int count = postern_list_view_count_selected (self->list);
  gboolean filled = postern_row_model_get_length (self->model) > 0;

  gtk_widget_set_sensitive (self->change_button, count == 1);
  gtk_widget_set_sensitive (self->remove_button, count > 0);
  enable (self, "change", count == 1);
  enable (self, "remove", count > 0);
  enable (self, "copy", count > 0);
  enable (self, "select-all", filled);
  enable (self, "export", filled);
}

static GtkWidget *
view_of (PosternListEditor *self)
{
  return postern_list_view_get_focus (self->list);
}

/* --- the row that is being typed --- */

static gboolean
is_long (PosternListEditor *self)
{
  return postern_row_model_get_length (self->model) > MODERATE_ROWS;
}

static void
close_dialog (PosternListEditor *self)
{
  PosternRowDialog *dialog = self->dialog;

  self->dialog = NULL;
  self->open_row = NO_ROW;
  g_clear_pointer (&self->typed, typed_row_free);
  emit_changed (self);
  gtk_widget_destroy (GTK_WIDGET (dialog));
  gtk_widget_grab_focus (view_of (self));
}

/* The row may have gone while it was typed (somebody else's change): then what was typed is added,
 * and not lost. */
static void
on_response (PosternListEditor *self, int response)
{
  g_autofree char *text = postern_row_dialog_get_text (self->dialog);

  if (response == GTK_RESPONSE_OK)
    postern_list_view_put (self->list, self->open_row, text);
  close_dialog (self);
}

static void
on_several_lines (PosternListEditor *self, const char *text)
{
  g_autofree char *lines = row_file_decode (text, strlen (text), NULL);

  close_dialog (self);
  if (lines != NULL)
    postern_list_editor_take_text (self, lines, TRUE);
}

/* @index: of the row to change; NO_ROW adds one */
static void
open_dialog (PosternListEditor *self, guint index, const char *text)
{
  GtkWindow *parent = GTK_WINDOW (gtk_widget_get_toplevel (GTK_WIDGET (self)));
  g_autofree char *title
      = g_strdup_printf (index != NO_ROW ? _ ("Change in “%s”") : _ ("Add to “%s”"), self->title);

  if (self->dialog != NULL) /* assistive technology can press a button behind a dialog */
    {
      gtk_window_present (GTK_WINDOW (self->dialog));
      return;
    }
  self->wrong_before = self->wrong;
  self->open_row = index;
  self->dialog = postern_row_dialog_new (parent, title, self->prompt, self->example, text);
  g_signal_connect_object (self->dialog, "response", G_CALLBACK (on_response), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->dialog, "several-lines", G_CALLBACK (on_several_lines), self,
                           G_CONNECT_SWAPPED);
  if (is_long (self))
    self->typed = typed_row_new (self->dialog, self->model, index,
                                 self->judge.ask != NULL ? &self->judge : NULL);
  else
    g_signal_connect_object (self->dialog, "changed", G_CALLBACK (emit_changed), self,
                             G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (self->dialog));
}

/* --- Add, Change, Remove --- */

static void
on_add (PosternListEditor *self)
{
  open_dialog (self, NO_ROW, "");
}

static void
on_change (PosternListEditor *self)
{
  g_autoptr (GArray) indices = postern_list_view_get_selected (self->list);

  if (indices->len == 1)
    {
      guint index = g_array_index (indices, guint, 0);

      open_dialog (self, index, postern_row_model_get_row (self->model, index));
    }
}

static void
on_remove (PosternListEditor *self)
{
  if (postern_list_view_count_selected (self->list) == 0)
    return;
  postern_list_view_remove_selected (self->list);
  emit_changed (self);
}

/* --- what comes in, what goes out --- */

static void
on_import_response (PosternListEditor *self, int response, PosternImportDialog *dialog)
{
  if (response > 0)
    return;
  if (response == GTK_RESPONSE_OK)
    {
      g_auto (GStrv) rows = postern_import_dialog_get_rows (dialog);

      postern_list_view_append (self->list, (const char *const *) rows);
      emit_changed (self);
    }
  gtk_widget_destroy (GTK_WIDGET (dialog));
  gtk_widget_grab_focus (view_of (self));
}

void
postern_list_editor_take_text (PosternListEditor *self, const char *text, gboolean preview)
{
  GtkWindow *parent = GTK_WINDOW (gtk_widget_get_toplevel (GTK_WIDGET (self)));
  const PosternImportTarget target = { self->title, self->networks, self->refuses };
  g_autofree char *stripped = g_strstrip (g_strdup (text));
  PosternImportDialog *dialog;

  if (!preview && strchr (stripped, '\n') == NULL)
    {
      open_dialog (self, NO_ROW, stripped);
      return;
    }
  dialog
      = postern_import_dialog_new (parent, &target, postern_row_model_get_rows (self->model),
                                   g_strdup (text), self->judge.ask != NULL ? &self->judge : NULL);
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_import_response), self,
                           G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
on_copy (PosternListEditor *self)
{
  g_autoptr (GArray) indices = postern_list_view_get_selected (self->list);
  g_autoptr (GPtrArray) rows = g_ptr_array_new ();

  for (guint i = 0; i < indices->len; i++)
    g_ptr_array_add (rows, (gpointer) postern_row_model_get_row (
                               self->model, g_array_index (indices, guint, i)));
  g_ptr_array_add (rows, NULL);
  if (indices->len > 0)
    list_transfer_copy (self, (const char *const *) rows->pdata);
}

static void
on_export (PosternListEditor *self)
{
  list_transfer_export (self, postern_row_model_get_rows (self->model), self->title);
}

static void
on_paste (PosternListEditor *self)
{
  list_transfer_paste (self);
}

static void
on_import (PosternListEditor *self)
{
  list_transfer_import (self);
}

static void
on_select_all (PosternListEditor *self)
{
  postern_list_view_select_all (self->list);
}

/* --- the menu's actions --- */

typedef void (*Deed) (PosternListEditor *self);

static const struct
{
  const char *name;
  Deed run;
} deeds[] = {
  { "add", on_add },       { "change", on_change }, { "remove", on_remove },
  { "copy", on_copy },     { "paste", on_paste },   { "select-all", on_select_all },
  { "import", on_import }, { "export", on_export },
};

static void
add_actions (PosternListEditor *self)
{
  self->actions = g_simple_action_group_new ();
  for (gsize i = 0; i < G_N_ELEMENTS (deeds); i++)
    {
      g_autoptr (GSimpleAction) action = g_simple_action_new (deeds[i].name, NULL);

      g_signal_connect_swapped (action, "activate", G_CALLBACK (deeds[i].run), self);
      g_action_map_add_action (G_ACTION_MAP (self->actions), G_ACTION (action));
    }
  gtk_widget_insert_action_group (GTK_WIDGET (self), "list", G_ACTION_GROUP (self->actions));
}

/* --- what others ask --- */

char **
postern_list_editor_get_items (PosternListEditor *self)
{
  char **items = postern_row_model_get_rows (self->model);
  guint length = postern_row_model_get_length (self->model);
  g_autofree char *typed = NULL;

  if (self->dialog == NULL || self->typed != NULL)
    return items;
  typed = postern_row_dialog_get_text (self->dialog);
  if (*typed == '\0')
    return items;
  if (self->open_row == NO_ROW)
    {
      items = g_renew (char *, items, length + 2);
      items[length + 1] = NULL;
    }
  else
    {
      length = self->open_row;
      g_free (items[length]);
    }
  items[length] = g_steal_pointer (&typed);
  return items;
}

/* Finds the row that the dialog changes in new items. */
static guint
find_again (const char *text, const char *const *items)
{
  for (guint i = 0; text != NULL && items != NULL && items[i] != NULL; i++)
    if (g_str_equal (items[i], text))
      return i;
  return NO_ROW;
}

void
postern_list_editor_set_items (PosternListEditor *self, const char *const *items)
{
  if (self->open_row != NO_ROW)
    self->open_row = find_again (postern_row_model_get_row (self->model, self->open_row), items);
  postern_list_view_set_rows (self->list, items);
}

void
postern_list_editor_set_problem (PosternListEditor *self, const char *problem)
{
  /* Who mends one of two wrong rows must be able to, although the list is still wrong then. */
  if (self->dialog != NULL && self->typed == NULL)
    postern_row_dialog_set_problem (self->dialog, problem, !self->wrong_before);
  self->wrong = problem != NULL;
  postern_list_view_set_wrong (self->list, self->wrong);
}

void
postern_list_editor_suggest_example (PosternListEditor *self, const char *example)
{
  if (self->example == NULL)
    self->example = g_strdup (example);
}

void
postern_list_editor_set_judge (PosternListEditor *self, RowJudge judge)
{
  self->judge = judge;
}

GtkWidget *
postern_list_editor_get_view (PosternListEditor *self)
{
  return view_of (self);
}

/* --- the object --- */

static void
set_title (PosternListEditor *self, const char *title)
{
  GtkWidget *buttons[]
      = { self->add_button, self->menu_button, self->change_button, self->remove_button };

  g_free (self->title);
  self->title = g_strdup (title);
  atk_object_set_name (gtk_widget_get_accessible (GTK_WIDGET (self)), title);
  postern_list_view_set_title (self->list, title);
  for (gsize i = 0; i < G_N_ELEMENTS (buttons); i++)
    atk_object_set_description (gtk_widget_get_accessible (buttons[i]), title);
}

static void
postern_list_editor_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  PosternListEditor *self = POSTERN_LIST_EDITOR (object);

  switch (id)
    {
    case PROP_TITLE:
      set_title (self, g_value_get_string (value));
      break;
    case PROP_PROMPT:
      g_free (self->prompt);
      self->prompt = g_value_dup_string (value);
      break;
    case PROP_EXAMPLE:
      g_free (self->example);
      self->example = g_value_dup_string (value);
      break;
    case PROP_NETWORKS:
      self->networks = g_value_get_boolean (value);
      break;
    case PROP_REFUSES:
      self->refuses = g_value_get_boolean (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
postern_list_editor_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_TITLE)
    g_value_set_string (value, POSTERN_LIST_EDITOR (object)->title);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
postern_list_editor_finalize (GObject *object)
{
  PosternListEditor *self = POSTERN_LIST_EDITOR (object);

  g_clear_pointer (&self->typed, typed_row_free);
  if (self->judge.free_data != NULL)
    self->judge.free_data (self->judge.data);
  g_clear_object (&self->actions);
  g_free (self->title);
  g_free (self->prompt);
  g_free (self->example);
  G_OBJECT_CLASS (postern_list_editor_parent_class)->finalize (object);
}

static void
bind_template (GtkWidgetClass *class)
{
  gtk_widget_class_set_template_from_resource (
      class, "/org/postern/ServerProperties/lists/postern-list-editor.ui");
  gtk_widget_class_bind_template_child (class, PosternListEditor, list);
  gtk_widget_class_bind_template_child (class, PosternListEditor, add_button);
  gtk_widget_class_bind_template_child (class, PosternListEditor, change_button);
  gtk_widget_class_bind_template_child (class, PosternListEditor, remove_button);
  gtk_widget_class_bind_template_child (class, PosternListEditor, menu_button);
  gtk_widget_class_bind_template_child (class, PosternListEditor, menu);
  gtk_widget_class_bind_template_callback (class, on_add);
  gtk_widget_class_bind_template_callback (class, on_change);
  gtk_widget_class_bind_template_callback (class, on_remove);
  gtk_widget_class_bind_template_callback (class, update_buttons);
}

static void
postern_list_editor_class_init (PosternListEditorClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GParamFlags flags = G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS;

  g_type_ensure (POSTERN_TYPE_LIST_VIEW); /* the template names it */
  object_class->set_property = postern_list_editor_set_property;
  object_class->get_property = postern_list_editor_get_property;
  object_class->finalize = postern_list_editor_finalize;
  properties[PROP_TITLE]
      = g_param_spec_string ("title", NULL, NULL, NULL, flags | G_PARAM_READABLE);
  properties[PROP_PROMPT] = g_param_spec_string ("prompt", NULL, NULL, NULL, flags);
  properties[PROP_EXAMPLE] = g_param_spec_string ("example", NULL, NULL, NULL, flags);
  properties[PROP_NETWORKS] = g_param_spec_boolean ("networks", NULL, NULL, FALSE, flags);
  properties[PROP_REFUSES] = g_param_spec_boolean ("refuses", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
  changed_signal = g_signal_new ("changed", POSTERN_TYPE_LIST_EDITOR, G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
  bind_template (GTK_WIDGET_CLASS (class));
}

static void
postern_list_editor_init (PosternListEditor *self)
{
  self->open_row = NO_ROW;
  add_actions (self);
  gtk_widget_init_template (GTK_WIDGET (self));
  self->model = postern_list_view_get_model (self->list);
  list_menu_attach (self->list, self->menu, G_ACTION_GROUP (self->actions));
  list_transfer_accept_drops (self, GTK_WIDGET (self->list));
  update_buttons (self);
}
