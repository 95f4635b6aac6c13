/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/authority/authority.h"

#include "core/settings/risk.h"
#include "core/settings/settings-variant.h"

#include <string.h>

static guint64
revision_of (Custody *custody)
{
  return settings_document_revision (custody_document (custody));
}

/* A line for each problem. Lines of the file are named only to who wrote that file. */
static char *
problems_to_message (GPtrArray *problems, gboolean with_lines)
{
  if (with_lines)
    return settings_problems_to_string (problems);

  GString *message = g_string_new (NULL);
  for (guint i = 0; i < problems->len; i++)
    {
      const SettingsProblem *problem = g_ptr_array_index (problems, i);
      if (i > 0)
        g_string_append_c (message, '\n');
      if (problem->setting[0] != '\0')
        g_string_append_printf (message, "%s: ", problem->setting);
      g_string_append (message, problem->message);
    }
  return g_string_free (message, FALSE);
}

static void
set_invalid (GError **error, GPtrArray *problems, gboolean with_lines)
{
  g_autofree char *message = problems_to_message (problems, with_lines);
  g_set_error_literal (error, AUTHORITY_ERROR, AUTHORITY_ERROR_INVALID, message);
}

/* Returns: (transfer full): @changes without the settings that @problems speak of */
static GVariant *
changes_without_problems (GVariant *changes, GPtrArray *problems)
{
  GVariantDict rest;
  g_variant_dict_init (&rest, changes);
  for (guint i = 0; i < problems->len; i++)
    {
      const SettingsProblem *problem = g_ptr_array_index (problems, i);
      g_variant_dict_remove (&rest, problem->setting);
    }
  return g_variant_ref_sink (g_variant_dict_end (&rest));
}

/* Returns: (transfer full): the document with the changes made; what is wrong with it goes to the
 * lists, all at once */
static SettingsDocument *
change_copy (Custody *custody, GVariant *changes, GPtrArray *problems, GPtrArray *warnings)
{
  SettingsDocument *copy = settings_document_copy (custody_document (custody));

  if (!settings_document_change (copy, changes, problems))
    {
      g_autoptr (GPtrArray) more = settings_problems_new ();
      g_autoptr (GVariant) rest = changes_without_problems (changes, problems);
      (void) settings_document_change (copy, rest, more);
    }
  (void) settings_document_validate (copy, problems, warnings);
  return copy;
}

static void
copy_problems (GPtrArray *from, GPtrArray *to)
{
  for (guint i = 0; i < from->len; i++)
    {
      const SettingsProblem *problem = g_ptr_array_index (from, i);
      g_ptr_array_add (
          to, settings_problem_new (problem->line, problem->setting, "%s", problem->message));
    }
}

void
authority_check (Custody *custody, GVariant *changes, GPtrArray *problems, GPtrArray *warnings)
{
  custody_look (custody);
  copy_problems (custody_file_problems (custody), problems);
  settings_document_free (change_copy (custody, changes, problems, warnings));
}

/* Returns: (transfer full): the settings with the changes made; %NULL with INVALID */
static SettingsDocument *
changed_document (Custody *custody, GVariant *changes, GError **error)
{
  g_autoptr (GPtrArray) problems = settings_problems_new ();
  g_autoptr (SettingsDocument) next = change_copy (custody, changes, problems, NULL);

  if (problems->len == 0)
    return g_steal_pointer (&next);
  set_invalid (error, problems, FALSE);
  return NULL;
}

GPtrArray *
authority_assess (Custody *custody, GVariant *changes, GError **error)
{
  g_autoptr (GError) cause = NULL;

  custody_look (custody);
  g_autoptr (SettingsDocument) next = changed_document (custody, changes, error);
  if (next == NULL)
    return NULL;
  g_autoptr (Settings) settings = settings_document_snapshot (next, NULL, &cause);
  if (settings != NULL)
    return risk_assess (custody_settings (custody), settings);
  authority_error_set_failed (error, cause);
  return NULL;
}

/* Every change begins here: is the caller's picture of the settings still true? */
static gboolean
expect (Custody *custody, guint64 expected, GError **error)
{
  custody_look (custody);
  if (expected == revision_of (custody))
    return TRUE;

  const Revision *newest = revisions_find (custody_revisions (custody), revision_of (custody));
  if (newest == NULL)
    {
      g_set_error (error, AUTHORITY_ERROR, AUTHORITY_ERROR_STALE,
                   "revision %" G_GUINT64_FORMAT " is the newest, not %" G_GUINT64_FORMAT,
                   revision_of (custody), expected);
      return FALSE;
    }
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (newest->time_s);
  g_autofree char *when = time ? g_date_time_format (time, "%Y-%m-%d %H:%M:%S UTC") : NULL;
  g_set_error (error, AUTHORITY_ERROR, AUTHORITY_ERROR_STALE,
               "revision %" G_GUINT64_FORMAT
               " was saved meanwhile (%s, %s); yours was made on %" G_GUINT64_FORMAT,
               newest->number, newest->who, when, expected);
  return FALSE;
}

