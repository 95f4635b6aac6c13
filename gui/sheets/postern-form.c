/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/sheets/postern-form.h"

#include "gui/client/authority-words.h"
#include "gui/sheets/list-judge.h"

/* Long enough to gather the keys of somebody who types, too short to be noticed. */
#define CHECK_DELAY_MS 120

typedef struct
{
  const char *setting;
  FormField *field;
  int page_number;
  GVariant *base;    /* (owned) (nullable): as the form last took it from the client */
  GVariant *edited;  /* (owned) (nullable): what the person wants instead */
  char *unreadable;  /* (owned) (nullable): why what is typed cannot be a value */
  gboolean unjudged; /* edited since the authority was asked last: what the field says is old */
} Row;

struct _PosternForm
{
  GObject parent_instance;

  PosternClient *client;
  GPtrArray *rows; /* (element-type Row) */
  guint64 base_revision;
  char *elsewhere;      /* (nullable): what the draft makes wrong in settings of other sheets */
  PosternFormNote note; /* (nullable) */
  gpointer note_data;
  guint check_source;
  GCancellable *check; /* (nullable): the question under way */
};

static guint changed_signal;

G_DEFINE_TYPE (PosternForm, postern_form, G_TYPE_OBJECT)

static void
row_free (Row *row)
{
  form_field_free (row->field);
  g_clear_pointer (&row->base, g_variant_unref);
  g_clear_pointer (&row->edited, g_variant_unref);
  g_free (row->unreadable);
  g_free (row);
}

static void
row_forget_edit (Row *row)
{
  g_clear_pointer (&row->edited, g_variant_unref);
  g_clear_pointer (&row->unreadable, g_free);
}

static gboolean
row_is_edited (const Row *row)
{
  return row->edited != NULL || row->unreadable != NULL;
}

/* A value that nobody has judged yet is not wrong: Apply asks anyway, and nobody has to wait. */
static const char *
row_get_problem (const Row *row)
{
  if (row->unreadable != NULL)
    return row->unreadable;
  return row->unjudged ? NULL : form_field_get_problem (row->field);
}

static void
emit_changed (PosternForm *self)
{
  g_signal_emit (self, changed_signal, 0);
}

/* --- asking the authority --- */

/* Returns what the answer, an a(uss), says of the row's setting, all of it; NULL for nothing. */
static char *
message_for (GVariant *answer, const char *setting)
{
  g_autoptr (GString) text = g_string_new (NULL);
  const char *name, *message;
  GVariantIter iter;

  g_variant_iter_init (&iter, answer);
  while (g_variant_iter_next (&iter, "(u&s&s)", NULL, &name, &message))
    if (g_str_equal (name, setting))
      {
        g_autofree char *words = authority_words (message);

        g_string_append_printf (text, "%s%s", text->len > 0 ? "\n" : "", words);
      }
  return text->len > 0 ? g_string_free (g_steal_pointer (&text), FALSE) : NULL;
}

static gboolean
has_setting (PosternForm *self, const char *setting)
{
  for (guint i = 0; i < self->rows->len; i++)
    if (g_str_equal (((Row *) self->rows->pdata[i])->setting, setting))
      return TRUE;
  return FALSE;
}

/* Returns what the answer says of settings that have no row here: two settings may contradict each
 * other, and the authority names one of them. NULL for nothing. */
static char *
message_for_others (PosternForm *self, GVariant *answer)
{
  g_autoptr (GString) text = g_string_new (NULL);
  const char *name, *message;
  GVariantIter iter;

  g_variant_iter_init (&iter, answer);
  while (g_variant_iter_next (&iter, "(u&s&s)", NULL, &name, &message))
    if (!has_setting (self, name))
      {
        g_autofree char *words = authority_words (message);

        g_string_append_printf (text, "%s%s: %s", text->len > 0 ? "\n" : "", name, words);
      }
  return text->len > 0 ? g_string_free (g_steal_pointer (&text), FALSE) : NULL;
}

static void
show_note (PosternForm *self, const Row *row)
{
  g_autofree char *note = self->note != NULL ? self->note (self->note_data, row->setting) : NULL;

  form_field_show (row->field, note != NULL ? FORM_FIELD_NOTE : FORM_FIELD_FINE, note);
}

