/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/auth/device-table.h"
#include "servers/pop3/pop3-session.h"

/**
 * SECTION: pop3-visit
 *
 * Who has logged on from where and how, as the table of devices keeps it.
 */
typedef struct
{
  const IpAddress *address; /* the client's */
  const char *mailbox;
  Pop3Method method;
  const char *tls; /* (nullable) version and cipher */
} Pop3Visit;

/** Notes that it has logged on so often, and fetched so many messages. Never waits. */
void pop3_visit_note (const Pop3Visit *visit, guint log_ons, guint retrieved, DeviceTable *devices);
