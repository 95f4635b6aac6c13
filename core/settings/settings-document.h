/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/settings.h"
#include "core/settings/settings-error.h"

/**
 * SECTION: settings-document
 *
 * The settings file as a text that people own: what is changed here keeps its comments, its order
 * and its white space.
 *
 * A document goes the same way whoever brings it, from a file, from the bus or from a test:
 * parse -> migrate to the current version -> validate -> (change -> validate) -> snapshot, or text
 * to save.
 */

/**
 * A document larger than this is refused before it is parsed: more than a million networks fit.
 * The authority takes about forty times as much memory while it changes one (1.7 GB for a million
 * networks in 41 MB), and may keep that for the next one. What of it fits into a message is the
 * bus's to say.
 */
#define SETTINGS_DOCUMENT_MAX_BYTES (64 * 1024 * 1024)

/** The format version that this program writes; older ones are migrated, newer ones refused. */
#define SETTINGS_DOCUMENT_VERSION 2

typedef struct _SettingsDocument SettingsDocument;

/**
 * settings_document_parse:
 * @text: (array length=length): the XML text
 *
 * Parses and migrates, but does not yet validate. Never touches network or disk; refuses a DOCTYPE.
 * Returns: (transfer full): the document, or %NULL with SETTINGS_ERROR_MALFORMED, _NEWER or
 * _UNREADABLE (too large)
 */
SettingsDocument *
settings_document_parse (const char *text, gsize length, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * settings_document_read:
 *
 * Reads @path, which must be a regular file, and parses it.
 */
SettingsDocument *settings_document_read (const char *path,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * Returns: (transfer full): an empty document of the current version, in which every setting has
 * its default
 */
SettingsDocument *settings_document_new (void);

/** Returns: (transfer full): an independent copy */
SettingsDocument *settings_document_copy (const SettingsDocument *document);

void settings_document_free (SettingsDocument *document);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SettingsDocument, settings_document_free)

/**
 * settings_document_validate:
 * @problems: (element-type SettingsProblem): gets what is wrong, one for each setting and line, in
 * the order of the document
 * @warnings: (nullable) (element-type SettingsProblem): gets what is allowed, but deserves a second
 * look (an open relay)
 *
 * Holds the document against the schema and the rules that a schema can't say. Returns whether
 * nothing is wrong.
 */
gboolean
settings_document_validate (SettingsDocument *document, GPtrArray *problems, GPtrArray *warnings);

/**
 * settings_document_change:
 * @changes: an a{sv} of setting names and values, as on the bus
 * @problems: (element-type SettingsProblem): gets names that do not exist and values of a wrong
 * type
 *
 * Writes the values into the document; a value equal to the one there leaves its text alone. The
 * result is to be validated. Returns FALSE, with the document unchanged, if @problems grew.
 */
gboolean
settings_document_change (SettingsDocument *document, GVariant *changes, GPtrArray *problems);

guint64 settings_document_revision (const SettingsDocument *document);
void settings_document_set_revision (SettingsDocument *document, guint64 revision);

/**
 * settings_document_snapshot:
 * @folder: (nullable): the folder at which relative file names start
 *
 * Returns: (transfer full): the values of a document that has been validated; %NULL with
 * SETTINGS_ERROR_INVALID otherwise
 */
Settings *settings_document_snapshot (SettingsDocument *document,
                                      const char *folder,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Returns: (transfer full): the text to save, with its length in @length */
char *settings_document_to_text (const SettingsDocument *document, gsize *length);

/** Saves the text of a document as settings_document_save() does. */
gboolean settings_document_save_text (const char *text,
                                      gsize length,
                                      const char *path,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * settings_document_save:
 *
 * Puts the document at @path so that at every instant, power failure included, either the former
 * file or the new one is there whole: written beside it, fsync, rename, fsync of the folder. Keeps
 * the former file's mode and owner. Fails with SETTINGS_ERROR_UNWRITABLE, and then the former file
 * is untouched.
 */
gboolean settings_document_save (const SettingsDocument *document,
                                 const char *path,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
