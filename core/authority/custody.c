/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/authority/custody.h"

#include "core/authority/first-document.h"
#include "core/authority/image-keeper.h"
#include "core/authority/settings-file.h"
#include "core/settings/settings-variant.h"

#include <string.h>

#define BY_HAND "by hand"
#define BY_ITSELF "posternd"

/* A number that a document brings along and that is larger than this is a joke: it is not counted
 * on from there. */
#define REVISION_PLAUSIBLE_MAX ((G_GUINT64_CONSTANT (1) << 53) - 1)

struct _Custody
{
  char *state_dir;            /* (owned) */
  SettingsFile *file;         /* (owned) */
  Revisions *revisions;       /* (owned) */
  SettingsDocument *document; /* (owned): the newest revision */
  Settings *settings;         /* (owned): its values */
  guint64 last_number;        /* the highest number that was ever given, as far as is known */
  GPtrArray
      *file_problems; /* (owned): why the file as it stands can't be used; empty when it can */
  gboolean file_missing;
  CustodyListener listener;
  gpointer listener_data;
};

static void
take_into_force (Custody *custody, SettingsDocument *document, Settings *settings)
{
  g_clear_pointer (&custody->document, settings_document_free);
  g_clear_pointer (&custody->settings, settings_unref);
  custody->document = document;
  custody->settings = settings;
  custody->last_number = MAX (custody->last_number, settings_document_revision (document));
}

/* The image of what is in force, where the file is as it was found. */
static void
renew_image (Custody *custody)
{
  image_keeper_renew (custody->state_dir, custody->settings,
                      settings_file_identity (custody->file));
}

/* Record, then file, then the record's listing: a crash at any point leaves a state that the next
 * start can tell. */
static gboolean
save_durably (Custody *custody,
              const SettingsDocument *document,
              const Settings *settings,
              const Revision *revision,
              GError **error)
{
  g_autoptr (GError) cause = NULL;
  gsize length;
  g_autofree char *text = settings_document_to_text (document, &length);
  gboolean has_image = image_keeper_prepare (custody->state_dir, settings);

  if (!revisions_prepare (custody->revisions, revision, text, length, &cause))
    {
      authority_error_set_failed (error, cause);
      return FALSE;
    }
  if (!settings_file_save (custody->file, text, length, &cause))
    {
      revisions_abandon (custody->revisions);
      authority_error_set_failed (error, cause);
      return FALSE;
    }
  if (has_image)
    image_keeper_commit (custody->state_dir, settings_file_identity (custody->file));
  /* The settings are saved, and that can't be taken back: only the way back to them may be missing.
   */
  if (!revisions_commit (custody->revisions, &cause))
    g_warning ("Revision %" G_GUINT64_FORMAT " of the settings is in force, but could not be kept"
               " among the earlier ones: %s",
               revision->number, cause->message);
  return TRUE;
}

static void
log_saved (const Revision *revision)
{
  g_autofree char *names = g_strjoinv (" ", revision->names);
  gboolean by_hand = g_str_equal (revision->who, BY_HAND);

  g_message ("settings: revision %" G_GUINT64_FORMAT " saved %s%s: %s", revision->number,
             by_hand ? "" : "by ", revision->who, names[0] != '\0' ? names : "no value differs");
}

/* Makes a valid document the next revision. @document: (transfer full) */
guint64
custody_commit (Custody *custody, const char *who, SettingsDocument *document, GError **error)
{
  g_autoptr (SettingsDocument) next = document;
  g_autoptr (GError) cause = NULL;

  settings_document_set_revision (next, custody_next_revision (custody));
  g_autoptr (Settings) settings = settings_document_snapshot (next, NULL, &cause);
  if (settings == NULL)
    {
      authority_error_set_failed (error, cause);
      return 0;
    }

  g_autoptr (Settings) former
      = custody->settings ? settings_ref (custody->settings) : settings_new_default ();
  g_auto (GStrv) names = settings_diff_names (former, settings);
  Revision revision = { .number = custody_next_revision (custody),
                        .time_s = g_get_real_time () / G_USEC_PER_SEC,
                        .who = (char *) who,
                        .names = names };
  if (!save_durably (custody, next, settings, &revision, error))
    return 0;

  log_saved (&revision);
  take_into_force (custody, g_steal_pointer (&next), g_steal_pointer (&settings));
  g_ptr_array_set_size (custody->file_problems, 0);
  custody->file_missing = FALSE;
  if (custody->listener != NULL)
    custody->listener (revision.number, (const char *const *) names, custody->listener_data);
  return revision.number;
}

