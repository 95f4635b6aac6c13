/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/** What would have to change so that an address is not refused by a rule any more. */
typedef struct
{
  const char *list;  /* the setting that is to have the address */
  const char *needs; /* (nullable) the setting that has to be on for that */
} RefusalRemedy;

/** Returns: (transfer none) (nullable): %NULL where it is not the address that matters */
const RefusalRemedy *refusal_remedy_find (const char *rule);
