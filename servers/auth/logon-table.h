/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/ip-network.h"
#include "servers/auth/moment.h"

/**
 * SECTION: logon-table
 *
 * Who has logged on to the POP server, from which address and when: written by the POP server, read
 * by the SMTP server while mail is sent. The table keeps times, not ends: whether a log-on is still
 * within the window is the relay policy's to say, with the settings of that moment.
 *
 * A process opens the table once (an LMDB store). The writer can be asked, too.
 *
 * What is recorded is seen by every reader before its client hears of it, and survives the end of
 * the processes, however they end. It is on the disk a moment later, in step with the next log-ons,
 * or at once where none waits: a power loss may take back those of the last few milliseconds, whose
 * devices log on again when the system is back, and nothing else; the table stays whole. What is
 * revoked is on the disk before anybody hears of it: a grant that was taken away does not come back.
 *
 * Time: a log-on carries its moment (see there), so a jump of a clock never lengthens a window. A
 * reboot ends every log-on: how long it took, only the wall clock could tell, which may have been set
 * back. Whoever looks for mail next is logged on again.
 */
typedef struct _LogonTable LogonTable;

typedef struct
{
  IpAddress address; /* under which it stands: policy_logon_address() */
  IpAddress client;  /* who logged on; of the same address or link */
  char user[256];
  guint64 mark;     /* for credentials_vouch() */
  gint64 wall_time; /* seconds since 1970, UTC */
  gint64 age;       /* seconds since the log-on, 0 and up */
  gint64 instant;   /* nanoseconds: tells it from any other log-on of that address in this boot */
} Logon;

typedef enum
{
  LOGON_TABLE_READER, /* the SMTP server; an absent table is an empty one until the POP server makes
                         it */
  LOGON_TABLE_WRITER  /* the POP server */
} LogonTableRole;

/** @folder: STATE/log-ons */
LogonTable *logon_table_open (const char *folder,
                              LogonTableRole role,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
void logon_table_close (LogonTable *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LogonTable, logon_table_close)

/** Looks up the newest log-on from @address. Any thread; never waits for a writer. FALSE when there
 * is none, or when the table can't be read now. */
gboolean logon_table_look_up (LogonTable *table, const IpAddress *address, Logon *logon);

typedef enum
{
  LOGON_NONE,
  LOGON_FOUND,
  LOGON_UNSURE /* the table can't be read now, for want of descriptors or of memory, say: nobody is
                  to be turned away for good; the log says why */
} LogonFinding;

/** The same, where it matters whether there is none, or nobody knows. */
LogonFinding logon_table_find (LogonTable *table, const IpAddress *address, Logon *logon);

/** Called in the writer's thread: the log-on can be seen by every reader, and survives kill -9,
 * when @error is %NULL. */
typedef void (*LogonRecorded) (gpointer user_data, const GError *error);

/** What is to be recorded. */
typedef struct
{
  IpAddress address; /* under which: policy_logon_address() */
  IpAddress client;  /* who logs on */
  const char *user;
  guint64 mark; /* credentials_mark() */
} LogonEntry;

/** Records a log-on now, in place of an older one of that address. Any thread; never waits. */
void logon_table_record (LogonTable *table,
                         const LogonEntry *entry,
                         LogonRecorded recorded,
                         gpointer user_data);

/** Has that very log-on count as made now. Waits for the disk. Returns FALSE when it is not there any
 * more, revoked or followed by another one, or with @error. */
gboolean logon_table_extend (LogonTable *table, const Logon *logon, GError **error);

/** Forgets the log-on of @address. Waits for the disk. Returns FALSE when there was none, or with
 * @error. */
gboolean logon_table_revoke (LogonTable *table, const IpAddress *address, GError **error);

/** Forgets every log-on. Waits for the disk. */
gboolean logon_table_revoke_all (LogonTable *table, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Forgets all log-ons older than @seconds. Waits for the disk. */
gboolean
logon_table_purge (LogonTable *table, gint64 seconds, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Returns: (transfer full) (element-type Logon): those younger than @seconds, newest first */
GArray *
logon_table_list (LogonTable *table, gint64 seconds, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Takes the time from @clock from now on: for tests, which can't set the system's. */
void logon_table_set_clock (LogonTable *table, MomentClock clock, gpointer user_data);
