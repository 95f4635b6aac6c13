/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/live/refusal-remedy.h"

static const struct
{
  const char *rule;
  RefusalRemedy remedy;
} rows[] = {
  { "no-rule", { "smtp.relay.addresses", "smtp.relay.address-list" } },
  { "submission-only", { "smtp.relay.addresses", "smtp.relay.address-list" } },
  { "refused-address", { "smtp.connection.excepted", NULL } },
  { "blocklisted", { "smtp.connection.excepted", NULL } },
};

const RefusalRemedy *
refusal_remedy_find (const char *rule)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if (g_str_equal (rows[i].rule, rule))
      return &rows[i].remedy;
  return NULL;
}
