/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/lists/postern-import-dialog.h"

#include <glib/gi18n.h>

#include "gui/lists/postern-row-model.h"
#include "gui/lists/row-import.h"
#include "gui/widgets/title-bar.h"

/* So many rows the authority judges in less than half a second; then the next are asked. */
#define JUDGED_AT_ONCE 20000

#define RESPONSE_COPY_WRONG 1

struct _PosternImportDialog
{
  GtkDialog parent_instance;

  GtkComboBox *format_combo;
  GtkComboBox *take_combo;
  GtkComboBox *show_combo;
  GtkWidget *format_box;
  GtkWidget *take_box;
  GtkWidget *progress_box;
  GtkLabel *progress_label;
  GtkProgressBar *progress_bar;
  GtkLabel *summary_label;
  GtkLabel *note_label;
  GtkTreeView *view;
  GtkTreeViewColumn *line_column;
  GtkCellRenderer *line_cell;
  GtkTreeViewColumn *result_column;
  GtkCellRenderer *result_cell;
  GtkWidget *add_button;
  GtkWidget *copy_button;

  char **rows;
  char *text;
  gboolean networks;
  const RowJudge *judge; /* (nullable) */

  GCancellable *cancellable; /* of the work under way */
  RowImport *import;         /* (nullable): while the text is being read */
  guint next;                /* the line that is judged next */
  GArray *asked;             /* of guint: the lines that the judge has been asked about */
  char *note;                /* (nullable): what the judge says of no single line */
  PosternRowModel *model;
  GArray *shown; /* of guint: the lines in the model */
  gboolean seen; /* there was an outcome: from then on the focus is the person's */
};

G_DEFINE_TYPE (PosternImportDialog, postern_import_dialog, GTK_TYPE_DIALOG)

static RowLine *
line_at (PosternImportDialog *self, guint index)
{
  return self->import->lines->pdata[index];
}

/* --- what is shown --- */

static const char *
words_of (const RowLine *line)
{
  static const char *const words[] = {
    [ROW_LINE_NEW] = N_ ("New"),
    [ROW_LINE_LISTED] = N_ ("In the list already"),
    [ROW_LINE_TWICE] = N_ ("Twice in this text"),
  };

  return line->reason != NULL ? line->reason : _ (words[line->state]);
}

static RowLine *
line_of_iter (PosternImportDialog *self, GtkTreeIter *iter)
{
  return line_at (
      self, g_array_index (self->shown, guint, postern_row_model_get_index (self->model, iter)));
}

static void
show_line_number (GtkTreeViewColumn *column,
                  GtkCellRenderer *cell,
                  GtkTreeModel *model,
                  GtkTreeIter *iter,
                  gpointer user_data)
{
  g_autofree char *text = g_strdup_printf ("%u", line_of_iter (user_data, iter)->number);

  g_object_set (cell, "text", text, NULL);
}

/* What is to be looked at stands out by its weight, whatever the colours of the theme are. */
static void
show_result (GtkTreeViewColumn *column,
             GtkCellRenderer *cell,
             GtkTreeModel *model,
             GtkTreeIter *iter,
             gpointer user_data)
{
  const RowLine *line = line_of_iter (user_data, iter);

  g_object_set (cell, "text", words_of (line), "weight",
                line->state == ROW_LINE_WRONG ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL, NULL);
}

/* A reason may be longer than its column. */
static gboolean
on_query_tooltip (PosternImportDialog *self, int x, int y, gboolean keyboard, GtkTooltip *tooltip)
{
  GtkTreeIter iter;

  if (self->import == NULL
      || !gtk_tree_view_get_tooltip_context (self->view, &x, &y, keyboard, NULL, NULL, &iter))
    return FALSE;
  gtk_tooltip_set_text (tooltip, words_of (line_of_iter (self, &iter)));
  return TRUE;
}

static void
fill_view (PosternImportDialog *self)
{
  int wanted = gtk_combo_box_get_active (self->show_combo) - 1;
  g_autoptr (GPtrArray) texts = g_ptr_array_new ();

  if (self->import == NULL)
    return;
  gtk_tree_view_set_model (self->view, NULL);
  g_array_set_size (self->shown, 0);
  for (guint i = 0; i < self->import->lines->len; i++)
    if (wanted < 0 || (int) line_at (self, i)->state == wanted)
      {
        g_array_append_val (self->shown, i);
        g_ptr_array_add (texts, line_at (self, i)->row);
      }
  g_ptr_array_add (texts, NULL);
  postern_row_model_set_rows (self->model, (const char *const *) texts->pdata);
  gtk_tree_view_set_model (self->view, GTK_TREE_MODEL (self->model));
}

