/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/**
 * SECTION: discard-question
 *
 * Asks whether edits may be lost, when their sheet is to be closed.
 */

/** Returns: (transfer none): the question, which is on the screen; responds GTK_RESPONSE_YES to let
 * the edits go */
GtkWidget *discard_question_new (GtkWindow *parent);
