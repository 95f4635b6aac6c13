/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/queue/queue.h"

/** A queue in a folder of its own, for the tests of the queue, and messages that tell whether they
 * are whole. */
typedef struct
{
  char *folder; /* (owned) */
} QueueFixture;

void queue_fixture_set_up (QueueFixture *fixture, gconstpointer data);
void queue_fixture_tear_down (QueueFixture *fixture, gconstpointer data);

Queue *queue_fixture_open (const QueueFixture *fixture);

/** How many files are in bodies/. */
guint queue_fixture_count_files (const QueueFixture *fixture);

/** A message that belongs to @id, with the sender ann@example.org and the recipients joe and
 * sue@example.net. */
Envelope *queue_fixture_envelope (guint64 id);
QueueBody *queue_fixture_body (Queue *queue, guint64 id, gsize size);

/** Asserts that @id has the content that queue_fixture_body() makes. */
void queue_fixture_assert_content (Queue *queue, guint64 id, gsize size);

/** The envelope of @id, which is not damaged; NULL for none. */
Envelope *queue_fixture_get (Queue *queue, guint64 id);
