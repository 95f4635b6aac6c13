/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/bus/counter-name.h"

gboolean
counter_name_is_gauge (const char *name)
{
  static const char *const gauges[] = { "sessions", "waiting", "held", NULL };

  return g_strv_contains (gauges, name);
}
