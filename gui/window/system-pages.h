/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "gui/window/postern-system.h"
#include "gui/window/system-sheets.h"

/**
 * SECTION: system-pages
 *
 * The pages of one system, each made when it is first shown, in a stack that they share with those
 * of other systems. What a page asks for is done here: a setting's sheet, a word on the status line.
 */

typedef struct _SystemPages SystemPages;

/** A page wants the page @id of its system to be shown; @argument says of what, and may be "". */
typedef void (*SystemPagesGo) (PosternSystem *system,
                               const char *id,
                               const char *argument,
                               gpointer user_data);

/** @sheets: of the same system; has to live longer */
SystemPages *system_pages_new (GtkStack *stack,
                               PosternSystem *system,
                               SystemSheets *sheets,
                               SystemPagesGo go,
                               gpointer user_data);

/** Takes the pages out of the stack. */
void system_pages_free (SystemPages *self);

/** Shows the page @id, see postern-system-tree. */
void system_pages_show (SystemPages *self, const char *id);

/** Returns: (transfer none): the title of the page @id, for people */
const char *system_pages_get_title (const char *id);

/** Whether @id is that of a page. */
gboolean system_pages_is_page (const char *id);
