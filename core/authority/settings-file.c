/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/authority/settings-file.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/settings/settings-guard.h"

/* The clock behind a file's time stamp ticks in milliseconds: a younger stamp may stand for two
 * different contents. */
#define SETTLED_AFTER_US (50 * G_TIME_SPAN_MILLISECOND)

struct _SettingsFile
{
  char *path;        /* (owned) */
  FileIdentity seen; /* the content that was last seen, or saved */
  gboolean settled;  /* whether @seen can stand for one content only */
  gboolean anyones;  /* it may be somebody else's, and behind a link */
  gboolean invalid;  /* the last look found it so */
  gboolean unread;   /* as it could not be read at all */
  gboolean suspect;  /* and for whose it is, not for what it says */
};

static void
remember (SettingsFile *file, const FileIdentity *identity)
{
  file->seen = *identity;
  file->settled = g_get_real_time () - identity->changed_ns / 1000 > SETTLED_AFTER_US;
}

SettingsFile *
settings_file_new (const char *path)
{
  SettingsFile *file = g_new0 (SettingsFile, 1);
  file->path = g_canonicalize_filename (path, NULL);
  return file;
}

void
settings_file_take_anyones (SettingsFile *file)
{
  file->anyones = TRUE;
}

void
settings_file_free (SettingsFile *file)
{
  if (file == NULL)
    return;
  g_free (file->path);
  g_free (file);
}

const char *
settings_file_path (const SettingsFile *file)
{
  return file->path;
}

FileIdentity
settings_file_identity (const SettingsFile *file)
{
  return file->seen;
}

gboolean
settings_file_is_unread (const SettingsFile *file)
{
  return file->unread;
}

void
settings_file_forget (SettingsFile *file)
{
  file->settled = FALSE;
}

/* What can't be looked at is there. */
static gboolean
is_missing (const char *path)
{
  struct stat status;

  return lstat (path, &status) != 0 && (errno == ENOENT || errno == ENOTDIR);
}

static SettingsDocument *
read_document (SettingsFile *file, GError **error)
{
  file->suspect = !file->anyones && !settings_guard_check (file->path, error);
  return file->suspect ? NULL : settings_document_read (file->path, error);
}

SettingsFileState
settings_file_look (SettingsFile *file, SettingsDocument **document, GPtrArray *problems)
{
  /* Taken before the file is read: who writes meanwhile is found by the next look. */
  FileIdentity identity = file_identity_of (file->path);
  g_autoptr (GError) error = NULL;

  *document = NULL;
  if (file->settled && file_identity_unchanged (&identity, &file->seen))
    return SETTINGS_FILE_SAME;

  remember (file, &identity);
  file->invalid = FALSE;
  file->unread = FALSE;
  if (is_missing (file->path))
    return SETTINGS_FILE_MISSING;

  g_autoptr (SettingsDocument) found = read_document (file, &error);
  if (found == NULL)
    g_ptr_array_add (problems, settings_problem_new (0, "", "%s", error->message));
  /* The disk, or the lack of a descriptor, may have been the reason, and not the file. */
  file->unread = g_error_matches (error, SETTINGS_ERROR, SETTINGS_ERROR_UNREADABLE);
  if (file->unread)
    settings_file_forget (file);
  file->invalid = found == NULL || !settings_document_validate (found, problems, NULL);
  if (file->invalid)
    return SETTINGS_FILE_INVALID;

  *document = g_steal_pointer (&found);
  return SETTINGS_FILE_TOUCHED;
}

/* Neither a pipe, nor another's file with its owner and mode, is a thing to save over. */
static gboolean
moves_aside (const SettingsFile *file)
{
  return file->suspect || !g_file_test (file->path, G_FILE_TEST_IS_REGULAR);
}

/* Returns: (transfer full) (nullable): the other name that it has now */
static char *
keep_refused (SettingsFile *file, GError **error)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *time = g_date_time_format (now, "%Y%m%dT%H%M%S.%fZ");
  g_autofree char *aside = g_strdup_printf ("%s.refused-%s", file->path, time);

  gboolean moves = moves_aside (file);

  /* A second name for the same file; the save then takes the first name away from it. */
  if ((moves ? rename (file->path, aside) : link (file->path, aside)) != 0)
    {
      g_set_error (error, SETTINGS_ERROR, SETTINGS_ERROR_UNWRITABLE, "%s: %s", aside,
                   g_strerror (errno));
      return NULL;
    }
  g_message ("The settings file that could not be used is kept as %s", aside);
  return g_steal_pointer (&aside);
}

gboolean
settings_file_save (SettingsFile *file, const char *text, gsize length, GError **error)
{
  FileIdentity identity = file_identity_of (file->path);
  g_autofree char *aside = NULL;

  if (!file_identity_unchanged (&identity, &file->seen))
    {
      g_set_error (error, SETTINGS_ERROR, SETTINGS_ERROR_UNWRITABLE,
                   "%s is being edited by somebody else; try again", file->path);
      return FALSE;
    }
  if (file->invalid && (aside = keep_refused (file, error)) == NULL)
    return FALSE;
  if (!settings_document_save_text (text, length, file->path, error))
    {
      if (aside != NULL && is_missing (file->path))
        (void) rename (aside, file->path);
      return FALSE;
    }

  identity = file_identity_of (file->path);
  remember (file, &identity);
  file->invalid = FALSE;
  return TRUE;
}
