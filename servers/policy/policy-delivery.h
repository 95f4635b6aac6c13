/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/policy/policy.h"

/**
 * SECTION: policy-delivery
 *
 * Where mail goes and how, as far as lists of rows say it. What is returned lives as long as the
 * policy.
 */

/** Returns: (nullable): the row of smtp.delivery.routes for mail to @domain; the most specific one
 * decides. An address literal has none but "*". */
const MailRoute *policy_route (const Policy *policy, const char *domain);

/**
 * policy_delivery_tls:
 * @domain: the recipient's
 * @host: the one that the mail is handed to
 *
 * How strictly TLS is used. A row of smtp.delivery.tls-rules for the domain decides; one for the
 * host can make that stricter, and decides where the domain has none (so somebody who forges the
 * DNS, and thereby chooses the host, can't choose a laxer rule for a domain that has one). The row
 * "*" comes after both, and smtp.delivery.tls last.
 */
DeliveryTls policy_delivery_tls (const Policy *policy, const char *domain, const char *host);

/**
 * policy_secret_tls:
 * @tls: what policy_delivery_tls() says of mail to @host
 *
 * How strictly TLS is used where @host is to be logged on to. The secret goes only to a host that is
 * known by its certificate (DELIVERY_TLS_VERIFY), unless a row for that very host says "must". Where
 * TLS is switched off it stays so, and there can be no log-on.
 */
DeliveryTls policy_secret_tls (const Policy *policy, const char *host, DeliveryTls tls);

/** Returns: (nullable): how to log on to @host (a name, or an address without brackets) at @port.
 * To be asked only about hosts that the settings name, never about those that the DNS does. */
const HostCredential *policy_credential (const Policy *policy, const char *host, guint16 port);
