/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/ip-network.h"
#include "servers/dns/dns-answer.h"

/**
 * SECTION: blocklist-memory
 *
 * What all workers together know of DNS blocklists: what the lists said, as long as their answers
 * hold, and which lists can't be reached. Thread-safe, bounded, in memory alone; a look-up takes the
 * same time however much is in it.
 */
typedef struct _BlocklistMemory BlocklistMemory;

/** As many answers are remembered; then the one that was learnt first is forgotten. */
#define BLOCKLIST_MEMORY_MAX 50000

/** No answer is remembered longer, whatever it says. */
#define BLOCKLIST_MEMORY_SECONDS_MAX 3600

/** A list that fails so often in a row is not asked for BLOCKLIST_REST_SECONDS; then one question
 * goes out to see whether it is back. */
#define BLOCKLIST_FAILURES_MAX 5
#define BLOCKLIST_REST_SECONDS 60

/** What one list said of one address. */
typedef struct
{
  gboolean is_listed;
  char text[DNS_TEXT_MAX + 1]; /* the list's reason; "" for none */
} BlocklistRecord;

BlocklistMemory *blocklist_memory_new (void);
void blocklist_memory_free (BlocklistMemory *memory);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BlocklistMemory, blocklist_memory_free)

/** @name: the name that is asked for. Returns FALSE, and leaves @record alone, when it is not known,
 * or not any more. */
gboolean blocklist_memory_look_up (BlocklistMemory *memory,
                                   const char *name,
                                   BlocklistRecord *record) G_GNUC_WARN_UNUSED_RESULT;

/** Remembers an answer that is good for @seconds. */
void blocklist_memory_learn (BlocklistMemory *memory,
                             const char *name,
                             const BlocklistRecord *record,
                             guint seconds);

/** Whether @list is to be asked now: not while it rests. */
gboolean blocklist_memory_admits (BlocklistMemory *memory, const char *list);

/** @list has answered, whatever it said. The log says when it is back. */
void blocklist_memory_answered (BlocklistMemory *memory, const char *list);

/** @list has not answered, or not sensibly. The log says, once, when it begins to rest. */
void blocklist_memory_failed (BlocklistMemory *memory, const char *list);

/** @list gave an answer that lists nobody: 127.255.255.x means that it does not serve us, and others
 * that it is none (any more). The log says so, once an hour for each list. */
void blocklist_memory_refused (BlocklistMemory *memory, const char *list, const IpAddress *answer);

/** Returns: the time in seconds, on a clock that is never set back */
typedef gint64 (*BlocklistClock) (gpointer user_data);

/** Takes the time from @clock from now on: for tests. */
void blocklist_memory_set_clock (BlocklistMemory *memory, BlocklistClock clock, gpointer user_data);
