/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gui/live/postern-row-view.h"

/** A row of the last refusals, as Refusals1.List tells them. */
enum
{
  REFUSAL_ROW_KEY,
  REFUSAL_ROW_TIME,
  REFUSAL_ROW_CLIENT,
  REFUSAL_ROW_CLIENT_KEY,
  REFUSAL_ROW_MAIL,
  REFUSAL_ROW_REASON,
  REFUSAL_ROW_SENDER,
  REFUSAL_ROW_RECIPIENT,
  REFUSAL_ROW_RULE,
  REFUSAL_ROW_SETTING,
  REFUSAL_ROW_REPLY,
  REFUSAL_ROW_N_CELLS
};

#define REFUSAL_ROW_N_COLUMNS 4

extern const PosternRowShape refusal_row_shape;
extern const PosternRowColumn refusal_row_columns[REFUSAL_ROW_N_COLUMNS];

/** @refusals: an aa{sv}. Returns: (transfer full) (element-type PosternRow) */
GPtrArray *refusal_row_make_all (PosternRowStore *store, GVariant *refusals);

/** The mail in full, and the reply that the client got, for a tooltip. */
char *refusal_row_tip (const PosternRow *row, guint cell);
