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

/** What a callback of the writer's thread tells a waiting test. */
typedef struct
{
  GMutex lock;
  GCond changed;
  guint calls;
  gboolean gone;
  GError *error;
} QueueAnswer;

void queue_answer_clear (QueueAnswer *answer);

/** Waits until there were so many calls. */
void queue_answer_wait (QueueAnswer *answer, guint calls);

/** A QueueAdded, and a QueueSettled; their user data is a #QueueAnswer. */
void queue_answer_added (gpointer user_data, guint64 id, const GError *error);
void queue_answer_settled (gpointer user_data, gboolean gone, const GError *error);

/** Adds a message with a content of @size, and waits until it is there. Returns its id. */
guint64 queue_fixture_add (Queue *queue, gsize size, gint64 next_attempt);

/** queue_settle(), waited for. Returns FALSE when the message was gone. */
gboolean
queue_fixture_settle (Queue *queue, const Envelope *envelope, Envelope *bounce, QueueBody *body);

/** Returns: (transfer full): an array of the two */
GArray *queue_fixture_ids (guint64 first, guint64 second);
