/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/delivery/users.h"
#include "servers/policy/policy.h"

/**
 * SECTION: report-recipients
 *
 * Who gets a report: the sender of the message that it is about. A local one may be an alias, which
 * stands for others; what lies in the queue for a local domain is a mailbox's own address, so
 * reports are expanded as the SMTP server expands what it takes. Any thread.
 */
typedef struct _ReportRecipients ReportRecipients;

/** @users: outlives it */
ReportRecipients *report_recipients_new (Users *users);
void report_recipients_free (ReportRecipients *recipients);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ReportRecipients, report_recipients_free)

/** Returns: (transfer full) (element-type utf8): the addresses, one or more; the sender's own where
 * it stands for nobody else, or for nobody at all. %NULL with a G_IO_ERROR when the users can't be
 * asked now. May wait for the disk. */
GPtrArray *report_recipients_find (ReportRecipients *recipients,
                                   const Policy *policy,
                                   const char *sender,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
