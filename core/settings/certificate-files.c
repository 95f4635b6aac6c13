/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/settings/certificate-files.h"

#include "core/settings/row-words.h"

gboolean
certificate_files_parse (const char *text, CertificateFiles *files)
{
  g_auto (GStrv) words = row_words_split (text);
  guint length = words == NULL ? 0 : g_strv_length (words);

  if (length != 1 && length != 2)
    return FALSE;
  files->certificate = g_strdup (words[0]);
  files->key = g_strdup (words[length - 1]);
  return TRUE;
}

char *
certificate_files_to_text (const CertificateFiles *files)
{
  gboolean same = g_str_equal (files->certificate, files->key);

  return row_words_join (
      (const char *const[]){ files->certificate, same ? NULL : files->key, NULL });
}

static void
make_absolute (char **name, const char *folder)
{
  g_autofree char *relative = g_steal_pointer (name);

  *name = g_canonicalize_filename (relative, folder);
}

void
certificate_files_make_absolute (CertificateFiles *files, const char *folder)
{
  make_absolute (&files->certificate, folder);
  make_absolute (&files->key, folder);
}

void
certificate_files_clear (CertificateFiles *files)
{
  g_clear_pointer (&files->certificate, g_free);
  g_clear_pointer (&files->key, g_free);
}
