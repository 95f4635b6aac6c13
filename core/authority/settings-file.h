/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/file-identity.h"
#include "core/settings/settings-document.h"

/**
 * SECTION: settings-file
 *
 * The settings file on the disk, which others may edit, too: notices when they did, and never
 * overwrites what they wrote but could not be read.
 */

typedef struct _SettingsFile SettingsFile;

typedef enum
{
  SETTINGS_FILE_SAME,    /* nobody has touched it since the last look or save */
  SETTINGS_FILE_MISSING, /* there is none */
  SETTINGS_FILE_INVALID, /* it can't be read, is not to be trusted, or breaks a rule */
  SETTINGS_FILE_TOUCHED  /* it was read, and is valid */
} SettingsFileState;

SettingsFile *settings_file_new (const char *path);
void settings_file_free (SettingsFile *file);

/** Takes it from whoever wrote it, and through symbolic links: a document, and not the settings of
 * this system (settings-guard). */
void settings_file_take_anyones (SettingsFile *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SettingsFile, settings_file_free)

const char *settings_file_path (const SettingsFile *file);

/**
 * settings_file_look:
 * @document: (out) (transfer full): what is there, when TOUCHED; otherwise %NULL
 * @problems: (element-type SettingsProblem): gets what is wrong, when INVALID
 *
 * Costs one stat() while the file is the same.
 */
SettingsFileState
settings_file_look (SettingsFile *file, SettingsDocument **document, GPtrArray *problems);

/** Returns: which file the last look found, or the last save made */
FileIdentity settings_file_identity (const SettingsFile *file);

/** Returns: whether the last look could not even read it: by its kind or mode, or by a trouble that
 * may pass, as with the disk */
gboolean settings_file_is_unread (const SettingsFile *file);

/** Makes the next look read the file, whatever its stamp. */
void settings_file_forget (SettingsFile *file);

/**
 * settings_file_save:
 *
 * Saves the text of a document as settings_document_save() does, over the file of the last look: one that has been touched
 * since is an error. A file that was INVALID at the last look is kept beside it, as
 * NAME.refused-TIME, so that what somebody wrote is not lost; so is whatever else stands there.
 */
gboolean settings_file_save (SettingsFile *file, const char *text, gsize length, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
