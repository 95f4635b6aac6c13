/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/client/private-authority.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>

struct _PrivateAuthority
{
  ChildPipe *pipe; /* (owned) */
  char *folder;    /* (owned) */
};

/* A few small files, two folders deep. */
static void
remove_folder (const char *folder)
{
  g_autoptr (GDir) directory = g_dir_open (folder, 0, NULL);

  for (const char *name; directory != NULL && (name = g_dir_read_name (directory)) != NULL;)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR) && !g_file_test (path, G_FILE_TEST_IS_SYMLINK))
        remove_folder (path);
      else
        g_unlink (path);
    }
  g_rmdir (folder);
}

static const char *
find_program (void)
{
  const char *named = g_getenv ("POSTERN_AUTHORITY");

  return named != NULL ? named : POSTERN_AUTHORITY_PROGRAM;
}

/* An authority would make a file that is not there. */
static gboolean
check_file (const char *file, GError **error)
{
  g_autoptr (GMappedFile) content = NULL;

  if (!g_file_test (file, G_FILE_TEST_IS_REGULAR))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _ ("There is no file %s."), file);
      return FALSE;
    }
  content = g_mapped_file_new (file, FALSE, NULL);
  if (content == NULL)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED, _ ("The file %s cannot be read."),
                 file);
  return content != NULL;
}

PrivateAuthority *
private_authority_new (const char *file, GError **error)
{
  g_autofree char *folder = NULL;
  g_autoptr (GError) failure = NULL;
  ChildPipe *pipe;

  if (!check_file (file, error))
    return NULL;
  folder = g_dir_make_tmp ("postern-XXXXXX", error);
  if (folder == NULL)
    return NULL;

  const char *const argv[]
      = { find_program (), "--config", file,     "--state-dir",     folder, "--bus",
          "stdio",         "--log",    "stderr", "--exit-with-bus", NULL };
  pipe = child_pipe_new (argv, NULL, &failure);
  if (pipe == NULL)
    {
      remove_folder (folder);
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                   _ ("The program that edits settings files cannot be started: %s"),
                   failure->message);
      return NULL;
    }

  PrivateAuthority *self = g_new0 (PrivateAuthority, 1);
  self->pipe = pipe;
  self->folder = g_steal_pointer (&folder);
  return self;
}

ChildPipe *
private_authority_get_pipe (PrivateAuthority *self)
{
  return self->pipe;
}

void
private_authority_free (PrivateAuthority *self)
{
  child_pipe_free (self->pipe);
  remove_folder (self->folder);
  g_free (self->folder);
  g_free (self);
}
