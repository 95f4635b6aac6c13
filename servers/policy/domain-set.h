/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * Domain patterns, arranged for look-up: "example.org" matches itself, "*.example.org" all below
 * it, "*" everything. Immutable, read by many threads. The time of a look-up depends on the
 * domain's labels, not on the number of patterns.
 */
typedef struct _DomainSet DomainSet;

/** @patterns: lower case, NULL-terminated */
DomainSet *domain_set_new (char *const *patterns);
void domain_set_free (DomainSet *set);

/**
 * @domain: any case, with or without a trailing dot. An address literal matches no pattern but "*";
 * what is no domain (empty, or longer than 255 bytes) matches none.
 */
gboolean domain_set_match (const DomainSet *set, const char *domain);
