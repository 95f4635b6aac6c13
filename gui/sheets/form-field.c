/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/sheets/form-field.h"

#include <glib/gi18n.h>

#include "gui/lists/postern-list-editor.h"

typedef struct
{
  void (*prepare) (FormField *self, GVariant *description);
  GVariant *(*read) (FormField *self, char **problem);
  void (*write) (FormField *self, GVariant *value);
} FieldKind;

struct _FormField
{
  const FieldKind *kind;
  GPtrArray *widgets; /* (element-type GtkWidget): one; for a word the radio buttons, in the order
                         of words */
  char **words;       /* of a word */
  guint minimum, maximum; /* of a number */
  double shown_number;    /* that the spin button last put into its own text */
  GtkLabel *message;      /* (nullable): the page has none */
  char *documentation;    /* (nullable): what the tooltip says */
  char *problem;          /* (nullable) */
  gboolean writing;
  FormFieldChanged changed;
  gpointer user_data;
};

static void
on_changed (FormField *self)
{
  if (!self->writing)
    self->changed (self, self->user_data);
}

/* A page that is higher than the window is scrolled with the wheel: what the pointer happens to be
 * over then is not meant. */
static gboolean
leave_to_page (FormField *self)
{
  g_signal_stop_emission_by_name (self->widgets->pdata[0], "scroll-event");
  return GDK_EVENT_PROPAGATE;
}

/* --- boolean --- */

static void
prepare_boolean (FormField *self, GVariant *description)
{
  g_signal_connect_swapped (self->widgets->pdata[0], "toggled", G_CALLBACK (on_changed), self);
}

static GVariant *
read_boolean (FormField *self, char **problem)
{
  return g_variant_new_boolean (
      gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->widgets->pdata[0])));
}

static void
write_boolean (FormField *self, GVariant *value)
{
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->widgets->pdata[0]),
                                g_variant_get_boolean (value));
}

/* --- text --- */

static void
prepare_text (FormField *self, GVariant *description)
{
  gtk_entry_set_activates_default (self->widgets->pdata[0], TRUE);
  g_signal_connect_swapped (self->widgets->pdata[0], "changed", G_CALLBACK (on_changed), self);
}

static GVariant *
read_text (FormField *self, char **problem)
{
  g_autofree char *text
      = g_strstrip (g_strdup (gtk_entry_get_text (GTK_ENTRY (self->widgets->pdata[0]))));

  return g_variant_new_string (text);
}

static void
write_text (FormField *self, GVariant *value)
{
  gtk_entry_set_text (GTK_ENTRY (self->widgets->pdata[0]), g_variant_get_string (value, NULL));
}

/* --- whole number --- */

static gboolean
parse_number (FormField *self, guint64 *number)
{
  g_autofree char *text
      = g_strstrip (g_strdup (gtk_entry_get_text (GTK_ENTRY (self->widgets->pdata[0]))));

  return g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT32, number, NULL);
}

/* The spin button asks for its text to be rewritten when it loses the focus, too. Returning TRUE
 * leaves the text alone: that is done for a text that is out of range or no number, until the
 * arrows choose another value. */
static gboolean
on_number_output (FormField *self)
{
  double number = gtk_spin_button_get_value (GTK_SPIN_BUTTON (self->widgets->pdata[0]));
  gboolean moved = number != self->shown_number;
  guint64 typed;

  self->shown_number = number;
  if (moved)
    return FALSE;
  return !parse_number (self, &typed) || typed < self->minimum || typed > self->maximum;
}

