/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/delivery/delivery-means.h"

/**
 * SECTION: delivery-run
 *
 * An attempt under way: into the mailboxes, or to another host once it has its turn at that
 * destination. Everything happens in the worker's thread but what may block.
 */
typedef struct _DeliveryRun DeliveryRun;

/** The attempt is at its end: each recipient has its result, but for those that were not tried as
 * the run was cancelled. */
typedef void (*DeliveryRunDone) (gpointer user_data, const Attempt *attempt);

/** @means, @attempt: outlive the run */
DeliveryRun *delivery_run_new (const DeliveryMeans *means,
                               Attempt *attempt,
                               DeliveryRunDone done,
                               gpointer user_data);
void delivery_run_free (DeliveryRun *run);

/** Begins. @done may come before the return. */
void delivery_run_start (DeliveryRun *run);

/** Begins no attempt, as the destination is known to be in @trouble. @done comes before the return.
 */
void delivery_run_start_in_trouble (DeliveryRun *run, const char *trouble);

/** Ends soon, and leaves untried what was not decided; @done follows. */
void delivery_run_cancel (DeliveryRun *run);

/** Whether the run stands in the line for its destination, and that is crowded. */
gboolean delivery_run_is_held_up (const DeliveryRun *run);

/** Takes a run out of the line; @done does not come. */
void delivery_run_withdraw (DeliveryRun *run);

/** Returns: (transfer none): the name of the destination, as #Destinations has it; "" for the
 * mailboxes */
const char *delivery_run_destination (const DeliveryRun *run);
