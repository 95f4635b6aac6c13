/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * Domain patterns, arranged for look-up: "example.org" matches itself, "*.example.org" all below
 * it (and not example.org itself), "*" everything. The most specific one decides: the domain's own
 * before those that end in stars, of these the longest, and "*" last. Immutable, read by many
 * threads. The time of a look-up depends on the domain's labels, not on the number of patterns.
 */
typedef struct _DomainMap DomainMap;

/** @patterns: lower case, NULL-terminated; where one stands twice, the first holds */
DomainMap *domain_map_new (char *const *patterns);
void domain_map_free (DomainMap *map);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DomainMap, domain_map_free)

/**
 * @domain: any case, with or without a trailing dot. An address literal matches no pattern but "*";
 * what is no domain (empty, or longer than 255 bytes) matches none.
 *
 * Returns: the index of the most specific pattern that matches, or -1
 */
int domain_map_find (const DomainMap *map, const char *domain);

/** The same, but "*" does not count. */
int domain_map_find_own (const DomainMap *map, const char *domain);

/** Whether any pattern matches. */
gboolean domain_map_match (const DomainMap *map, const char *domain);
