/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/file-identity.h"
#include "core/settings/settings.h"

/**
 * SECTION: image-file
 *
 * The image (settings-image) of a settings file that has been saved: "image/settings" in the state
 * folder, written by the authority and mapped by every server, so that a long list is in force
 * without being parsed, and is in memory once. It says which file it is of, to the nanosecond of its
 * last change. Nothing depends on it: where there is none, where it is of another file or of another
 * version of the program, damaged, or not the settings file's owner's, servers read that file.
 *
 * It is written in two steps, around the saving of the file, so that little is left to do after it;
 * and it is replaced as a whole, so that who has mapped the former one keeps that. It is not
 * flushed: what a power failure leaves of it is found to be damaged, or to be of another file.
 */

/** Writes the image of @settings, whose file is not saved yet, and which nobody will see until
 * image_file_commit(). @settings: file names are as they stand in the document */
gboolean image_file_prepare (const char *state_dir,
                             const Settings *settings,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Lets what was prepared stand for @source, the settings file as it was saved. */
gboolean image_file_commit (const char *state_dir,
                            const FileIdentity *source,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Returns: whether there is a good image of @source */
gboolean image_file_is_of (const char *state_dir, const FileIdentity *source);

/** Returns: (transfer full) (nullable): what settings_load() of @config would return, where there is
 * an image of it that can be trusted */
Settings *image_file_load (const char *state_dir, const char *config) G_GNUC_WARN_UNUSED_RESULT;

/** Returns: (transfer full) (nullable): the settings that were the last to be saved, for a server
 * that has to start while @config can't be used; %NULL where there is no image, or it is neither
 * root's nor of the user who has @state_dir */
Settings *image_file_load_last (const char *state_dir,
                                const char *config) G_GNUC_WARN_UNUSED_RESULT;
