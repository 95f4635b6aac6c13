/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/settings.h"
#include "servers/delivery/attempt.h"
#include "servers/delivery/report.h"

/**
 * SECTION: delivery-log
 *
 * What the delivery writes into the log, one event a line; postern-log(7) says what each means.
 */

/** delivered, deferred, failed: one for each recipient of @attempt that was tried. The envelope's
 * attempts don't count this one yet. @now: seconds since 1970 */
void delivery_log_attempt (const Attempt *attempt, const RetrySettings *retries, gint64 now);

/** failed: for the recipients (element-type guint) that are not tried again. */
void delivery_log_given_up (const Envelope *envelope, const GArray *given_up);

/** unreturned: for the failures among @rows (element-type ReportRow), of a message that is a report
 * itself; nobody is told of them. */
void delivery_log_unreturned (const Envelope *envelope, const GArray *rows);

/** bounced: a report, of the kind @kind, about @envelope is in the queue. */
void delivery_log_report (const Envelope *envelope, guint64 report_id, ReportAction kind);

/** queue-changed. @deed: "held", "released", "retried", "removed"; @ids: (nullable): %NULL for all */
void delivery_log_deed (const char *deed, guint count, const char *const *ids, const char *by);
