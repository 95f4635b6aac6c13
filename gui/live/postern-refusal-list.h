/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gui/client/postern-client.h"

#include <gtk/gtk.h>

/**
 * SECTION: postern-refusal-list
 *
 * The last refusals of the SMTP server, and what can be done about one: allow the address, ask why,
 * show the setting.
 *
 * Signals, as for live pages: "show-setting" (s), "show-page" (s, s), "told" (s)
 */

#define POSTERN_TYPE_REFUSAL_LIST (postern_refusal_list_get_type ())
G_DECLARE_FINAL_TYPE (PosternRefusalList, postern_refusal_list, POSTERN, REFUSAL_LIST, GtkBox)

GtkWidget *postern_refusal_list_new (PosternClient *client);
