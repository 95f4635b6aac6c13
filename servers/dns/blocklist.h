/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/settings.h"
#include "servers/dns/blocklist-memory.h"
#include "servers/net/worker.h"

/**
 * SECTION: blocklist
 *
 * Asks DNS blocklists (RFC 5782) about clients, in a worker's loop. Each worker has one; all share
 * one memory. Everything happens in that worker's thread.
 *
 * Only an answer in 127.0.0.0/8, but not in 127.255.255.0/24, lists an address (section 2.1; by the
 * latter lists tell that they do not serve who asks). No answer lists nobody: BLOCKLIST_SECONDS
 * after the question the result is given without what is still missing.
 */
typedef struct _Blocklist Blocklist;

/** How long a question takes at most. */
#define BLOCKLIST_SECONDS 3

/** As long as it is being given. */
typedef struct
{
  gboolean is_listed; /* by any list, or by all, as was asked */
  const char *list;   /* the first of the lists that has the address; "" for none */
  const char *text;   /* that list's reason: printable, at most DNS_TEXT_MAX bytes; "" for none */
} BlocklistAnswer;

typedef void (*BlocklistDone) (gpointer user_data, const BlocklistAnswer *answer);

/** @resolver: as for dns_new(). @memory: outlives it */
Blocklist *blocklist_new (Worker *worker,
                          BlocklistMemory *memory,
                          const char *resolver,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Answers what is under way: not listed. In the worker's thread, not from inside an answer. */
void blocklist_free (Blocklist *blocklist);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Blocklist, blocklist_free)

/**
 * blocklist_ask:
 * @lists: the lists' domains; copied
 *
 * Asks about @address; @done is called once, before the return where the answers are remembered or
 * there is nothing to ask. Questions about the same address share their look-ups. Something that is
 * no domain ("*") is no list.
 */
void blocklist_ask (Blocklist *blocklist,
                    char *const *lists,
                    BlocklistMatch match,
                    const IpAddress *address,
                    BlocklistDone done,
                    gpointer user_data);

/** Returns: (transfer full): the words of a refusal: "Connection refused: 192.0.2.1 is listed by
 * bl.example (TEXT); ask there to have it taken off" */
char *blocklist_answer_to_reason (const BlocklistAnswer *answer, const IpAddress *address);
