/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/settings/file-names.h"

#include "core/settings/certificate-files.h"
#include "core/settings/host-credential.h"

/* Returns: (transfer full): the row, whose file names start at @folder */
typedef char *(*RowChange) (const char *text, const char *folder);

static char *
absolute_certificate (const char *text, const char *folder)
{
  g_auto (CertificateFiles) files = { 0 };

  if (!certificate_files_parse (text, &files))
    g_assert_not_reached ();
  certificate_files_make_absolute (&files, folder);
  return certificate_files_to_text (&files);
}

static char *
absolute_credential (const char *text, const char *folder)
{
  g_auto (HostCredential) credential = { 0 };

  if (!host_credential_parse (text, &credential))
    g_assert_not_reached ();
  host_credential_make_absolute (&credential, folder);
  return host_credential_to_text (&credential);
}

/* Two names may turn out to be one file's: such a row is there once. */
static void
change_rows (TextList *list, RowChange change, const char *folder)
{
  g_auto (GStrv) former = *list;
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  GPtrArray *rows = g_ptr_array_new ();

  for (char **each = former; *each != NULL; each++)
    {
      g_autofree char *row = change (*each, folder);

      if (g_hash_table_contains (seen, row))
        continue;
      g_hash_table_add (seen, row);
      g_ptr_array_add (rows, g_steal_pointer (&row));
    }
  g_ptr_array_add (rows, NULL);
  *list = (TextList) g_ptr_array_free (rows, FALSE);
}

static void
change_name (char **name, const char *folder)
{
  g_autofree char *relative = g_steal_pointer (name);

  *name = *relative == '\0' ? g_steal_pointer (&relative)
                            : g_canonicalize_filename (relative, folder);
}

void
file_names_make_absolute (Settings *settings, const char *folder)
{
  change_name (&settings->general.users_file, folder);
  change_name (&settings->smtp.delivery.ca_file, folder);
  change_rows (&settings->security.certificates, absolute_certificate, folder);
  change_rows (&settings->smtp.delivery.credentials, absolute_credential, folder);
}
