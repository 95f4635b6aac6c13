/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * SECTION: report-text
 *
 * What strangers wrote, made fit to stand in a report: no byte of it ends a line or a part.
 */

/** RFC 5322, section 2.1.1: no line is longer than 998 bytes. */
#define REPORT_TEXT_LINE_MAX 998

typedef enum
{
  REPORT_TEXT_ASCII,
  REPORT_TEXT_UTF8
} ReportTextKind;

/** Appends @bytes (array length=length), at most @max of them and no broken letter; what the kind
 * does not have, control bytes included, becomes "?". */
void
report_text_append (GString *text, ReportTextKind kind, const char *bytes, gsize length, gsize max);

/** Returns: how much of @content is the header, in whole lines of at most @max bytes in all, without
 * the empty line behind it */
gsize report_text_header_length (const char *content, gsize length, gsize max);

/** Appends a header of that length line by line, each ended by CR LF. */
void
report_text_append_header (GString *text, ReportTextKind kind, const char *header, gsize length);

/** Appends a message as it is, but with each line ended by CR LF, the last one, too. */
void report_text_append_message (GString *text, const char *content, gsize length);

/** Returns: (transfer full): the enhanced status code (RFC 3463) that stands in @reply, an SMTP
 * reply, if it is of @class ('2', '4' or '5'); "CLASS.0.0" otherwise */
char *report_text_status (const char *reply, char class);
