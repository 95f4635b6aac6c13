/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/settings/settings.h"

#include "core/settings/setting-value.h"
#include "core/settings/settings-document.h"
#include "core/settings/settings-guard.h"

/* The count stands before the values, so that nobody who holds a const snapshot sees it. */
typedef struct
{
  gatomicrefcount references;
  Settings values;
} Snapshot;

static Snapshot *
snapshot_of (const Settings *settings)
{
  return (Snapshot *) ((guint8 *) settings - G_STRUCT_OFFSET (Snapshot, values));
}

Settings *
settings_new_default (void)
{
  Snapshot *snapshot = g_new0 (Snapshot, 1);
  gsize length;
  const Setting *table = setting_table (&length);

  g_atomic_ref_count_init (&snapshot->references);
  for (gsize i = 0; i < length; i++)
    {
      g_autofree char *fault = NULL;

      if (schema_is_list (table[i].kind))
        setting_value_set_rows (&table[i], NULL, 0, &snapshot->values);
      else
        fault = setting_value_read (&table[i], schema_lookup (table[i].name)->default_text,
                                    &snapshot->values);
      if (fault != NULL)
        g_error ("the schema's default of %s is wrong: %s", table[i].name, fault);
    }
  return &snapshot->values;
}

Settings *
settings_load (const char *path, GError **error)
{
  g_autoptr (SettingsDocument) document = NULL;
  g_autofree char *absolute = g_canonicalize_filename (path, NULL);
  g_autofree char *folder = g_path_get_dirname (absolute);

  if (!settings_guard_check (absolute, error))
    return NULL;
  document = settings_document_read (path, error);
  if (document == NULL)
    return NULL;
  return settings_document_snapshot (document, folder, error);
}

Settings *
settings_ref (const Settings *settings)
{
  g_atomic_ref_count_inc (&snapshot_of (settings)->references);
  return (Settings *) settings;
}

void
settings_unref (Settings *settings)
{
  gsize length;
  const Setting *table = setting_table (&length);

  if (settings == NULL || !g_atomic_ref_count_dec (&snapshot_of (settings)->references))
    return;
  for (gsize i = 0; i < length; i++)
    setting_clear (&table[i], settings);
  g_free (snapshot_of (settings));
}
