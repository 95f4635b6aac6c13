/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "gui/client/postern-client.h"

/**
 * SECTION: postern-allow-dialog
 *
 * Lets an address through that the SMTP server has refused: says what will be changed for that, and
 * saves it, for good or for some time. Where it is not the address that matters, it says so, and
 * leads to the setting.
 *
 * Signals: "show-setting" (const char *setting), "told" (const char *words): what came of it. The
 * dialog destroys itself.
 */

#define POSTERN_TYPE_ALLOW_DIALOG (postern_allow_dialog_get_type ())
G_DECLARE_FINAL_TYPE (PosternAllowDialog, postern_allow_dialog, POSTERN, ALLOW_DIALOG, GtkDialog)

/** @address: of the client that was refused; @rule, @setting: by what, as Refusals1.List has it */
GtkWidget *postern_allow_dialog_new (GtkWindow *parent,
                                     PosternClient *client,
                                     const char *address,
                                     const char *rule,
                                     const char *setting);
