/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/** Returns: (transfer full): "<unique@host_name>" for a greeting (RFC 1939, section 7): never the
 * same again, and not to be guessed */
char *pop3_timestamp_new (const char *host_name);