/* Whether each setting has the value in force. Costs far less than to compare long texts. */
static gboolean
has_same_values (const Custody *custody, SettingsDocument *document)
{
  g_autoptr (Settings) settings = settings_document_snapshot (document, NULL, NULL);
  g_auto (GStrv) names = NULL;

  if (settings == NULL)
    return FALSE;
  names = settings_diff_names (custody->settings, settings);
  return names[0] == NULL;
}

/* The same text, but for the revision's number? */
static gboolean
has_same_text (const Custody *custody, SettingsDocument *document)
{
  if (!has_same_values (custody, document))
    return FALSE;

  g_autoptr (SettingsDocument) copy = settings_document_copy (document);
  settings_document_set_revision (copy, settings_document_revision (custody->document));

  gsize length;
  g_autofree char *text = settings_document_to_text (copy, &length);
  gsize current_length;
  g_autofree char *current = settings_document_to_text (custody->document, &current_length);
  return g_str_equal (text, current);
}

static void
note_file_problems (Custody *custody, GPtrArray *problems)
{
  g_autofree char *before = settings_problems_to_string (custody->file_problems);
  g_autofree char *now = settings_problems_to_string (problems);

  if (g_str_equal (before, now))
    return;
  g_warning ("%s can't be used as it stands; revision %" G_GUINT64_FORMAT " stays in force: %s",
             custody_path (custody), settings_document_revision (custody->document), now);
  g_ptr_array_unref (custody->file_problems);
  custody->file_problems = g_ptr_array_ref (problems);
}

static void
adopt_hand_edit (Custody *custody, SettingsDocument *document)
{
  g_autoptr (GError) error = NULL;

  if (settings_document_revision (document) == settings_document_revision (custody->document)
      && has_same_text (custody, document))
    {
      settings_document_free (document);
      if (custody->file_problems->len > 0)
        g_message ("%s can be used again", custody_path (custody));
      g_ptr_array_set_size (custody->file_problems, 0);
      renew_image (custody);
      return;
    }

  if (custody_commit (custody, BY_HAND, document, &error) != 0)
    return;
  g_assert (error != NULL);
  /* The edit is only in the file: until it is taken, nothing may be saved over it. */
  g_autoptr (GPtrArray) problems = settings_problems_new ();
  g_ptr_array_add (
      problems,
      settings_problem_new (0, "", "the edit made by hand could not be taken: %s", error->message));
  settings_file_forget (custody->file);
  note_file_problems (custody, problems);
}

void
custody_look (Custody *custody)
{
  g_autoptr (GPtrArray) problems = settings_problems_new ();
  SettingsDocument *document;

  SettingsFileState state = settings_file_look (custody->file, &document, problems);
  if (state == SETTINGS_FILE_SAME)
    return;
  custody->file_missing = state == SETTINGS_FILE_MISSING;
  if (state == SETTINGS_FILE_MISSING)
    g_ptr_array_set_size (custody->file_problems, 0);
  else if (state == SETTINGS_FILE_INVALID)
    note_file_problems (custody, problems);
  else
    adopt_hand_edit (custody, document);
}

gboolean
custody_holds (const Custody *custody, SettingsDocument *document)
{
  return custody->file_problems->len == 0 && !custody->file_missing
         && has_same_text (custody, document);
}

void
custody_set_listener (Custody *custody, CustodyListener listener, gpointer user_data)
{
  custody->listener = listener;
  custody->listener_data = user_data;
}

const SettingsDocument *
custody_document (const Custody *custody)
{
  return custody->document;
}

const Settings *
custody_settings (const Custody *custody)
{
  return custody->settings;
}

const Revisions *
custody_revisions (const Custody *custody)
{
  return custody->revisions;
}

