/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/delivery/deliver-remote.h"
#include "servers/delivery/report-recipients.h"
#include "servers/delivery/delivery-counters.h"
#include "servers/delivery/users.h"
#include "servers/queue/queue.h"

/**
 * SECTION: delivery-message
 *
 * One message that is due, from the queue and back into it, or out of it: read, its recipients
 * sorted by route, an attempt made on each route side by side, the results written down.
 *
 * What is delivered is written to the queue as soon as it is known while other routes are still
 * tried, so that after a crash nobody gets the message twice but those whose delivery was just then
 * under way. Everything happens in the worker's thread but what may block.
 */
typedef struct _DeliveryMessage DeliveryMessage;

/** What all messages share. */
typedef struct
{
  Queue *queue;
  Worker *worker;
  PolicyHolder *policy;
  Users *users;
  ReportRecipients *report_recipients;
  const char *state_dir;
  DeliverRemoteMeans remote;
  DeliveryCounters *counters;
} DeliveryMeans;

/** The message is done with for now. Comes from the loop; frees the message. */
typedef void (*DeliveryMessageDone) (gpointer user_data, guint64 id);

/** @means: outlives the message */
DeliveryMessage *delivery_message_start (DeliveryMeans *means,
                                         guint64 id,
                                         DeliveryMessageDone done,
                                         gpointer user_data);

/** Ends soon: what is decided is written down, what is not stays due. @done follows. */
void delivery_message_cancel (DeliveryMessage *message);