static void
prepare_number (FormField *self, GVariant *description)
{
  GtkSpinButton *spin = self->widgets->pdata[0];

  g_variant_lookup (description, "minimum", "u", &self->minimum);
  g_variant_lookup (description, "maximum", "u", &self->maximum);
  gtk_spin_button_set_range (spin, self->minimum, self->maximum);
  gtk_spin_button_set_increments (spin, 1, MIN (60, self->maximum - self->minimum));
  gtk_spin_button_set_update_policy (spin, GTK_UPDATE_IF_VALID);
  gtk_entry_set_activates_default (GTK_ENTRY (spin), TRUE);
  self->shown_number = gtk_spin_button_get_value (spin);
  g_signal_connect_swapped (spin, "output", G_CALLBACK (on_number_output), self);
  g_signal_connect_swapped (spin, "scroll-event", G_CALLBACK (leave_to_page), self);
  g_signal_connect_swapped (spin, "changed", G_CALLBACK (on_changed), self);
}

static GVariant *
read_number (FormField *self, char **problem)
{
  guint64 number;

  if (parse_number (self, &number))
    return g_variant_new_uint32 (number);
  *problem
      = g_strdup_printf (_ ("Type a whole number from %u to %u."), self->minimum, self->maximum);
  return NULL;
}

static void
write_number (FormField *self, GVariant *value)
{
  GtkSpinButton *spin = self->widgets->pdata[0];
  g_autofree char *text = g_strdup_printf ("%u", g_variant_get_uint32 (value));

  gtk_spin_button_set_value (spin, g_variant_get_uint32 (value));
  gtk_entry_set_text (GTK_ENTRY (spin), text);
}

/* --- word --- */

static void
prepare_word (FormField *self, GVariant *description)
{
  for (guint i = 0; i < self->widgets->len; i++)
    g_signal_connect_swapped (self->widgets->pdata[i], "toggled", G_CALLBACK (on_changed), self);
}

static GVariant *
read_word (FormField *self, char **problem)
{
  for (guint i = 0; i < self->widgets->len; i++)
    if (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->widgets->pdata[i])))
      return g_variant_new_string (self->words[i]);
  g_return_val_if_reached (NULL); /* one radio button of a group is always active */
}

static void
write_word (FormField *self, GVariant *value)
{
  for (guint i = 0; i < self->widgets->len; i++)
    if (g_str_equal (self->words[i], g_variant_get_string (value, NULL)))
      gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->widgets->pdata[i]), TRUE);
}

/* --- word, of which only the chosen one is seen --- */

static void
prepare_choice (FormField *self, GVariant *description)
{
  g_signal_connect_swapped (self->widgets->pdata[0], "changed", G_CALLBACK (on_changed), self);
  g_signal_connect_swapped (self->widgets->pdata[0], "scroll-event", G_CALLBACK (leave_to_page),
                            self);
}

static GVariant *
read_choice (FormField *self, char **problem)
{
  const char *word = gtk_combo_box_get_active_id (GTK_COMBO_BOX (self->widgets->pdata[0]));

  g_return_val_if_fail (word != NULL, NULL); /* one was written */
  return g_variant_new_string (word);
}

static void
write_choice (FormField *self, GVariant *value)
{
  gtk_combo_box_set_active_id (GTK_COMBO_BOX (self->widgets->pdata[0]),
                               g_variant_get_string (value, NULL));
}

/* --- list --- */

static void
prepare_list (FormField *self, GVariant *description)
{
  const char *expected;

  if (g_variant_lookup (description, "expected", "&s", &expected))
    postern_list_editor_suggest_example (self->widgets->pdata[0], _ (expected));
  g_signal_connect_swapped (self->widgets->pdata[0], "changed", G_CALLBACK (on_changed), self);
}

static GVariant *
read_list (FormField *self, char **problem)
{
  g_auto (GStrv) items
      = postern_list_editor_get_items (POSTERN_LIST_EDITOR (self->widgets->pdata[0]));

  return g_variant_new_strv ((const char *const *) items, -1);
}

static void
write_list (FormField *self, GVariant *value)
{
  g_autofree const char **items = g_variant_get_strv (value, NULL);

  postern_list_editor_set_items (POSTERN_LIST_EDITOR (self->widgets->pdata[0]), items);
}