/* @format: with %u for the count, in the number that fits it */
static void
add_count (GString *text, guint count, const char *format)
{
  g_autofree char *number = g_strdup_printf ("%'u", count);
  g_auto (GStrv) parts = g_strsplit (format, "%s", 2);

  g_string_append_printf (text, "%s%s%s%s", text->len > 0 ? ", " : "", parts[0], number,
                          parts[0] != NULL && parts[1] != NULL ? parts[1] : "");
}

static void
show_summary (PosternImportDialog *self)
{
  guint new = row_import_count (self->import, ROW_LINE_NEW);
  guint doubles = row_import_count (self->import, ROW_LINE_LISTED)
                  + row_import_count (self->import, ROW_LINE_TWICE);
  guint wrong = row_import_count (self->import, ROW_LINE_WRONG);
  guint apart = row_import_count (self->import, ROW_LINE_APART);
  g_autoptr (GString) text = g_string_new (NULL);

  add_count (text, new, ngettext ("%s new", "%s new", new));
  if (doubles > 0)
    add_count (text, doubles, ngettext ("%s double", "%s double", doubles));
  if (wrong > 0)
    add_count (text, wrong, ngettext ("%s wrong", "%s wrong", wrong));
  if (apart > 0)
    add_count (text, apart, ngettext ("%s left out", "%s left out", apart));
  gtk_label_set_text (self->summary_label, text->str);
}

static void
show_note (PosternImportDialog *self)
{
  const char *note = self->note;

  if (note == NULL && row_import_count (self->import, ROW_LINE_APART) > 0)
    note = _ ("What is left out is not taken out of what is added: where a network that is left "
              "out lies within one that is added, it is in the list with it.");
  gtk_label_set_text (self->note_label, note != NULL ? note : "");
  gtk_widget_set_visible (GTK_WIDGET (self->note_label), note != NULL);
}

static void
show_buttons (PosternImportDialog *self, gboolean done)
{
  guint count = done ? row_import_count (self->import, ROW_LINE_NEW) : 0;
  g_autoptr (GString) label = g_string_new (NULL);

  add_count (label, count, ngettext ("_Add %s Row", "_Add %s Rows", count));
  gtk_button_set_label (GTK_BUTTON (self->add_button), done ? label->str : _ ("_Add Rows"));
  gtk_dialog_set_response_sensitive (GTK_DIALOG (self), GTK_RESPONSE_OK, count > 0);
  gtk_widget_set_sensitive (self->copy_button,
                            done && row_import_count (self->import, ROW_LINE_WRONG) > 0);
}

static void
show_outcome (PosternImportDialog *self)
{
  gboolean both = self->import->permitted > 0 && self->import->refused > 0;

  gtk_widget_hide (self->progress_box);
  gtk_widget_show (GTK_WIDGET (self->summary_label));
  gtk_widget_set_visible (self->take_box, both);
  show_summary (self);
  show_note (self);
  show_buttons (self, TRUE);
  fill_view (self);
  if (!self->seen)
    gtk_widget_grab_focus (self->add_button);
  self->seen = TRUE;
}

/* --- reading --- */

static void judge_next (PosternImportDialog *self);

/* A choice that the program makes for the person is shown, and is no choice of the person. */
static void start (PosternImportDialog *self);

static void
show_format (PosternImportDialog *self)
{
  g_signal_handlers_block_by_func (self->format_combo, start, self);
  gtk_combo_box_set_active (self->format_combo, (int) self->import->format - ROW_FORMAT_ADDRESSES);
  g_signal_handlers_unblock_by_func (self->format_combo, start, self);
}

/* A table that has nothing of what the list is for is taken as it is. */
static gboolean
take_the_other (PosternImportDialog *self)
{
  guint counts[] = { self->import->permitted, self->import->refused };
  int take = gtk_combo_box_get_active (self->take_combo);

  if (take > ROW_TAKE_REFUSED || counts[take] > 0 || counts[!take] == 0)
    return FALSE;
  gtk_combo_box_set_active (self->take_combo, !take); /* starts again */
  return TRUE;
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  PosternImportDialog *self = POSTERN_IMPORT_DIALOG (source);
  g_autoptr (RowImport) import = g_task_propagate_pointer (G_TASK (result), NULL);

  if (import == NULL || g_task_get_cancellable (G_TASK (result)) != self->cancellable)
    return;
  self->import = g_steal_pointer (&import);
  if (self->networks)
    show_format (self);
  if (self->import->format == ROW_FORMAT_TABLE && take_the_other (self))
    return;
  self->next = 0;
  judge_next (self);
}