gboolean
custody_file_is_unread (const Custody *custody)
{
  return settings_file_is_unread (custody->file);
}

GPtrArray *
custody_file_problems (const Custody *custody)
{
  return custody->file_problems;
}

guint64
custody_next_revision (const Custody *custody)
{
  return custody->last_number + 1;
}

const char *
custody_path (const Custody *custody)
{
  return settings_file_path (custody->file);
}

/* A document that is read from outside of the file: parsed, migrated, valid. */
static SettingsDocument *
valid_document (const char *text, gsize length)
{
  g_autoptr (GPtrArray) problems = settings_problems_new ();
  g_autoptr (SettingsDocument) document = settings_document_parse (text, length, NULL);

  if (document == NULL || !settings_document_validate (document, problems, NULL))
    return NULL;
  return g_steal_pointer (&document);
}

/* Puts the newest kept revision that is good in force, in memory. Returns FALSE when there is none.
 */
static gboolean
recall_newest_revision (Custody *custody)
{
  const GPtrArray *list = revisions_list (custody->revisions);

  for (guint i = 0; i < list->len; i++)
    {
      const Revision *revision = g_ptr_array_index (list, i);
      gsize length;
      g_autofree char *text = revisions_text (custody->revisions, revision->number, &length, NULL);
      g_autoptr (SettingsDocument) document = text ? valid_document (text, length) : NULL;
      Settings *settings = document ? settings_document_snapshot (document, NULL, NULL) : NULL;
      if (settings != NULL)
        {
          take_into_force (custody, g_steal_pointer (&document), settings);
          return TRUE;
        }
    }
  return FALSE;
}

/* After a crash between record and listing: the file tells whether the save had been made. */
static gboolean
settle_prepared (Custody *custody, const SettingsDocument *found, GError **error)
{
  gsize prepared_length, found_length;
  g_autofree char *prepared = revisions_prepared (custody->revisions, &prepared_length);
  g_autofree char *in_file = found ? settings_document_to_text (found, &found_length) : NULL;
  g_autoptr (GError) cause = NULL;

  if (g_strcmp0 (prepared, in_file) != 0 || prepared == NULL)
    {
      revisions_abandon (custody->revisions);
      return TRUE;
    }
  if (revisions_commit (custody->revisions, &cause))
    return TRUE;
  authority_error_set_failed (error, cause);
  return FALSE;
}

static gboolean
start_without_file (Custody *custody, GError **error)
{
  g_autoptr (GError) cause = NULL;
  g_autofree char *text = NULL;
  gsize length;

  if (!recall_newest_revision (custody))
    {
      g_message ("There is no %s: a new one is written, with every setting at its default",
                 custody_path (custody));
      return custody_commit (custody, BY_ITSELF, first_document_new (), error) != 0;
    }
  g_warning ("There is no %s: it is written anew from revision %" G_GUINT64_FORMAT,
             custody_path (custody), settings_document_revision (custody->document));
  text = settings_document_to_text (custody->document, &length);
  if (!settings_file_save (custody->file, text, length, &cause))
    {
      authority_error_set_failed (error, cause);
      return FALSE;
    }
  renew_image (custody);
  return TRUE;
}

/* A server that starts meanwhile goes by the image; one of another version has to be made anew. */
static gboolean
start_with_bad_file (Custody *custody, GPtrArray *problems, GError **error)
{
  if (recall_newest_revision (custody))
    {
      note_file_problems (custody, problems);
      if (image_keeper_prepare (custody->state_dir, custody->settings))
        image_keeper_commit (custody->state_dir, FILE_IDENTITY_NONE);
      return TRUE;
    }
  g_autofree char *message = settings_problems_to_string (problems);
  g_set_error (error, AUTHORITY_ERROR, AUTHORITY_ERROR_INVALID,
               "%s can't be used, and no earlier revision is kept:\n%s", custody_path (custody),
               message);
  return FALSE;
}

/* A file that we have saved, though its revisions are gone, or are kept elsewhere: a backup that is
 * opened. It is the newest revision as it stands, and need not be writable. */
