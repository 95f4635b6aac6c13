/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/** Where a message stands in the order of next attempts. All zero: in front of all. */
typedef struct
{
  gint64 when; /* seconds since 1970 */
  guint64 id;
} QueuePlace;
