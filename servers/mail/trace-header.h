/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * SECTION: trace-header
 *
 * The fields that a mail server puts before a message. No byte of a fact can end a field or begin
 * another one: what may not stand in a header is replaced. Addresses may be in UTF-8 (RFC 6532).
 */

/** What a Received field tells (RFC 5321, section 4.4). */
typedef struct
{
  const char *helo;           /* what the client called itself */
  const char *client_address; /* text of the address */
  const char *host_name;      /* ours */
  const char *protocol;       /* "SMTP", "ESMTPSA", "UTF8SMTP" (RFC 3848, RFC 6531) */
  const char *tls;            /* (nullable) "TLSv1.3 TLS_AES_256_GCM_SHA384" */
  const char *queue_id;
  const char *recipient; /* (nullable) named only when there is just one */
  gint64 time;           /* seconds since 1970, UTC */
} TraceFacts;

/** Returns: (transfer full): the Received field, folded, with CR LF at its end */
char *trace_header_received (const TraceFacts *facts);

/** Returns: (transfer full): "Return-Path: <joe@example.org>" and CR LF; "<>" for the sender "" */
char *trace_header_return_path (const char *sender);

/** Returns: (transfer full): a date as RFC 5322, section 3.3, writes it, in UTC */
char *trace_header_date (gint64 time);
