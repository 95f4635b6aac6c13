/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "gui/client/postern-client.h"

/**
 * SECTION: live-page
 *
 * The pages that show what happens now, and who has a part in it: each is a widget that the main
 * window shows beside its tree, one for each system, made when it is first selected.
 *
 * A page asks its servers while it is mapped, and leaves them alone while it is not. What a server
 * does not answer is said on the page, in words; what was shown last stays.
 *
 * A page may have these signals, which the window connects to where they are there (they are found
 * by g_signal_lookup(), so a page needs no common parent):
 *
 *   "show-setting" (const char *setting)   opens the sheet with that setting, and gives it the focus
 *   "told" (const char *words)             a deed has ended, or failed; goes to the status line
 */

typedef struct
{
  const char *id;                               /* as for --page; of its help, too */
  const char *title;                            /* in the tree; to be translated */
  const char *icon;                             /* symbolic icon */
  GtkWidget *(*create) (PosternClient *client); /* (transfer floating) */
} LivePage;

/** Returns: (transfer none): all pages, in the order of the tree; ends with an empty one */
const LivePage *live_pages (void);
