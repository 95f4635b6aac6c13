/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/ip-network.h"

/**
 * SECTION: dns-answer
 *
 * Reads the answers of DNS servers (RFC 1035, section 4), which anybody may have sent: whole or not
 * at all, and bounded. Results are those of c-ares: ARES_SUCCESS, ARES_ENODATA where the answer
 * holds no such record, and others for an answer that is none.
 */

/** A host that takes mail for a domain. */
typedef struct
{
  char *host; /* (owned) "" where it is the null MX (RFC 7505) */
  guint preference;
} DnsExchanger;

/** The longest text that dns_answer_read_text() gives, without its NUL. */
#define DNS_TEXT_MAX 200

/** How long an answer that names no time may be remembered. */
#define DNS_DEFAULT_SECONDS 300

/** Adds the MX records to @exchangers (element-type DnsExchanger), the lowest preference first, equal
 * ones in a random order (RFC 5321, section 5.1). */
int dns_answer_read_exchangers (const guint8 *bytes,
                                gsize length,
                                GPtrArray *exchangers) G_GNUC_WARN_UNUSED_RESULT;

/** Returns: (transfer full) (element-type DnsExchanger): an empty list */
GPtrArray *dns_answer_exchangers_new (void);

/** Adds one to the list. */
void dns_answer_add_exchanger (GPtrArray *exchangers, const char *host, guint preference);

/** Adds the A records, 16 at most, to @addresses (element-type IpAddress). @seconds: how long they
 * may be remembered */
int dns_answer_read_ipv4 (const guint8 *bytes, gsize length, GArray *addresses, guint *seconds)
    G_GNUC_WARN_UNUSED_RESULT;

/** Returns: (transfer full): the first TXT record, its pieces joined, of at most DNS_TEXT_MAX bytes:
 * printable ASCII, other bytes as "?" ; or %NULL */
char *dns_answer_read_text (const guint8 *bytes, gsize length);

/** Whether the answer says that it holds less than there is (TC; RFC 1035, section 4.1.1). @bytes: (nullable) */
gboolean dns_answer_is_cut (const guint8 *bytes, gsize length);

/** How long it may be remembered that something is not there (RFC 2308, section 5):
 * DNS_DEFAULT_SECONDS where the answer has no SOA record. @bytes: (nullable) */
guint dns_answer_negative_seconds (const guint8 *bytes, gsize length);
