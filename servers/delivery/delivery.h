/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/settings.h"
#include "servers/delivery/delivery-counters.h"
#include "servers/queue/queue.h"

/**
 * SECTION: delivery
 *
 * Makes the queue's promises true: takes the messages that are due, at once when one was added, by
 * the clock otherwise, and delivers many side by side in a worker of its own.
 *
 * A message is delivered at least once. Should the process, or the other host, die after it has
 * taken the message and before that is written down, the message is delivered again; into a mailbox
 * it is not, as the mail's name is the same (see deliver_local()).
 */
typedef struct _Delivery Delivery;

typedef struct
{
  const char *state_dir;
  const char
      *resolver; /* (nullable): "ADDRESS:PORT" of the DNS server to ask instead of the system's */
  guint16 exchanger_port; /* 25; where mail exchangers listen */
} DeliveryOptions;

/** @queue: outlives the delivery, which is its one reader. Begins at once. */
Delivery *delivery_new (Queue *queue,
                        const DeliveryOptions *options,
                        const Settings *settings,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Ends in order: what is decided is written down; a host that has a whole message and has not
 * answered yet is given 10 s. */
void delivery_free (Delivery *delivery);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Delivery, delivery_free)

/** An attempt that begins after the return follows @settings. The main thread; reads the file of the
 * certificate authorities. */
void delivery_apply (Delivery *delivery, const Settings *settings);

/** How many messages are being delivered just now. Any thread. */
guint delivery_count_active (Delivery *delivery);

/** Whether the message is being delivered just now. Any thread. */
gboolean delivery_is_active (Delivery *delivery, guint64 id);

/** Adds what deserves the administrator's hand: see DaemonServer. */
void delivery_troubles (Delivery *delivery, GStrvBuilder *troubles);

const DeliveryCounters *delivery_counters (Delivery *delivery);
