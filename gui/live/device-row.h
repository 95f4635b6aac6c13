/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gui/live/postern-row-view.h"

/**
 * SECTION: device-row
 *
 * The list of devices: what is in a row, how it is said, and how it is written as CSV (RFC 4180).
 */

/** The first cell is the address and the user. */
enum
{
  DEVICE_ROW_KEY,
  DEVICE_ROW_ADDRESS,
  DEVICE_ROW_ADDRESS_KEY,
  DEVICE_ROW_USER,
  DEVICE_ROW_FOLDED_USER,
  DEVICE_ROW_WAY, /* in words */
  DEVICE_ROW_HOW, /* pass, apop, sasl */
  DEVICE_ROW_TLS, /* its version; "" in clear */
  DEVICE_ROW_FIRST,
  DEVICE_ROW_LAST, /* seconds since 1970 */
  DEVICE_ROW_LOG_ONS,
  DEVICE_ROW_RETRIEVED,
  DEVICE_ROW_N_CELLS
};

extern const PosternRowShape device_row_shape;

#define DEVICE_ROW_N_COLUMNS 6
extern const PosternRowColumn device_row_columns[DEVICE_ROW_N_COLUMNS];

/** @devices: aa{sv}, as Devices1.List gives it. Returns: (transfer full): rows for
 * postern_row_store_replace() of @store */
GPtrArray *device_row_make_all (PosternRowStore *store, GVariant *devices);

/** Whether the address or the user has @needle, which is folded, in it. */
gboolean device_row_contains (const PosternRow *row, const char *needle);

/** Returns: (transfer full): since when it is known, and when it was last seen */
char *device_row_tip (const PosternRow *row, guint cell);

/** @rows: (element-type PosternRow). Returns: (transfer full): a line of headings, then one for
 * each row */
char *device_row_to_csv (GPtrArray *rows);