/* --- which is which --- */

static const FieldKind boolean_kind = { prepare_boolean, read_boolean, write_boolean };
static const FieldKind text_kind = { prepare_text, read_text, write_text };
static const FieldKind number_kind = { prepare_number, read_number, write_number };
static const FieldKind word_kind = { prepare_word, read_word, write_word };
static const FieldKind choice_kind = { prepare_choice, read_choice, write_choice };
static const FieldKind list_kind = { prepare_list, read_list, write_list };

static const FieldKind *
kind_of (gpointer widget)
{
  if (GTK_IS_SPIN_BUTTON (widget))
    return &number_kind;
  if (GTK_IS_TOGGLE_BUTTON (widget))
    return &boolean_kind;
  if (GTK_IS_COMBO_BOX (widget))
    return &choice_kind;
  return POSTERN_IS_LIST_EDITOR (widget) ? &list_kind : &text_kind;
}

static gpointer
find (GtkBuilder *page, const char *id, const char *suffix)
{
  g_autofree char *full = g_strconcat (id, suffix, NULL);

  return gtk_builder_get_object (page, full);
}

static void
find_widgets (FormField *self, GtkBuilder *page, const char *id, GVariant *description)
{
  GtkWidget *widget = find (page, id, "");

  if (widget != NULL)
    {
      self->kind = kind_of (widget);
      g_ptr_array_add (self->widgets, g_object_ref (widget));
      return;
    }
  self->kind = &word_kind;
  g_variant_lookup (description, "words", "^as", &self->words);
  for (guint i = 0; self->words != NULL && self->words[i] != NULL; i++)
    {
      g_autofree char *suffix = g_strconcat ("-", self->words[i], NULL);

      widget = find (page, id, suffix);
      if (widget == NULL)
        g_error ("The page has no widget “%s%s”", id, suffix);
      g_ptr_array_add (self->widgets, g_object_ref (widget));
    }
}

/* --- what the page says about the field --- */

static void
fill_in_range (FormField *self, GtkLabel *label)
{
  if (label == NULL || self->kind != &number_kind)
    return;

  g_auto (GStrv) parts = g_strsplit (gtk_label_get_label (label), "{range}", 2);
  if (g_strv_length (parts) != 2)
    return;
  g_autofree char *text
      = g_strdup_printf ("%s%u - %u%s", parts[0], self->minimum, self->maximum, parts[1]);
  gtk_label_set_label (label, text);
}

/* GTK tells a screen reader which label belongs to an entry, but not as the entry's name; and the
 * label of a check button before a number belongs to the number for the eye alone. */
static void
set_accessible_name (FormField *self, GtkLabel *label)
{
  GtkWidget *widget = self->widgets->pdata[0];

  if (!GTK_IS_ENTRY (widget) && !GTK_IS_COMBO_BOX (widget))
    return;
  g_autoptr (GList) labels = gtk_widget_list_mnemonic_labels (widget);
  if (labels != NULL)
    label = labels->data;
  if (label != NULL)
    atk_object_set_name (gtk_widget_get_accessible (widget), gtk_label_get_text (label));
}

