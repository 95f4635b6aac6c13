/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gui/lists/postern-row-dialog.h"
#include "gui/lists/postern-row-model.h"
#include "gui/lists/row-judge.h"

/**
 * SECTION: typed-row
 *
 * Judges the row of a long list while it is typed, alone: the list is not sent with every key.
 */

typedef struct _TypedRow TypedRow;

/** @judge: (nullable); @index: of the row that is being changed, G_MAXUINT for a new one. All are to
 * live until typed_row_free(). */
TypedRow *typed_row_new (PosternRowDialog *dialog,
                         PosternRowModel *model,
                         guint index,
                         const RowJudge *judge);

void typed_row_free (TypedRow *self);
