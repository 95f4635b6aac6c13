/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/host-credential.h"

/** What a server has said that it can do, in its answer to EHLO. */
typedef struct
{
  gboolean pipelining; /* RFC 2920 */
  gboolean size;       /* RFC 1870 */
  guint64 size_limit;  /* bytes; 0: none was told */
  gboolean eight_bit;  /* RFC 6152 */
  gboolean chunking;   /* RFC 3030 */
  gboolean dsn;        /* RFC 3461 */
  gboolean utf8;       /* RFC 6531 */
  gboolean start_tls;  /* RFC 3207 */
  guint methods;       /* bits, 1 << #HostCredentialMethod, of AUTH (RFC 4954) */
} SmtpOffer;

/** Reads a line of the answer, without its code (RFC 5321, section 4.1.1.1). @line: (array
 * length=length) */
void smtp_offer_read (SmtpOffer *offer, const char *line, gsize length);

gboolean smtp_offer_has_method (const SmtpOffer *offer, HostCredentialMethod method);
