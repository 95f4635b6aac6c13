/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <uv.h>

/**
 * SECTION: worker
 *
 * A thread with a libuv loop that carries connections. What belongs to a worker is touched by its thread alone; others post.
 */

typedef struct _Worker Worker;

typedef void (*WorkerTask) (gpointer data);

Worker *worker_new (const char *name, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Ends the loop once its connections are closed, joins the thread, frees. From another thread. */
void worker_free (Worker *worker);

uv_loop_t *worker_loop (Worker *worker);

/** Runs @task in the worker's thread, soon. From any thread; tasks of one thread run in their order. */
void worker_post (Worker *worker, WorkerTask task, gpointer data);

/** Runs @task in the worker's thread and waits for its end. From another thread. */
void worker_call (Worker *worker, WorkerTask task, gpointer data);

/** Runs @work, which may block, in the thread pool, then @done in the worker's thread. From the worker's thread. */
void worker_block (Worker *worker, WorkerTask work, WorkerTask done, gpointer data);
