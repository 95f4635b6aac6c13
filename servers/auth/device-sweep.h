/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <lmdb.h>

#include "servers/auth/moment.h"

/**
 * SECTION: device-sweep
 *
 * Goes over the rows of the device table, to take out those that are too old, or too many. Inside
 * a transaction that writes.
 */

/** The longest name of a row: an address and a user. */
#define DEVICE_NAME_MAX (16 + 255)

/** Takes out what was last seen more than @seconds ago, and what is damaged. Rows of this boot get
 * the time that the clock gives them now, if it was set since. */
gboolean device_sweep_old (MDB_txn *txn,
                           MDB_dbi table,
                           const Moment *now,
                           gint64 seconds,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Where there are more than @room rows, leaves somewhat fewer: those last seen longest ago go. */
gboolean device_sweep_make_room (MDB_txn *txn,
                                 MDB_dbi table,
                                 const Moment *now,
                                 gsize room,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