static void
prepare_message (FormField *self, gpointer label)
{
  if (label == NULL)
    return;
  self->message = g_object_ref (label);
  gtk_label_set_line_wrap (self->message, TRUE);
  gtk_label_set_line_wrap_mode (self->message, PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (self->message, 0);
  gtk_label_set_max_width_chars (self->message, 50);
  gtk_widget_set_no_show_all (GTK_WIDGET (self->message), TRUE);
}

/* A tooltip lies where the message is shown: as long as there is one, the message matters more. */
static void
show_tooltips (FormField *self, gboolean shown)
{
  for (guint i = 0; i < self->widgets->len; i++)
    gtk_widget_set_tooltip_text (self->widgets->pdata[i], shown ? self->documentation : NULL);
}

static void
prepare_tooltips (FormField *self, GVariant *description)
{
  const char *documentation = NULL;

  g_variant_lookup (description, "documentation", "&s", &documentation);
  if (documentation != NULL && *documentation != '\0')
    self->documentation = g_strdup (_ (documentation));
  show_tooltips (self, TRUE);
}

FormField *
form_field_new (GtkBuilder *page,
                const char *id,
                GVariant *description,
                FormFieldChanged changed,
                gpointer user_data)
{
  FormField *self = g_new0 (FormField, 1);

  self->widgets = g_ptr_array_new_with_free_func (g_object_unref);
  self->changed = changed;
  self->user_data = user_data;
  find_widgets (self, page, id, description);
  self->writing = TRUE;
  self->kind->prepare (self, description);
  self->writing = FALSE;
  fill_in_range (self, find (page, id, "-label"));
  set_accessible_name (self, find (page, id, "-label"));
  prepare_message (self, find (page, id, "-message"));
  prepare_tooltips (self, description);
  return self;
}

void
form_field_free (FormField *self)
{
  for (guint i = 0; i < self->widgets->len; i++)
    g_signal_handlers_disconnect_by_data (self->widgets->pdata[i], self);
  g_ptr_array_unref (self->widgets);
  g_clear_object (&self->message);
  g_strfreev (self->words);
  g_free (self->documentation);
  g_free (self->problem);
  g_free (self);
}

GVariant *
form_field_read (FormField *self, char **problem)
{
  GVariant *value = self->kind->read (self, problem);

  return value != NULL ? g_variant_ref_sink (value) : NULL;
}

void
form_field_write (FormField *self, GVariant *value)
{
  self->writing = TRUE;
  self->kind->write (self, value);
  self->writing = FALSE;
}

static void
set_class (GtkWidget *widget, const char *class, gboolean on)
{
  GtkStyleContext *style = gtk_widget_get_style_context (widget);

  if (on)
    gtk_style_context_add_class (style, class);
  else
    gtk_style_context_remove_class (style, class);
}

void
form_field_show (FormField *self, FormFieldMood mood, const char *message)
{
  GtkWidget *widget = form_field_get_widget (self);

  g_free (self->problem);
  self->problem = mood == FORM_FIELD_PROBLEM ? g_strdup (message) : NULL;
  if (POSTERN_IS_LIST_EDITOR (self->widgets->pdata[0]))
    postern_list_editor_set_problem (self->widgets->pdata[0], self->problem);
  else if (self->kind != &word_kind && self->kind != &boolean_kind)
    set_class (widget, GTK_STYLE_CLASS_ERROR, mood == FORM_FIELD_PROBLEM);
  const char *description = message != NULL ? message : self->documentation;
  atk_object_set_description (gtk_widget_get_accessible (widget),
                              description != NULL ? description : "");

  if (self->message == NULL)
    {
      gtk_widget_set_tooltip_text (widget, description);
      return;
    }
  show_tooltips (self, message == NULL);
  gtk_label_set_text (self->message, message != NULL ? message : "");
  gtk_widget_set_visible (GTK_WIDGET (self->message), message != NULL);
  set_class (GTK_WIDGET (self->message), "field-problem", mood == FORM_FIELD_PROBLEM);
  set_class (GTK_WIDGET (self->message), "field-warning", mood == FORM_FIELD_WARNING);
  set_class (GTK_WIDGET (self->message), "field-note", mood == FORM_FIELD_NOTE);
}

const char *
form_field_get_problem (FormField *self)
{
  return self->problem;
}

GtkWidget *
form_field_get_widget (FormField *self)
{
  GtkWidget *widget = self->widgets->pdata[0];

  return POSTERN_IS_LIST_EDITOR (widget)
             ? postern_list_editor_get_view (POSTERN_LIST_EDITOR (widget))
             : widget;
}
