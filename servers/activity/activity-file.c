/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/activity/activity-file.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#define FOLDER_MODE 0770
#define FILE_MODE 0660

/* A thousand times what a history can be: whatever lies there is not ours. */
#define LENGTH_MAX (64 * 1024 * 1024)

struct _ActivityFile
{
  char *folder, *path;    /* (owned) */
  GThreadPool *writer;    /* (owned) one thread, so that the last text is written last */
  gboolean is_in_trouble; /* the writer's: the log was told */
};

/* In the writer's thread. */
static void
write_text (gpointer data, gpointer user_data)
{
  g_autofree char *text = data;
  ActivityFile *file = user_data;
  g_autoptr (GError) error = NULL;

  gboolean is_written = g_file_set_contents_full (
      file->path, text, (gssize) strlen (text),
      G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, FILE_MODE, &error);
  if (!is_written && !file->is_in_trouble)
    g_warning ("activity: it is not kept over a restart: %s", error->message);
  file->is_in_trouble = !is_written;
}

ActivityFile *
activity_file_new (const char *folder, const char *name)
{
  ActivityFile *file = g_new0 (ActivityFile, 1);

  file->folder = g_strdup (folder);
  file->path = g_build_filename (folder, name, NULL);
  file->writer = g_thread_pool_new (write_text, file, 1, FALSE, NULL);
  if (g_mkdir_with_parents (folder, FOLDER_MODE) != 0)
    g_warning ("activity: cannot make %s: %s", folder, g_strerror (errno));
  return file;
}

void
activity_file_free (ActivityFile *file)
{
  g_thread_pool_free (file->writer, FALSE, TRUE);
  g_free (file->folder);
  g_free (file->path);
  g_free (file);
}

const char *
activity_file_path (ActivityFile *file)
{
  return file->path;
}

char *
activity_file_read (ActivityFile *file, gsize *length)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  GStatBuf status;
  gboolean is_there = g_stat (file->path, &status) == 0;

  if (!is_there && errno == ENOENT)
    return NULL;
  if (is_there && (!S_ISREG (status.st_mode) || status.st_size > LENGTH_MAX))
    {
      g_warning ("activity: %s is no file of ours; it is begun anew", file->path);
      return NULL;
    }
  if (!g_file_get_contents (file->path, &text, length, &error))
    {
      g_warning ("activity: %s; it is begun anew", error->message);
      return NULL;
    }
  return g_steal_pointer (&text);
}

void
activity_file_write (ActivityFile *file, char *text)
{
  g_thread_pool_push (file->writer, text, NULL);
}
