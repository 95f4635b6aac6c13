/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gui/window/postern-window.h"

/**
 * SECTION: known-systems
 *
 * How systems come into the tree and leave it: the actions connect, open-backup and remove-system of
 * the main window. Systems over ssh are kept from run to run; backups are not.
 */

/** Adds the actions to @window. */
void known_systems_add_actions (PosternWindow *window);

/** Adds the systems that are kept, and connects to them. */
void known_systems_restore (PosternWindow *window);

/** Adds the settings file @path, or finds it in the tree, and selects it. */
void known_systems_open_backup (PosternWindow *window, const char *path);
