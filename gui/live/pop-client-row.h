/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gui/live/postern-row-view.h"

/**
 * SECTION: pop-client-row
 *
 * The list of POP clients: what is in a row, and how it is said.
 */

/** The first cell is the address. */
enum
{
  POP_CLIENT_ROW_ADDRESS,
  POP_CLIENT_ROW_ADDRESS_KEY,
  POP_CLIENT_ROW_USER,
  POP_CLIENT_ROW_FOLDED_USER,
  POP_CLIENT_ROW_SINCE,    /* seconds since 1970 */
  POP_CLIENT_ROW_END,      /* seconds of the monotonic clock */
  POP_CLIENT_ROW_MESSAGES, /* -1: nobody knows */
  POP_CLIENT_ROW_RECIPIENTS,
  POP_CLIENT_ROW_MESSAGE_LIMIT, /* 0: none */
  POP_CLIENT_ROW_RECIPIENT_LIMIT,
  POP_CLIENT_ROW_N_CELLS
};

extern const PosternRowShape pop_client_row_shape;

#define POP_CLIENT_ROW_N_COLUMNS 6
extern const PosternRowColumn pop_client_row_columns[POP_CLIENT_ROW_N_COLUMNS];

/** What one log-on may be used for. */
typedef struct
{
  guint messages;
  guint recipients;
} PopClientLimits;

/**
 * pop_client_row_make_all:
 * @log_ons: a(ssxu), as LogOns1.List gives it
 * @uses: (nullable): a(sxuu), as GrantUse1.List gives it
 *
 * Returns: (transfer full): rows for postern_row_store_replace() of @store
 */
GPtrArray *pop_client_row_make_all (PosternRowStore *store,
                                    GVariant *log_ons,
                                    GVariant *uses,
                                    const PopClientLimits *limits);

/** Whether the address or the user has @needle, which is folded, in it. */
gboolean pop_client_row_contains (const PosternRow *row, const char *needle);

/** Returns: (transfer full): when it began, and when it ends */
char *pop_client_row_tip (const PosternRow *row, guint cell);