static gboolean
is_saved_file (Custody *custody, const SettingsDocument *found)
{
  guint64 number = settings_document_revision (found);
  gsize length;
  g_autofree char *text = settings_document_to_text (found, &length);
  g_autofree char *in_file = NULL;

  return number > 0 && number <= REVISION_PLAUSIBLE_MAX
         && g_file_get_contents (custody_path (custody), &in_file, NULL, NULL)
         && g_str_equal (text, in_file);
}

/* @found: (transfer full) */
static gboolean
keep_as_found (Custody *custody, SettingsDocument *found, GError **error)
{
  g_autoptr (SettingsDocument) document = found;
  g_autoptr (GError) cause = NULL;
  Settings *settings = settings_document_snapshot (document, NULL, &cause);
  char *no_names[] = { NULL };
  Revision revision = { .number = settings_document_revision (document),
                        .time_s = g_get_real_time () / G_USEC_PER_SEC,
                        .who = (char *) BY_HAND,
                        .names = no_names };
  gsize length;
  g_autofree char *text = settings_document_to_text (document, &length);

  if (settings == NULL || !revisions_prepare (custody->revisions, &revision, text, length, &cause)
      || !revisions_commit (custody->revisions, &cause))
    {
      g_clear_pointer (&settings, settings_unref);
      authority_error_set_failed (error, cause);
      return FALSE;
    }
  take_into_force (custody, g_steal_pointer (&document), settings);
  renew_image (custody);
  return TRUE;
}

static gboolean
start_with_file (Custody *custody, SettingsDocument *found, GError **error)
{
  guint64 number = settings_document_revision (found);

  if (number <= REVISION_PLAUSIBLE_MAX)
    custody->last_number = MAX (custody->last_number, number);
  if (!recall_newest_revision (custody))
    return is_saved_file (custody, found) ? keep_as_found (custody, found, error)
                                          : custody_commit (custody, BY_HAND, found, error) != 0;
  adopt_hand_edit (custody, found);
  return TRUE;
}

static gboolean
start (Custody *custody, GError **error)
{
  g_autoptr (GPtrArray) problems = settings_problems_new ();
  SettingsDocument *found;
  SettingsFileState state = settings_file_look (custody->file, &found, problems);

  if (!settle_prepared (custody, found, error))
    {
      settings_document_free (found);
      return FALSE;
    }
  custody->last_number = revisions_highest (custody->revisions);

  if (state == SETTINGS_FILE_MISSING)
    return start_without_file (custody, error);
  if (state == SETTINGS_FILE_INVALID)
    return start_with_bad_file (custody, problems, error);
  return start_with_file (custody, found, error);
}

static Custody *
open_file (SettingsFile *file, const char *state_dir, GError **error)
{
  g_autoptr (Custody) custody = g_new0 (Custody, 1);
  g_autofree char *folder = g_build_filename (state_dir, "revisions", NULL);
  g_autoptr (GError) cause = NULL;

  custody->state_dir = g_strdup (state_dir);
  custody->file = file;
  custody->file_problems = settings_problems_new ();
  custody->revisions = revisions_open (folder, &cause);
  if (custody->revisions == NULL)
    {
      authority_error_set_failed (error, cause);
      return NULL;
    }
  return start (custody, error) ? g_steal_pointer (&custody) : NULL;
}

Custody *
custody_open (const char *config, const char *state_dir, GError **error)
{
  return open_file (settings_file_new (config), state_dir, error);
}

Custody *
custody_open_backup (const char *config, const char *state_dir, GError **error)
{
  SettingsFile *file = settings_file_new (config);

  settings_file_take_anyones (file);
  return open_file (file, state_dir, error);
}

void
custody_free (Custody *custody)
{
  if (custody == NULL)
    return;
  g_clear_pointer (&custody->document, settings_document_free);
  g_clear_pointer (&custody->settings, settings_unref);
  g_clear_pointer (&custody->revisions, revisions_free);
  g_clear_pointer (&custody->file, settings_file_free);
  g_clear_pointer (&custody->file_problems, g_ptr_array_unref);
  g_free (custody->state_dir);
  g_free (custody);
}
