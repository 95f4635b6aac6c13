/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/**
 * title_bar_add:
 *
 * Gives @window a title, and a title bar like that of the main window. For dialogs whose buttons
 * stand below: GtkDialog's own header bar would take them in.
 */
void title_bar_add (GtkWindow *window, const char *title);
