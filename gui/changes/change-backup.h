/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "gui/client/postern-client.h"

/**
 * SECTION: change-backup
 *
 * All settings of a system into a file, and back from one. Before they come back it is shown what
 * that changes, and asked.
 */

/** @words: what became of it, for the status line. Not called where somebody said no. */
typedef void (*ChangeBackupTold) (GtkWindow *parent, const char *words);

/** Asks for a file, and writes the settings of @client to it. */
void change_backup_save (GtkWindow *parent, PosternClient *client, ChangeBackupTold told);

/** Asks for a file, shows what it would change, and saves that where it is wanted. */
void change_backup_restore (GtkWindow *parent, PosternClient *client, ChangeBackupTold told);
