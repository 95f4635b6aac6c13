/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/dns/dns-answer.h"
#include "servers/net/worker.h"

/**
 * SECTION: dns
 *
 * Asks the DNS (and /etc/hosts, for addresses) in a worker's event loop. Everything happens in that
 * worker's thread. An answer may come before the call that asked returns.
 */
typedef struct _Dns Dns;

typedef enum
{
  DNS_FOUND,
  DNS_NOT_FOUND, /* there is no such name, or it has no address */
  DNS_NULL_MX,   /* the domain says that it takes no mail (RFC 7505) */
  DNS_TROUBLE    /* no answer, or no sensible one: ask again later */
} DnsStatus;

/** @resolver: (nullable): "ADDRESS:PORT" to ask instead of those in /etc/resolv.conf */
Dns *dns_new (Worker *worker, const char *resolver, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** The same for questions whose answer is worth nothing some seconds later: it asks again sooner,
 * and gives up sooner. */
Dns *dns_new_hasty (Worker *worker, const char *resolver, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Answers what is under way with DNS_TROUBLE. Not from inside an answer. */
void dns_free (Dns *dns);

/** @exchangers: (element-type DnsExchanger): in the order in which they are to be tried (those of
 * equal preference in a random one); %NULL unless found. @reason: in words; "" when found */
typedef void (*DnsExchangersAnswer) (gpointer user_data,
                                     DnsStatus status,
                                     GPtrArray *exchangers,
                                     const char *reason);

/** Who takes mail for @domain: its MX records, or the domain itself where it has none (RFC 5321,
 * section 5.1). */
void
dns_find_exchangers (Dns *dns, const char *domain, DnsExchangersAnswer answer, gpointer user_data);

/** @addresses: (element-type IpAddress): in the order in which they are to be tried; %NULL unless
 * found */
typedef void (*DnsAddressesAnswer) (gpointer user_data,
                                    DnsStatus status,
                                    GArray *addresses,
                                    const char *reason);

void dns_find_addresses (Dns *dns, const char *host, DnsAddressesAnswer answer, gpointer user_data);

/** @addresses: (element-type IpAddress): %NULL unless found. @seconds: how long the answer may be
 * remembered, found or not; 0 for DNS_TROUBLE */
typedef void (*DnsIpv4Answer) (gpointer user_data,
                               DnsStatus status,
                               GArray *addresses,
                               guint seconds);

/** The A records of @name, from the DNS alone. */
void dns_find_ipv4 (Dns *dns, const char *name, DnsIpv4Answer answer, gpointer user_data);

/** @text: as dns_answer_read_text() gives it; "" unless found */
typedef void (*DnsTextAnswer) (gpointer user_data, DnsStatus status, const char *text);

/** The first TXT record of @name. */
void dns_find_text (Dns *dns, const char *name, DnsTextAnswer answer, gpointer user_data);
