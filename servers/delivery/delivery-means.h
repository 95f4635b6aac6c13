/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/auth/quota.h"
#include "servers/delivery/deliver-remote.h"
#include "servers/delivery/due-reader.h"
#include "servers/delivery/report-recipients.h"
#include "servers/delivery/users.h"
#include "servers/queue/queue.h"

/** What all messages share. */
typedef struct
{
  Queue *queue;
  Worker *worker;
  DueReader *reader;
  PolicyHolder *policy;
  Users *users;
  Quota *quota;
  ReportRecipients *report_recipients;
  const char *state_dir;
  DeliverRemoteMeans remote;
  DeliveryCounters *counters;
} DeliveryMeans;
