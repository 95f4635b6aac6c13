/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * SECTION: queue-wake
 *
 * A nudge from whoever adds a message to the delivery: a datagram socket in the queue's folder. A
 * nudge that is lost is no harm: the delivery also looks by the clock. The socket is reached
 * through /proc/self/fd, as a folder's name may be longer than a socket's name can be.
 */

/** Makes the socket "wake" in the folder, in place of one that is there. Returns: the socket,
 * non-blocking; -1 with @error */
int queue_wake_bind (int folder_fd, GError **error);

/** Returns: a socket to nudge with, for queue_wake_send(); -1 with @error */
int queue_wake_open (GError **error);

/** Nudges who has the socket of that folder bound, if anybody. Never waits. */
void queue_wake_send (int fd, int folder_fd);

/** Takes all nudges that are there from a socket of queue_wake_bind(). */
void queue_wake_drain (int fd);
