/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/** What has happened since the start, in recipients; written and read by any thread, each number by
 * itself. */
typedef struct
{
  _Atomic guint64 delivered_local;
  _Atomic guint64 delivered_remote;
  _Atomic guint64 deferred;
  _Atomic guint64 failed;
  _Atomic guint64 bounces; /* messages */
} DeliveryCounters;
