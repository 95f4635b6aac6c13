/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/ip-network.h"
#include "servers/auth/moment.h"

/**
 * SECTION: device-table
 *
 * Which users log on to the POP server from which addresses: how, since when, how often, and
 * whether they ever fetch mail. It is for an administrator to read, and nothing is decided by it;
 * so it costs a log-on no flush. What is new is kept in memory and written some seconds later,
 * many devices at once, by a thread of the table's own, into an LMDB store of its own. A process
 * that is killed loses those seconds, and nothing else.
 *
 * A device that has not been seen for DEVICE_TABLE_DAYS is forgotten; where there are too many,
 * those go that were seen longest ago. Times: see moment. One process has the table open.
 */
typedef struct _DeviceTable DeviceTable;

#define DEVICE_TABLE_DAYS 90
/** About so many devices are remembered: some more for a moment. */
#define DEVICE_TABLE_MAX 100000

typedef struct
{
  IpAddress address;
  char user[256];
  char how[8];  /* it last logged on: pass, apop, sasl */
  char tls[16]; /* the version of TLS then; "" in clear */
  gint64 first; /* seconds since 1970, UTC */
  gint64 last;
  guint64 log_ons;
  guint64 retrieved; /* messages that it ever fetched */
} Device;

/** @folder: made where it is missing; the one that it is in is there */
DeviceTable *device_table_open (const char *folder, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Writes down what is new. */
void device_table_close (DeviceTable *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DeviceTable, device_table_close)

/**
 * device_table_note:
 * @seen: a device that has just done something: what it is, and by how much its numbers grow. Its
 * times are not read; of the texts, what is too long is cut.
 *
 * Any thread; never waits for the disk.
 */
void device_table_note (DeviceTable *table, const Device *seen);

/** Writes down what is new. Waits for the disk. */
gboolean device_table_flush (DeviceTable *table, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Forgets what has not been seen for DEVICE_TABLE_DAYS: done each hour by itself. Waits for the
 * disk. */
gboolean device_table_purge (DeviceTable *table, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Returns: (transfer full) (element-type Device): all of them, what is new included; the one seen
 * last comes first. Waits for the disk. */
GArray *device_table_list (DeviceTable *table, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** For tests: takes the time from @clock, and has room for @room devices. */
void device_table_set_clock (DeviceTable *table, MomentClock clock, gpointer user_data);
void device_table_set_room (DeviceTable *table, gsize room);
