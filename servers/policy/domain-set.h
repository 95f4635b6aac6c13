/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/** Domain patterns, arranged for look-up: "example.org" matches itself, "*.example.org" all below it, "*" everything. */
typedef struct _DomainSet DomainSet;

/** @patterns: lower case, NULL-terminated */
DomainSet *domain_set_new (char *const *patterns);
void domain_set_free (DomainSet *set);

/** @domain: any case, with or without a trailing dot. An address literal matches no pattern but "*". */
gboolean domain_set_match (const DomainSet *set, const char *domain);