static void
stop (PosternImportDialog *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  gtk_tree_view_set_model (self->view, NULL);
  g_clear_pointer (&self->import, row_import_free);
  g_clear_pointer (&self->note, g_free);
}

static void
start (PosternImportDialog *self)
{
  int format = gtk_combo_box_get_active (self->format_combo);

  stop (self);
  self->cancellable = g_cancellable_new ();
  gtk_widget_show (self->progress_box);
  gtk_widget_hide (GTK_WIDGET (self->summary_label));
  gtk_label_set_text (self->progress_label, _ ("Reading…"));
  gtk_progress_bar_set_fraction (self->progress_bar, 0);
  show_buttons (self, FALSE);

  row_import_read_async (self, self->text, g_strdupv (self->rows), self->networks,
                         format < 0 ? ROW_FORMAT_DETECT : (RowFormat) format + ROW_FORMAT_ADDRESSES,
                         (RowTake) gtk_combo_box_get_active (self->take_combo), self->cancellable,
                         on_read);
}

/* --- judging, so many at a time --- */

static void
take_verdict (PosternImportDialog *self, const RowVerdict *verdict)
{
  for (guint i = 0; i < self->asked->len && i < verdict->reasons->len; i++)
    if (verdict->reasons->pdata[i] != NULL)
      row_import_refuse (line_at (self, g_array_index (self->asked, guint, i)),
                         g_strdup (verdict->reasons->pdata[i]));
  if (verdict->note != NULL && self->note == NULL)
    self->note = g_strdup (verdict->note);
}

static void
on_judged (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PosternImportDialog) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (RowVerdict) verdict = g_task_propagate_pointer (G_TASK (result), &error);

  if (g_task_get_cancellable (G_TASK (result)) != self->cancellable)
    return;
  if (verdict == NULL)
    {
      /* The sheet asks again, once the rows are in it. */
      self->note = g_strdup_printf (_ ("Nobody could say which of the lines are wrong: %s"),
                                    error->message);
      show_outcome (self);
      return;
    }
  take_verdict (self, verdict);
  judge_next (self);
}

static void
show_progress (PosternImportDialog *self)
{
  guint length = self->import->lines->len;
  g_autofree char *text = g_strdup_printf (_ ("Checking line %'u of %'u…"), self->next, length);

  gtk_label_set_text (self->progress_label, text);
  gtk_progress_bar_set_fraction (self->progress_bar, (double) self->next / MAX (length, 1));
}

static void
judge_next (PosternImportDialog *self)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new ();

  g_array_set_size (self->asked, 0);
  for (; self->next < self->import->lines->len && rows->len < JUDGED_AT_ONCE; self->next++)
    if (line_at (self, self->next)->state == ROW_LINE_NEW)
      {
        g_ptr_array_add (rows, line_at (self, self->next)->row);
        g_array_append_val (self->asked, self->next);
      }
  if (rows->len == 0 || self->judge == NULL || self->judge->ask == NULL)
    {
      show_outcome (self);
      return;
    }
  g_ptr_array_add (rows, NULL);
  show_progress (self);
  self->judge->ask (self->judge->data, (const char *const *) rows->pdata, self->cancellable,
                    on_judged, g_object_ref (self));
}

/* --- what others ask --- */

static void
copy_wrong_lines (PosternImportDialog *self)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < self->import->lines->len; i++)
    if (line_at (self, i)->state == ROW_LINE_WRONG)
      g_string_append_printf (text, "%s\n", line_at (self, i)->row);
  gtk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self), GDK_SELECTION_CLIPBOARD),
                          text->str, (int) text->len);
}

static void
postern_import_dialog_response (GtkDialog *dialog, int response)
{
  if (response == RESPONSE_COPY_WRONG)
    copy_wrong_lines (POSTERN_IMPORT_DIALOG (dialog));
}

/* GTK tells a screen reader which label belongs to a combo box, but not as its name. */
static void
name_combo (GtkComboBox *combo)
{
  g_autoptr (GList) labels = gtk_widget_list_mnemonic_labels (GTK_WIDGET (combo));

  atk_object_set_name (gtk_widget_get_accessible (GTK_WIDGET (combo)),
                       gtk_label_get_text (labels->data));
}

