/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/ip-network.h"
#include "servers/auth/moment.h"

/**
 * SECTION: ban-table
 *
 * From which addresses log-ons have failed, and which are banned for it: an LMDB store in
 * STATE/bans that the POP server and the SMTP server both write. A process opens the table once.
 *
 * An IPv6 client is known by its link: see ip_address_link().
 *
 * Failures count while they come in a row: a success takes them back, and so does a pause as long
 * as a ban. While an address is banned nothing more is counted, so a ban ends when it was said to.
 * Nobody is banned for more than BAN_TABLE_MAX_MINUTES. Times are kept as the log-on table keeps
 * them (see moment.h): a clock that is set, or a restart, may end a ban early, but never makes it
 * longer.
 *
 * Who is never banned (security.never-banned, the local host) is for the caller to know: see
 * policy_may_ban().
 */
typedef struct _BanTable BanTable;

/** The table holds no more addresses than this; old ones make room, bans in force stay. */
#define BAN_TABLE_MAX_ADDRESSES 1000000

#define BAN_TABLE_MAX_MINUTES (60 * 24 * 365)

typedef struct
{
  IpAddress address; /* of the client's link (ip_address_link()) */
  guint failures;    /* in a row, as yet; 0 for none */
  guint on_the_way;  /* of them: this process has noted them, but they are not on the disk */
  gint64 since;      /* seconds since 1970, UTC; 0 where there is no ban */
  gint64 until;      /* the same */
  char user[256];    /* whom the last one tried to be, for people: what a client sent, printable */
} Ban;

typedef struct
{
  guint failures; /* security.failed-log-ons: so many in a row; 0 for no bans */
  guint minutes;  /* security.ban-minutes */
} BanLimits;

/** @folder: STATE/bans */
BanTable *ban_table_open (const char *folder, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** What was handed in before is written first. */
void ban_table_close (BanTable *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BanTable, ban_table_close)

/**
 * ban_table_look_up:
 * @ban: (out): what is known of the address, whether it is banned or not: @ban->failures of 0 says
 * nothing is
 *
 * Whether @address is banned now. Any thread; waits for nobody, whatever other threads and
 * processes do. A table that can't be read bans nobody; the log says so.
 */
gboolean ban_table_look_up (BanTable *table, const IpAddress *address, Ban *ban);

/** Whether what is on its way to the disk makes a ban of what was looked up. Who tries many passwords
 * at once shall not gain from the disk being slower than they are. */
gboolean ban_table_is_due (const Ban *ban, const BanLimits *limits);

/**
 * BanNoted:
 * @ban: (nullable): the ban that this failure began, %NULL for none
 *
 * Called in the table's own thread, once, when the failure is on the disk or could not be written
 * (which the log has said).
 */
typedef void (*BanNoted) (gpointer user_data, const Ban *ban);

/**
 * ban_table_failed:
 * @user: whom the client tried to be; bytes as they came
 * @noted: (nullable)
 *
 * Notes that a log-on from @address has failed now. Any thread; never waits.
 */
void ban_table_failed (BanTable *table,
                       const IpAddress *address,
                       const char *user,
                       const BanLimits *limits,
                       BanNoted noted,
                       gpointer user_data);

/** Notes that a log-on from @address has succeeded: its failures are forgotten, but a ban stays.
 * Any thread; never waits; costs a look-up where nothing is known of the address. */
void ban_table_succeeded (BanTable *table, const IpAddress *address);

/** Ends the ban of @address, and forgets its failures. Waits for the disk. Returns FALSE when it
 * was not banned, or with @error. */
gboolean ban_table_lift (BanTable *table, const IpAddress *address, GError **error);

/** Reads the whole table. Returns: (transfer full) (element-type Ban): the bans in force, those
 * that end last first */
GArray *ban_table_list (BanTable *table, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * How long a client waits for the answer to a log-on that failed: 1 s after the first failure in a
 * row, then 2 s, 4 s... at most 15 s. Count it with a timer from the moment that the client's
 * command came, not from when the check was done: so the answer hides how long that took.
 * @failures: this one included: one more than ban_table_look_up() gave before the check
 */
guint ban_table_delay_ms (guint failures);

/** Takes the time from @clock from now on: for tests, which can't set the system's. */
void ban_table_set_clock (BanTable *table, MomentClock clock, gpointer user_data);

/** Lets the table hold so many addresses instead of BAN_TABLE_MAX_ADDRESSES: for tests. */
void ban_table_set_room (BanTable *table, gsize addresses);