static void
show_messages (PosternForm *self, GVariant *problems, GVariant *warnings)
{
  g_free (self->elsewhere);
  self->elsewhere = problems != NULL ? message_for_others (self, problems) : NULL;
  for (guint i = 0; i < self->rows->len; i++)
    {
      Row *row = self->rows->pdata[i];
      g_autofree char *problem = problems != NULL ? message_for (problems, row->setting) : NULL;
      g_autofree char *warning = warnings != NULL ? message_for (warnings, row->setting) : NULL;

      row->unjudged = FALSE;
      if (row->unreadable != NULL)
        form_field_show (row->field, FORM_FIELD_PROBLEM, row->unreadable);
      else if (problem != NULL)
        form_field_show (row->field, FORM_FIELD_PROBLEM, problem);
      else if (warning != NULL)
        form_field_show (row->field, FORM_FIELD_WARNING, warning);
      else
        show_note (self, row);
    }
  emit_changed (self);
}

static void
on_checked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PosternForm) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer
      = postern_client_check_finish (POSTERN_CLIENT (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->check);
  if (answer == NULL)
    {
      /* Nobody to ask: what was said before may be wrong by now, and Apply asks again. */
      show_messages (self, NULL, NULL);
      return;
    }

  g_autoptr (GVariant) problems = g_variant_get_child_value (answer, 0);
  g_autoptr (GVariant) warnings = g_variant_get_child_value (answer, 1);
  show_messages (self, problems, warnings);
}

static void
cancel_check (PosternForm *self)
{
  g_clear_handle_id (&self->check_source, g_source_remove);
  if (self->check != NULL)
    g_cancellable_cancel (self->check);
  g_clear_object (&self->check);
}

GtkWidget *
postern_form_get_widget (PosternForm *self, const char *setting)
{
  for (guint i = 0; i < self->rows->len; i++)
    {
      const Row *row = self->rows->pdata[i];

      if (g_str_equal (row->setting, setting))
        return form_field_get_widget (row->field);
    }
  return NULL;
}

void
postern_form_check (PosternForm *self)
{
  cancel_check (self);
  self->check = g_cancellable_new ();
  postern_client_check (self->client, postern_form_get_changes (self), self->check, on_checked,
                        g_object_ref (self));
}

static gboolean
on_check_due (gpointer user_data)
{
  PosternForm *self = user_data;

  self->check_source = 0;
  postern_form_check (self);
  return G_SOURCE_REMOVE;
}

static void
check_soon (PosternForm *self)
{
  g_clear_handle_id (&self->check_source, g_source_remove);
  self->check_source = g_timeout_add (CHECK_DELAY_MS, on_check_due, self);
}

void
postern_form_set_note (PosternForm *self, PosternFormNote note, gpointer user_data)
{
  self->note = note;
  self->note_data = user_data;
  check_soon (self);
}

/* --- edits --- */

static Row *
row_of (PosternForm *self, FormField *field)
{
  for (guint i = 0; i < self->rows->len; i++)
    if (((Row *) self->rows->pdata[i])->field == field)
      return self->rows->pdata[i];
  g_assert_not_reached ();
}

static void
on_field_changed (FormField *field, gpointer user_data)
{
  PosternForm *self = user_data;
  Row *row = row_of (self, field);

  row_forget_edit (row);
  row->edited = form_field_read (field, &row->unreadable);
  if (row->edited != NULL && row->base != NULL && g_variant_equal (row->edited, row->base))
    row_forget_edit (row);
  row->unjudged = TRUE;
  g_clear_pointer (&self->elsewhere, g_free);
  check_soon (self);
  emit_changed (self);
}

/* --- what others ask --- */

PosternForm *
postern_form_new (PosternClient *client)
{
  PosternForm *self = g_object_new (POSTERN_TYPE_FORM, NULL);

  self->client = g_object_ref (client);
  return self;
}

static void
judge_rows (PosternForm *self, GObject *widget, const char *setting)
{
  if (POSTERN_IS_LIST_EDITOR (widget))
    list_judge_attach (POSTERN_LIST_EDITOR (widget), self->client, setting);
}

void
postern_form_bind (PosternForm *self, GtkBuilder *page, const SheetRow *rows, int page_number)
{
  for (const SheetRow *line = rows; line->setting != NULL; line++)
    {
      g_autoptr (GVariant) description
          = postern_client_get_description (self->client, line->setting);
      Row *row;

      if (description == NULL)
        {
          g_warning ("The settings service does not know the setting %s.", line->setting);
          continue;
        }
      row = g_new0 (Row, 1);
      row->setting = line->setting;
      row->page_number = page_number;
      row->field = form_field_new (page, line->widget, description, on_field_changed, self);
      judge_rows (self, gtk_builder_get_object (page, line->widget), line->setting);
      g_ptr_array_add (self->rows, row);
    }
}

