/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/queue/envelope.h"

/**
 * SECTION: report
 *
 * The message that tells a sender what became of a message: a multipart/report (RFC 6522) with a
 * text for people, a message/delivery-status for programs (RFC 3464), and the header of the message
 * that it is about, or, in a bounce with RET=FULL (RFC 3461), all of it. Where an address or the
 * header needs UTF-8, and SMTPUTF8 was said, the parts are those of RFC 6533 (message/global-...).
 */

/** What has happened to a recipient; in the order of weight. */
typedef enum
{
  REPORT_FAILED,
  REPORT_DELAYED,  /* it is still tried */
  REPORT_RELAYED,  /* to a host that reports nothing */
  REPORT_DELIVERED /* into a mailbox */
} ReportAction;

typedef struct
{
  guint recipient; /* its index in the envelope */
  ReportAction action;
  char *host; /* (nullable): the other one that had to do with it, by name or as "[192.0.2.1]" */
} ReportRow;

typedef struct
{
  const char *host_name;    /* ours */
  const Envelope *envelope; /* of the message that it is about; its sender gets the report, and is
                               not the null sender; the reasons say why */
  const GArray *rows;       /* (element-type ReportRow) one or more */
  GBytes *content;          /* of the message that it is about */
  guint64 id;               /* the report's own */
  gint64 time;              /* now, in seconds since 1970 */
  gint64 retried_until;     /* the same: the last attempt for those that are delayed */
} ReportFacts;

/** What the report needs on its way. */
typedef struct
{
  gboolean eight_bit; /* 8BITMIME: it has bytes above 127 */
  gboolean utf8;      /* SMTPUTF8: the sender's address has */
} ReportNeeds;

/** RET=FULL gives back messages up to this size; of larger ones the header. */
#define REPORT_FULL_MAX_BYTES (10 * 1024 * 1024)

/** Returns: (transfer full): the content of the report, its lines ended by CR LF */
GBytes *report_build (const ReportFacts *facts, ReportNeeds *needs);

/** The action that weighs most among the rows: what the report is. */
ReportAction report_kind (const GArray *rows);

/** "failed", "delayed", "relayed", "delivered" (RFC 3464, section 2.3.3) */
const char *report_action_to_string (ReportAction action);
