/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/window/preferences.h"

#define FOLDER_MODE 0700

static char *
file_path (void)
{
  return g_build_filename (g_get_user_config_dir (), "postern", "server-properties.ini", NULL);
}

static GKeyFile *
get_file (void)
{
  static GKeyFile *file;

  if (file == NULL)
    {
      g_autofree char *path = file_path ();

      file = g_key_file_new ();
      if (!g_key_file_load_from_file (file, path, G_KEY_FILE_KEEP_COMMENTS, NULL))
        {
          g_key_file_unref (file);
          file = g_key_file_new ();
        }
    }
  return file;
}

static void
save (void)
{
  static gboolean complained;
  g_autofree char *path = file_path ();
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;

  (void) g_mkdir_with_parents (folder, FOLDER_MODE);
  if (!g_key_file_save_to_file (get_file (), path, &error) && !complained)
    {
      complained = TRUE;
      g_printerr ("server-properties: %s\n", error->message);
    }
}

int
preferences_get_size (const char *group, const char *key, int fallback, int most)
{
  int size = g_key_file_get_integer (get_file (), group, key, NULL);

  return size >= 1 && size <= most ? size : fallback;
}

void
preferences_set_size (const char *group, const char *key, int size)
{
  if (g_key_file_get_integer (get_file (), group, key, NULL) == size)
    return;
  g_key_file_set_integer (get_file (), group, key, size);
  save ();
}

char *
preferences_get_text (const char *group, const char *key)
{
  return g_key_file_get_string (get_file (), group, key, NULL);
}

void
preferences_set_text (const char *group, const char *key, const char *text)
{
  g_autofree char *former = preferences_get_text (group, key);

  if (g_strcmp0 (former, text) == 0)
    return;
  g_key_file_set_string (get_file (), group, key, text);
  save ();
}

GStrv
preferences_get_list (const char *group, const char *key)
{
  GStrv list = g_key_file_get_string_list (get_file (), group, key, NULL, NULL);

  return list != NULL ? list : g_new0 (char *, 1);
}

void
preferences_set_list (const char *group, const char *key, const char *const *list)
{
  g_key_file_set_string_list (get_file (), group, key, list, g_strv_length ((char **) list));
  save ();
}