void
postern_form_reset (PosternForm *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    {
      Row *row = self->rows->pdata[i];

      row_forget_edit (row);
      row->unjudged = FALSE;
      g_clear_pointer (&row->base, g_variant_unref);
      form_field_show (row->field, FORM_FIELD_FINE, NULL);
    }
  g_clear_pointer (&self->elsewhere, g_free);
  postern_form_rebase (self);
}

void
postern_form_settle (PosternForm *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    {
      Row *row = self->rows->pdata[i];

      if (row->edited == NULL)
        continue;
      g_clear_pointer (&row->base, g_variant_unref);
      row->base = g_steal_pointer (&row->edited);
    }
}

static gboolean
row_rebase (Row *row, GVariant *value)
{
  if (row->base != NULL && g_variant_equal (row->base, value))
    return FALSE;

  g_clear_pointer (&row->base, g_variant_unref);
  row->base = g_variant_ref (value);
  if (row->edited != NULL && g_variant_equal (row->edited, value))
    row_forget_edit (row);
  if (!row_is_edited (row))
    form_field_write (row->field, value);
  return TRUE;
}

guint
postern_form_rebase (PosternForm *self)
{
  guint differ = 0;

  for (guint i = 0; i < self->rows->len; i++)
    {
      Row *row = self->rows->pdata[i];
      g_autoptr (GVariant) value = postern_client_get_value (self->client, row->setting);

      if (value != NULL && row_rebase (row, value))
        differ++;
    }
  self->base_revision = postern_client_get_revision (self->client);
  check_soon (self);
  emit_changed (self);
  return differ;
}

guint64
postern_form_get_base_revision (PosternForm *self)
{
  return self->base_revision;
}

gboolean
postern_form_is_edited (PosternForm *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    if (row_is_edited (self->rows->pdata[i]))
      return TRUE;
  return FALSE;
}

GVariant *
postern_form_get_changes (PosternForm *self)
{
  GVariantDict changes;

  g_variant_dict_init (&changes, NULL);
  for (guint i = 0; i < self->rows->len; i++)
    {
      Row *row = self->rows->pdata[i];

      if (row->edited != NULL)
        g_variant_dict_insert_value (&changes, row->setting, row->edited);
    }
  return g_variant_dict_end (&changes);
}

GVariant *
postern_form_get_differences (PosternForm *self)
{
  GVariantBuilder differences;

  g_variant_builder_init (&differences, G_VARIANT_TYPE ("a(svv)"));
  for (guint i = 0; i < self->rows->len; i++)
    {
      Row *row = self->rows->pdata[i];

      if (row->edited != NULL && row->base != NULL)
        g_variant_builder_add (&differences, "(svv)", row->setting, row->base, row->edited);
    }
  return g_variant_builder_end (&differences);
}

void
postern_form_undo (PosternForm *self, const char *setting)
{
  for (guint i = 0; i < self->rows->len; i++)
    {
      Row *row = self->rows->pdata[i];

      if (!g_str_equal (row->setting, setting) || row->base == NULL)
        continue;
      row_forget_edit (row);
      row->unjudged = TRUE;
      form_field_write (row->field, row->base);
    }
  check_soon (self);
  emit_changed (self);
}

const char *
postern_form_get_problem (PosternForm *self, int *page_number)
{
  for (guint i = 0; i < self->rows->len; i++)
    {
      Row *row = self->rows->pdata[i];
      const char *problem = row_get_problem (row);

      if (problem == NULL)
        continue;
      if (page_number != NULL)
        *page_number = row->page_number;
      return problem;
    }
  if (page_number != NULL)
    *page_number = -1;
  return self->elsewhere;
}

gboolean
postern_form_has_problem_on (PosternForm *self, int page_number)
{
  for (guint i = 0; i < self->rows->len; i++)
    {
      Row *row = self->rows->pdata[i];

      if (row->page_number == page_number && row_get_problem (row) != NULL)
        return TRUE;
    }
  return FALSE;
}

/* --- the object --- */

static void
postern_form_finalize (GObject *object)
{
  PosternForm *self = POSTERN_FORM (object);

  cancel_check (self);
  g_ptr_array_unref (self->rows);
  g_free (self->elsewhere);
  g_clear_object (&self->client);
  G_OBJECT_CLASS (postern_form_parent_class)->finalize (object);
}

static void
postern_form_class_init (PosternFormClass *class)
{
  G_OBJECT_CLASS (class)->finalize = postern_form_finalize;
  changed_signal = g_signal_new ("changed", POSTERN_TYPE_FORM, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
}

static void
postern_form_init (PosternForm *self)
{
  self->rows = g_ptr_array_new_with_free_func ((GDestroyNotify) row_free);
}
