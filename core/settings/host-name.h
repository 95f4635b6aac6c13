/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/** The longest host name, without its NUL (RFC 1035, section 3.1). */
#define HOST_NAME_MAX_LENGTH 253

/**
 * host_name_is_valid:
 *
 * Whether @text is a host name or domain: parts of letters, digits and inner hyphens, 1 to 63
 * characters each, with dots between them (RFC 1123, section 2.1). One part suffices; a dot at the
 * end is refused.
 */
gboolean host_name_is_valid (const char *text);

/** Whether @text is a domain, or *.domain for the domains below it, or * for every domain. */
gboolean host_name_is_pattern (const char *text);
