/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/queue/envelope.h"

/**
 * Which messages of the queue are meant: those for which all that is said here is true. In a
 * pattern "*" stands for any text, and the case of ASCII letters does not matter.
 */
typedef struct
{
  const char *sender;      /* (nullable): a pattern; "" is the null sender */
  const char *recipient;   /* (nullable): a pattern of the address of one that still waits */
  const char *destination; /* (nullable): the same, of its domain */
  gboolean held_only;      /* held by an administrator */
  gboolean kept_only;      /* kept by a filter; with held_only: held or kept */
  guint64 after;           /* with a higher id than this: for a list that is read in parts */
} QueueFilter;

gboolean queue_filter_matches (const QueueFilter *filter, const Envelope *envelope);
