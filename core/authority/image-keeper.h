/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/image-file.h"

/**
 * SECTION: image-keeper
 *
 * Keeps the image (image-file) that servers take the settings from. It makes them faster, and no
 * more: what goes wrong with it is said in the log, and the servers read the settings file.
 */

/** Before the save of @settings. Returns: whether there is something to commit */
gboolean image_keeper_prepare (const char *state_dir, const Settings *settings);

/** After the save. @saved: the settings file as it was saved */
void image_keeper_commit (const char *state_dir, FileIdentity saved);

/** Makes sure that there is an image of @found, a settings file that was not saved by us just now,
 * and whose values are @settings. */
void image_keeper_renew (const char *state_dir, const Settings *settings, FileIdentity found);
