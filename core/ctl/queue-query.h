/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/ctl/client.h"

/** Which messages of the queue are meant, as the command line says it. */
typedef struct
{
  char *sender, *recipient, *destination; /* (nullable): patterns */
  gboolean held, kept;
  gboolean all; /* named so that nobody means all of them by forgetting something */
  gint limit;   /* 0: none */
} QueueQuery;

/** Whether it says which messages are meant. */
gboolean queue_query_is_said (const QueueQuery *query);

/** Returns: (transfer full): the messages, an aa{sv}, as Queue1.List describes them; all that are
 * meant, however many the bus takes at a time. %NULL with an error */
GVariant *queue_query_list (const QueueQuery *query, Client *client, GError **error);

/** Returns: (transfer full) (array zero-terminated=1): their ids; %NULL with an error */
char **queue_query_ids (const QueueQuery *query, Client *client, GError **error);
