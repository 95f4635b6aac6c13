/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gui/live/postern-row-view.h"

/**
 * SECTION: queue-row
 *
 * The list of queued messages: what is in a row, and how it is said.
 */

/** The first cell is the message's id. */
enum
{
  QUEUE_ROW_ID,
  QUEUE_ROW_ARRIVED, /* seconds since 1970 */
  QUEUE_ROW_STATE,   /* waiting, active, held or kept */
  QUEUE_ROW_SENDER,
  QUEUE_ROW_RECIPIENTS, /* joined by commas */
  QUEUE_ROW_SIZE,       /* bytes */
  QUEUE_ROW_ATTEMPTS,
  QUEUE_ROW_NEXT,   /* seconds since 1970 */
  QUEUE_ROW_REASON, /* why it waits, or who holds it */
  QUEUE_ROW_N_CELLS
};

extern const PosternRowShape queue_row_shape;

#define QUEUE_ROW_N_COLUMNS 8
extern const PosternRowColumn queue_row_columns[QUEUE_ROW_N_COLUMNS];

/** Returns: (transfer full): rows for postern_row_store_replace() of @store. @messages: an aa{sv},
 * as Queue1.List gives it */
GPtrArray *queue_row_make_all (PosternRowStore *store, GVariant *messages);

/** @state: of a message or a recipient, as on the bus. Returns: (transfer none): in words */
const char *queue_row_state_words (const char *state);
