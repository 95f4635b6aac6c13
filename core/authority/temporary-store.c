/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/authority/temporary-store.h"

#include "core/authority/temporary-change.h"
#include "core/settings/regular-file.h"

#include <glib/gstdio.h>
#include <string.h>

#define MAGIC "postern-temporary 1\n"
#define MODE 0600

/* Two documents' worth: what went and what came. */
#define MAX_BYTES (64 * 1024 * 1024)

static void
put_aside (const char *path, const char *why)
{
  g_autofree char *aside = g_strconcat (path, ".damaged", NULL);

  g_warning ("%s can't be read, so no temporary change in it will be taken back; it is kept as %s: "
             "%s",
             path, aside, why);
  if (g_rename (path, aside) != 0)
    g_warning ("%s could not be renamed", path);
}

GPtrArray *
temporary_store_load (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) variant = NULL;
  gsize length;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return temporary_changes_new ();
  g_autofree char *text = regular_file_read (path, MAX_BYTES, &length, &error);
  if (text != NULL && g_str_has_prefix (text, MAGIC) && g_utf8_validate_len (text, length, NULL))
    variant = g_variant_parse (G_VARIANT_TYPE (TEMPORARY_CHANGES_TYPE), text + strlen (MAGIC),
                               text + length, NULL, &error);
  if (variant != NULL)
    return temporary_changes_from_variant (variant);
  put_aside (path, error != NULL ? error->message : "it is of another kind");
  return temporary_changes_new ();
}

gboolean
temporary_store_save (const char *path, const GPtrArray *changes, GError **error)
{
  g_autoptr (GVariant) variant = g_variant_ref_sink (temporary_changes_to_variant (changes));
  g_autoptr (GString) text = g_string_new (MAGIC);

  g_variant_print_string (variant, text, TRUE);
  g_string_append_c (text, '\n');
  return regular_file_replace (path, text->str, text->len, MODE, error);
}