static void
set_unusable (GError **error, const Custody *custody)
{
  const char *why = "was edited by hand and can't be used; correct it, or restore";
  int code = AUTHORITY_ERROR_INVALID;

  if (custody_file_is_unread (custody))
    {
      why = "can't be used as long as it can't be read; try again, correct it, or restore";
      code = AUTHORITY_ERROR_FAILED;
    }
  g_autofree char *problems = problems_to_message (custody_file_problems (custody), TRUE);
  g_set_error (error, AUTHORITY_ERROR, code, "%s %s:\n%s", custody_path (custody), why, problems);
}

SettingsDocument *
authority_prepare (Custody *custody, guint64 expected, GVariant *changes, GError **error)
{
  if (!expect (custody, expected, error))
    return NULL;
  if (custody_file_problems (custody)->len > 0)
    {
      set_unusable (error, custody);
      return NULL;
    }
  return changed_document (custody, changes, error);
}

guint64
authority_apply (
    Custody *custody, const char *who, guint64 expected, GVariant *changes, GError **error)
{
  g_autoptr (SettingsDocument) next = authority_prepare (custody, expected, changes, error);

  if (next == NULL)
    return 0;
  if (custody_holds (custody, next))
    return expected;
  return custody_commit (custody, who, g_steal_pointer (&next), error);
}

/* Returns: (transfer full): a document that somebody brings along; %NULL with INVALID */
static SettingsDocument *
whole_document (const char *text, gsize length, GError **error)
{
  g_autoptr (GError) cause = NULL;
  g_autoptr (SettingsDocument) document = settings_document_parse (text, length, &cause);
  if (document == NULL)
    {
      g_set_error_literal (error, AUTHORITY_ERROR, AUTHORITY_ERROR_INVALID, cause->message);
      return NULL;
    }

  g_autoptr (GPtrArray) problems = settings_problems_new ();
  if (settings_document_validate (document, problems, NULL))
    return g_steal_pointer (&document);
  set_invalid (error, problems, TRUE);
  return NULL;
}

/* Puts a whole document in the place of the one in force. */
static guint64
replace (Custody *custody, const char *who, const char *text, gsize length, GError **error)
{
  g_autoptr (SettingsDocument) next = whole_document (text, length, error);

  if (next == NULL)
    return 0;
  if (custody_holds (custody, next))
    return revision_of (custody);
  return custody_commit (custody, who, g_steal_pointer (&next), error);
}

/* Returns: (transfer full): the text of a kept revision */
static char *
kept_text (Custody *custody, guint64 number, gsize *length, GError **error)
{
  g_autoptr (GError) cause = NULL;

  if (revisions_find (custody_revisions (custody), number) == NULL)
    {
      g_set_error (error, AUTHORITY_ERROR, AUTHORITY_ERROR_NO_SUCH_REVISION,
                   "revision %" G_GUINT64_FORMAT " is not kept", number);
      return NULL;
    }
  char *text = revisions_text (custody_revisions (custody), number, length, &cause);
  if (text == NULL)
    authority_error_set_failed (error, cause);
  return text;
}

guint64
authority_restore (
    Custody *custody, const char *who, guint64 expected, guint64 kept_revision, GError **error)
{
  gsize length;

  if (!expect (custody, expected, error))
    return 0;
  g_autofree char *text = kept_text (custody, kept_revision, &length, error);
  return text != NULL ? replace (custody, who, text, length, error) : 0;
}

guint64
authority_import (
    Custody *custody, const char *who, guint64 expected, const char *text, GError **error)
{
  return expect (custody, expected, error) ? replace (custody, who, text, strlen (text), error) : 0;
}

static Settings *
settings_of (Custody *custody, guint64 number, GError **error)
{
  g_autoptr (GError) cause = NULL;
  gsize length;

  if (number == revision_of (custody))
    return settings_ref (custody_settings (custody));

  g_autofree char *text = kept_text (custody, number, &length, error);
  if (text == NULL)
    return NULL;
  g_autoptr (SettingsDocument) document = settings_document_parse (text, length, &cause);
  Settings *settings = document ? settings_document_snapshot (document, NULL, &cause) : NULL;
  if (settings == NULL)
    authority_error_set_failed (error, cause);
  return settings;
}

GVariant *
authority_diff (Custody *custody, guint64 from, guint64 to, GError **error)
{
  g_autoptr (Settings) left = settings_of (custody, from, error);
  if (left == NULL)
    return NULL;
  g_autoptr (Settings) right = settings_of (custody, to, error);
  return right != NULL ? settings_diff (left, right) : NULL;
}

GVariant *
authority_diff_document (Custody *custody, const char *text, GError **error)
{
  g_autoptr (GError) cause = NULL;

  custody_look (custody);
  g_autoptr (SettingsDocument) document = whole_document (text, strlen (text), error);
  if (document == NULL)
    return NULL;
  g_autoptr (Settings) settings = settings_document_snapshot (document, NULL, &cause);
  if (settings != NULL)
    return settings_diff (custody_settings (custody), settings);
  authority_error_set_failed (error, cause);
  return NULL;
}
