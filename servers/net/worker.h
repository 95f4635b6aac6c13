/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/net/deadline.h"
#include "servers/net/poller.h"

#include <uv.h>

/**
 * SECTION: worker
 *
 * A thread that carries connections: it waits for their sockets and deadlines, and runs a libuv loop
 * for what comes seldom. What belongs to a worker is touched by its thread alone; others post.
 */

typedef struct _Worker Worker;

typedef void (*WorkerTask) (gpointer data);

/** Starts the thread; @name is what tools such as top show, at most 15 bytes of it. Fails with a
 * G_IO_ERROR. */
Worker *worker_new (const char *name, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * Ends the loop once its watches have ended and its blocking work is done, runs what was posted
 * until then, joins the thread, frees. From another thread. The server finishes or aborts its
 * connections first; who posts from threads of its own (a store's writer) ends those first.
 */
void worker_free (Worker *worker);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Worker, worker_free)

/** Where its sockets are waited for, its deadlines stand, and everything else is. */
Poller *worker_poller (Worker *worker);
DeadlineQueue *worker_deadlines (Worker *worker);
uv_loop_t *worker_loop (Worker *worker);

/** Whether the calling thread is the worker's. */
gboolean worker_is_current (Worker *worker);

/** Runs @task in the worker's thread, soon. From any thread; tasks of one thread run in their
 * order. */
void worker_post (Worker *worker, WorkerTask task, gpointer data);

/** Runs @task in the worker's thread and waits for its end. From another thread. */
void worker_call (Worker *worker, WorkerTask task, gpointer data);

/** Runs @work, which may block, in the thread pool, then @done in the worker's thread. From the
 * worker's thread. */
void worker_block (Worker *worker, WorkerTask work, WorkerTask done, gpointer data);

/** Runs @task once, before the loop waits again. From the worker's thread. */
void worker_at_turn_end (Worker *worker, WorkerTask task, gpointer data);
