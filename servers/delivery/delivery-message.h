/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/delivery/delivery-means.h"

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

/** The message is done with for now. Comes from the loop; frees the message. @crowded: (nullable):
 * nothing was done, as the line for this destination is crowded */
typedef void (*DeliveryMessageDone) (gpointer user_data, guint64 id, const char *crowded);

/** What is known of a message before it is read. */
typedef struct
{
  guint64 id;
  const char *destination; /* (nullable) one that is in trouble, as others have found */
  const char *trouble;     /* (nullable) which */
} DeliveryMessageFacts;

/** @means: outlives the message */
DeliveryMessage *delivery_message_start (const DeliveryMeans *means,
                                         const DeliveryMessageFacts *facts,
                                         DeliveryMessageDone done,
                                         gpointer user_data);

/** Ends soon: what is decided is written down, what is not stays due. @done follows. */
void delivery_message_cancel (DeliveryMessage *message);