PosternImportDialog *
postern_import_dialog_new (GtkWindow *parent,
                           const PosternImportTarget *target,
                           char **rows,
                           char *text,
                           const RowJudge *judge)
{
  PosternImportDialog *self = g_object_new (POSTERN_TYPE_IMPORT_DIALOG, "transient-for", parent,
                                            "use-header-bar", FALSE, NULL);
  g_autofree char *title = g_strdup_printf (_ ("Add to “%s”"), target->title);

  title_bar_add (GTK_WINDOW (self), title);
  atk_object_set_name (gtk_widget_get_accessible (GTK_WIDGET (self->view)), _ ("Lines"));
  name_combo (self->format_combo);
  name_combo (self->take_combo);
  name_combo (self->show_combo);
  self->rows = rows;
  self->text = text;
  self->networks = target->networks;
  self->judge = judge;
  gtk_widget_set_visible (self->format_box, target->networks);
  g_signal_handlers_block_by_func (self->take_combo, start, self);
  gtk_combo_box_set_active (self->take_combo,
                            target->refuses ? ROW_TAKE_REFUSED : ROW_TAKE_PERMITTED);
  g_signal_handlers_unblock_by_func (self->take_combo, start, self);
  start (self);
  return self;
}

char **
postern_import_dialog_get_rows (PosternImportDialog *self)
{
  GPtrArray *rows = g_ptr_array_new ();

  for (guint i = 0; i < self->import->lines->len; i++)
    if (line_at (self, i)->state == ROW_LINE_NEW)
      g_ptr_array_add (rows, g_strdup (line_at (self, i)->row));
  g_ptr_array_add (rows, NULL);
  return (char **) g_ptr_array_free (rows, FALSE);
}

/* --- the object --- */

static void
postern_import_dialog_dispose (GObject *object)
{
  PosternImportDialog *self = POSTERN_IMPORT_DIALOG (object);

  if (self->model != NULL)
    stop (self);
  g_clear_object (&self->model);
  G_OBJECT_CLASS (postern_import_dialog_parent_class)->dispose (object);
}

static void
postern_import_dialog_finalize (GObject *object)
{
  PosternImportDialog *self = POSTERN_IMPORT_DIALOG (object);

  g_strfreev (self->rows);
  g_free (self->text);
  g_array_unref (self->asked);
  g_array_unref (self->shown);
  G_OBJECT_CLASS (postern_import_dialog_parent_class)->finalize (object);
}

static void
postern_import_dialog_class_init (PosternImportDialogClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = postern_import_dialog_dispose;
  G_OBJECT_CLASS (class)->finalize = postern_import_dialog_finalize;
  GTK_DIALOG_CLASS (class)->response = postern_import_dialog_response;
  gtk_widget_class_set_template_from_resource (
      widget_class, "/org/postern/ServerProperties/lists/postern-import-dialog.ui");
#define CHILD(name) gtk_widget_class_bind_template_child (widget_class, PosternImportDialog, name)
  CHILD (format_combo);
  CHILD (take_combo);
  CHILD (show_combo);
  CHILD (format_box);
  CHILD (take_box);
  CHILD (progress_box);
  CHILD (progress_label);
  CHILD (progress_bar);
  CHILD (summary_label);
  CHILD (note_label);
  CHILD (view);
  CHILD (line_column);
  CHILD (line_cell);
  CHILD (result_column);
  CHILD (result_cell);
  CHILD (add_button);
  CHILD (copy_button);
#undef CHILD
  gtk_widget_class_bind_template_callback (widget_class, start);
  gtk_widget_class_bind_template_callback (widget_class, on_query_tooltip);
  gtk_widget_class_bind_template_callback (widget_class, fill_view);
}

static void
postern_import_dialog_init (PosternImportDialog *self)
{
  self->model = postern_row_model_new ();
  self->asked = g_array_new (FALSE, FALSE, sizeof (guint));
  self->shown = g_array_new (FALSE, FALSE, sizeof (guint));
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_tree_view_column_set_cell_data_func (self->line_column, self->line_cell, show_line_number,
                                           self, NULL);
  gtk_tree_view_column_set_cell_data_func (self->result_column, self->result_cell, show_result,
                                           self, NULL);
  gtk_button_box_set_child_secondary (GTK_BUTTON_BOX (gtk_widget_get_parent (self->copy_button)),
                                      self->copy_button, TRUE);
}
