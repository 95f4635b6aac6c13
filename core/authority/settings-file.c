/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/authority/settings-file.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The clock behind a file's time stamp ticks in milliseconds: a younger stamp may stand for two
 * different contents. */
#define SETTLED_AFTER_US (50 * G_TIME_SPAN_MILLISECOND)

/* What stat() says of a file; all zero for a file that is not there. */
typedef struct
{
  dev_t device;
  ino_t inode;
  off_t size;
  gint64 modified_us, changed_us;
} Stamp;

struct _SettingsFile
{
  char *path;       /* (owned) */
  Stamp stamp;      /* of the content that was last seen */
  gboolean settled; /* whether @stamp can stand for one content only */
  gboolean invalid; /* the last look found it so */
};

static Stamp
stamp_take (const char *path)
{
  struct stat status;
  Stamp stamp;

  memset (&stamp, 0, sizeof stamp);
  if (stat (path, &status) != 0)
    return stamp;
  stamp.device = status.st_dev;
  stamp.inode = status.st_ino;
  stamp.size = status.st_size;
  stamp.modified_us = status.st_mtim.tv_sec * G_TIME_SPAN_SECOND + status.st_mtim.tv_nsec / 1000;
  stamp.changed_us = status.st_ctim.tv_sec * G_TIME_SPAN_SECOND + status.st_ctim.tv_nsec / 1000;
  return stamp;
}

static void
remember (SettingsFile *file, const Stamp *stamp)
{
  file->stamp = *stamp;
  file->settled = g_get_real_time () - stamp->changed_us > SETTLED_AFTER_US;
}

SettingsFile *
settings_file_new (const char *path)
{
  SettingsFile *file = g_new0 (SettingsFile, 1);
  file->path = g_canonicalize_filename (path, NULL);
  return file;
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

void
settings_file_forget (SettingsFile *file)
{
  file->settled = FALSE;
}

SettingsFileState
settings_file_look (SettingsFile *file, SettingsDocument **document, GPtrArray *problems)
{
  /* Taken before the file is read: who writes meanwhile is found by the next look. */
  Stamp stamp = stamp_take (file->path);
  g_autoptr (GError) error = NULL;

  *document = NULL;
  if (file->settled && memcmp (&stamp, &file->stamp, sizeof stamp) == 0)
    return SETTINGS_FILE_SAME;

  remember (file, &stamp);
  file->invalid = FALSE;
  if (!g_file_test (file->path, G_FILE_TEST_EXISTS))
    return SETTINGS_FILE_MISSING;

  g_autoptr (SettingsDocument) found = settings_document_read (file->path, &error);
  if (found == NULL)
    g_ptr_array_add (problems, settings_problem_new (0, "", "%s", error->message));
  file->invalid = found == NULL || !settings_document_validate (found, problems, NULL);
  if (file->invalid)
    return SETTINGS_FILE_INVALID;

  *document = g_steal_pointer (&found);
  return SETTINGS_FILE_TOUCHED;
}

static gboolean
keep_refused (SettingsFile *file, GError **error)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *time = g_date_time_format (now, "%Y%m%dT%H%M%S.%fZ");
  g_autofree char *aside = g_strdup_printf ("%s.refused-%s", file->path, time);

  /* A second name for the same file; the save then takes the first name away from it. */
  if (link (file->path, aside) != 0)
    {
      g_set_error (error, SETTINGS_ERROR, SETTINGS_ERROR_UNWRITABLE, "%s: %s", aside,
                   g_strerror (errno));
      return FALSE;
    }
  g_message ("The settings file that could not be used is kept as %s", aside);
  return TRUE;
}

gboolean
settings_file_save (SettingsFile *file, const SettingsDocument *document, GError **error)
{
  Stamp stamp = stamp_take (file->path);
  if (memcmp (&stamp, &file->stamp, sizeof stamp) != 0)
    {
      g_set_error (error, SETTINGS_ERROR, SETTINGS_ERROR_UNWRITABLE,
                   "%s is being edited by somebody else; try again", file->path);
      return FALSE;
    }
  if (file->invalid && !keep_refused (file, error))
    return FALSE;
  if (!settings_document_save (document, file->path, error))
    return FALSE;

  stamp = stamp_take (file->path);
  remember (file, &stamp);
  file->invalid = FALSE;
  return TRUE;
}
