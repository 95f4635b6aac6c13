/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gui/client/postern-client.h"
#include "gui/pages/sheet.h"
#include "gui/sheets/form-field.h"

/**
 * SECTION: postern-form
 *
 * The draft of a sheet: its fields, and what the person has changed in them since the revision that
 * the form is based on. Every edit is checked by the authority a moment later, and what it says
 * stands at the field.
 *
 * Signal "changed": the draft, or what is known about it, differs from what it was.
 */

#define POSTERN_TYPE_FORM (postern_form_get_type ())
G_DECLARE_FINAL_TYPE (PosternForm, postern_form, POSTERN, FORM, GObject)

/** @client: with settings loaded */
PosternForm *postern_form_new (PosternClient *client);

/** Adds the fields of @page. @rows end with an empty one; @page_number is what
 * postern_form_get_problem() tells. */
void postern_form_bind (PosternForm *self, GtkBuilder *page, const SheetRow *rows, int page_number);

/** Forgets the draft, and shows what the client has loaded. */
void postern_form_reset (PosternForm *self);

/**
 * postern_form_rebase:
 *
 * Bases the draft on what the client has loaded: fields that are not edited show the new values,
 * edits stay, and an edit that is now the same as the setting is none any more. Returns how many
 * settings of this form differ from the former base.
 */
guint postern_form_rebase (PosternForm *self);

/**
 * postern_form_settle:
 *
 * The draft has been saved: it is the base now, and nothing is edited. postern_form_rebase()
 * afterwards shows what the authority has made of it, such as 192.0.2.0/24 of 192.0.2.7/24.
 */
void postern_form_settle (PosternForm *self);

/** The revision that the draft is based on. */
guint64 postern_form_get_base_revision (PosternForm *self);

/** Whether anything is edited. */
gboolean postern_form_is_edited (PosternForm *self);

/** Returns: (transfer floating): the draft, an a{sv}; without what is typed and cannot be a value
 */
GVariant *postern_form_get_changes (PosternForm *self);

/** Returns: (transfer floating): the same with what they are made on, an a(svv): name, value before,
 * value afterwards */
GVariant *postern_form_get_differences (PosternForm *self);

/** Takes the edit of one setting back: it shows its base again. */
void postern_form_undo (PosternForm *self, const char *setting);

/**
 * PosternFormNote:
 *
 * Returns: (transfer full) (nullable): what is to be remarked at the field of @setting
 */
typedef char *(*PosternFormNote) (gpointer user_data, const char *setting);

/** Shows what @note says at each field that has nothing more important to say. It is asked again each
 * time that the fields have been judged. */
void postern_form_set_note (PosternForm *self, PosternFormNote note, gpointer user_data);

/** Returns: (transfer none) (nullable): why the draft cannot be saved, as far as is known;
 * @page_number: (out) (optional): where that stands, -1 for no page of this form: then the draft
 * contradicts a setting of another sheet */
const char *postern_form_get_problem (PosternForm *self, int *page_number);

/** Whether something on that page is why the draft cannot be saved. */
gboolean postern_form_has_problem_on (PosternForm *self, int page_number);

/** Returns: (transfer none) (nullable): the widget that shows @setting */
GtkWidget *postern_form_get_widget (PosternForm *self, const char *setting);

/** Asks the authority about the draft now. */
void postern_form_check (PosternForm *self);
