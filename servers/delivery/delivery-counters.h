/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/** What has happened since the start, in recipients where nothing else is said; written and read by
 * any thread, each number by itself. */
typedef struct
{
  _Atomic guint64 delivered_local;
  _Atomic guint64 delivered_remote;
  _Atomic guint64 deferred;
  _Atomic guint64 failed;
  _Atomic guint64 bounces;              /* messages */
  _Atomic guint64 connections;          /* to other hosts */
  _Atomic guint64 connections_reused;   /* messages that went over one that was open */
  _Atomic guint64 connections_tls;      /* with TLS */
  _Atomic guint64 connections_verified; /* and a good certificate */
  _Atomic guint64 log_ons;              /* to other hosts, that succeeded */
  _Atomic guint64 token_fetches;        /* of OAuth access tokens */
} DeliveryCounters;
