/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/**
 * SECTION: form-field
 *
 * One setting on a page: reads its value from a widget, writes it there, and shows what is said of
 * it. Which widget the page has under the field's id decides how:
 *
 *   GtkSpinButton        a whole number; whatever is typed is kept and judged, never put right in
 * silence GtkToggleButton      a boolean GtkEntry             a text PosternListEditor    a list
 *   GtkComboBoxText      a word: an item for each, whose id it is
 *   (none)               a word: radio buttons with the ids ID-WORD, for each word that Describe
 * names
 *
 * Beside it the page may have ID-label, whose "{range}" becomes the range that Describe gives, and
 * has ID-message, where messages appear.
 */

typedef struct _FormField FormField;

typedef enum
{
  FORM_FIELD_FINE,
  FORM_FIELD_NOTE, /* fine, with a remark */
  FORM_FIELD_WARNING,
  FORM_FIELD_PROBLEM
} FormFieldMood;

typedef void (*FormFieldChanged) (FormField *field, gpointer user_data);

/**
 * form_field_new:
 * @page: the page's widgets
 * @id: the widget's id in @page
 * @description: an a{sv} as Describe gives it; its documentation becomes the tooltip
 * @changed: called when the person has changed the value
 */
FormField *form_field_new (GtkBuilder *page,
                           const char *id,
                           GVariant *description,
                           FormFieldChanged changed,
                           gpointer user_data);

void form_field_free (FormField *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FormField, form_field_free)

/**
 * form_field_read:
 * @problem: (out) (transfer full): why there is no value, in words
 *
 * Returns: (transfer full): the value; %NULL when what is typed cannot be one
 */
GVariant *form_field_read (FormField *self, char **problem) G_GNUC_WARN_UNUSED_RESULT;

/** Shows @value. @changed is not called. */
void form_field_write (FormField *self, GVariant *value);

/** @message: (nullable): %NULL for FORM_FIELD_FINE */
void form_field_show (FormField *self, FormFieldMood mood, const char *message);

/** Returns: (transfer none) (nullable): the message shown as a problem */
const char *form_field_get_problem (FormField *self);

/** Returns: (transfer none): a widget of the field, to find its page by or to give the focus to */
GtkWidget *form_field_get_widget (FormField *self);
