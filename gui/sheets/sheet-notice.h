/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "gui/client/postern-client.h"

/**
 * SECTION: sheet-notice
 *
 * What a property sheet says above its pages: that the authority is away, what became of what was
 * saved, that the draft contradicts another sheet. One thing at a time, and gone when it is over.
 */

typedef struct _SheetNotice SheetNotice;

/** @bar, @label: (unowned): live longer than the notice */
SheetNotice *sheet_notice_new (PosternClient *client, GtkInfoBar *bar, GtkLabel *label);

void sheet_notice_free (SheetNotice *self);

/** Says what becomes of @revision, which has just been saved, until something else is said. */
void sheet_notice_show_saved (SheetNotice *self, guint64 revision);

/** The servers have changed: a notice about what was saved is brought up to date. */
void sheet_notice_refresh (SheetNotice *self);

/** Says why nothing was saved. */
void sheet_notice_show_failure (SheetNotice *self, const GError *error);

/** Says that the authority is away, or ends that when it is back. */
void sheet_notice_show_ready (SheetNotice *self);

/** @problem: (nullable): what no field of this sheet can say; %NULL ends such a notice */
void sheet_notice_show_clash (SheetNotice *self, const char *problem);

/** What somebody else has done. */
void sheet_notice_show_words (SheetNotice *self, const char *words);

void sheet_notice_end (SheetNotice *self);
