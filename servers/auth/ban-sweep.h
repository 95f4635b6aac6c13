/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <lmdb.h>

#include "servers/auth/ban-table.h"

/**
 * SECTION: ban-sweep
 *
 * Goes over the rows of the ban table: to list them, and to take out what says nothing any more.
 * That is done bit by bit, a few rows for each new address, like the hand of a clock: so no writer
 * ever holds the table's lock for long.
 */
typedef struct
{
  gsize room;     /* for so many addresses */
  IpAddress hand; /* the next row to look at, or the one after it */
} BanSweep;

/** How many addresses there are, void ones included. */
gsize ban_sweep_count (MDB_txn *txn, MDB_dbi table);

/**
 * ban_sweep_make_room:
 * @is_full: gets TRUE where there is no room for one more address: bans in force stay
 *
 * To be called before an address is added. Takes out void rows where the hand stands, and others
 * that are no bans where the room is needed.
 */
gboolean ban_sweep_make_room (BanSweep *sweep,
                              MDB_txn *txn,
                              MDB_dbi table,
                              const Moment *now,
                              gboolean *is_full,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Appends the bans in force to @bans (element-type Ban). */
gboolean ban_sweep_collect (MDB_txn *txn,
                            MDB_dbi table,
                            const Moment *now,
                            GArray *bans,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
