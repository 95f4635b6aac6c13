/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/settings.h"

/**
 * SECTION: own-host
 *
 * Is that next hop this very server? Mail that is sent there would come back until its Received
 * fields are too many.
 */

/** Whether @host is the name that this server gives itself. */
gboolean own_host_has_name (const Settings *settings, const char *host);

/** Whether this server's SMTP listeners take connections at that address and port. */
gboolean own_host_has_address (const Settings *settings, const IpAddress *address, guint16 port);
