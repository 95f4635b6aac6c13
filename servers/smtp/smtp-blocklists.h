/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/dns/blocklist.h"

/**
 * SECTION: smtp-blocklists
 *
 * The blocklists of all workers: each worker has its own way to ask, made at its first question; all
 * share one memory.
 */
typedef struct _SmtpBlocklists SmtpBlocklists;

/** @resolver: (nullable): as for blocklist_new() */
SmtpBlocklists *smtp_blocklists_new (const char *resolver);

/** Closes first, where that was not done yet. */
void smtp_blocklists_free (SmtpBlocklists *blocklists);

/** Returns: (transfer none) (nullable): the worker's own; %NULL where it can't be had, which the log
 * says, and after smtp_blocklists_close(). In the worker's thread. */
Blocklist *smtp_blocklists_get (SmtpBlocklists *blocklists, Worker *worker);

/** The worker ends, and does not ask any more: what is under way is answered. From another thread,
 * while the worker lives. */
void smtp_blocklists_leave (SmtpBlocklists *blocklists, Worker *worker);

/** Answers what is under way, and asks nothing any more. From the main thread, while the workers
 * live. */
void smtp_blocklists_close (SmtpBlocklists *blocklists);
