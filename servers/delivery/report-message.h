/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/delivery/report.h"
#include "servers/queue/queue.h"

/**
 * report_message_new:
 * @facts: all but the id, which comes from @queue
 * @recipients: (element-type utf8): who gets it
 * @body: gets the content: (transfer full)
 *
 * Returns: (transfer full): the envelope of a report, from the null sender (RFC 5321, section
 * 4.5.5), to be added to the queue; %NULL with @error
 */
Envelope *report_message_new (Queue *queue,
                              const ReportFacts *facts,
                              const GPtrArray *recipients,
                              QueueBody **body,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
