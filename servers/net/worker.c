/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/net/worker.h"

#include <errno.h>
#include <gio/gio.h>
#include <sys/eventfd.h>
#include <unistd.h>

typedef struct
{
  WorkerTask task;
  gpointer data;
} Job;

struct _Worker
{
  GThread *thread;
  Poller poller;
  DeadlineQueue deadlines;
  int wake_fd; /* (owned) somebody posted */
  Watch wake;
  gboolean is_woken;
  uv_loop_t loop;
  Watch loop_watch; /* libuv has something to do */
  gboolean loop_is_ready;
  uv_async_t loop_anchor; /* with no handle at all, libuv would always have something to do */
  gboolean is_let_go;
  GMutex lock;
  GArray *posted;     /* (element-type Job) guarded by lock */
  GArray *taken;      /* (element-type Job) those of posted that run now; empty in between */
  GArray *turn_jobs;  /* (element-type Job) */
  GArray *turn_taken; /* (element-type Job) likewise */
};

/* What a worker watches for itself. */
#define OWN_WATCHES 2

typedef struct
{
  uv_work_t request;
  WorkerTask work;
  WorkerTask done;
  gpointer data;
} Blocking;

typedef struct
{
  WorkerTask task;
  gpointer data;
  GMutex lock;
  GCond is_done;
  gboolean done;
} Call;

static GArray *
job_array_new (void)
{
  return g_array_new (FALSE, FALSE, sizeof (Job));
}

static void
swap_arrays (GArray **a, GArray **b)
{
  GArray *former = *a;
  *a = *b;
  *b = former;
}

static void
run_jobs (GArray *jobs)
{
  for (guint i = 0; i < jobs->len; i++)
    {
      Job job = g_array_index (jobs, Job, i);
      job.task (job.data);
    }
  g_array_set_size (jobs, 0);
}

/* --- The loop --- */

static void
run_posted (Worker *worker)
{
  g_mutex_lock (&worker->lock);
  swap_arrays (&worker->posted, &worker->taken);
  g_mutex_unlock (&worker->lock);

  run_jobs (worker->taken);
}

static void
run_turn_jobs (Worker *worker)
{
  swap_arrays (&worker->turn_jobs, &worker->turn_taken);
  run_jobs (worker->turn_taken);
}

static void
on_wake (gpointer data, guint events)
{
  Worker *worker = data;
  worker->is_woken = TRUE;
}

static void
on_loop_ready (gpointer data, guint events)
{
  Worker *worker = data;
  worker->loop_is_ready = TRUE;
}

static void
on_anchor (uv_async_t *anchor)
{
}

/* Two waits in milliseconds, -1 for one without an end: the shorter. */
static int
shorter (int a, int b)
{
  return a < 0 || (b >= 0 && b < a) ? b : a;
}

static int
wait_ms (Worker *worker)
{
  if (worker->turn_jobs->len > 0)
    return 0;
  return shorter (deadline_queue_wait_ms (&worker->deadlines), uv_backend_timeout (&worker->loop));
}

static void
set_time (Worker *worker)
{
  uv_update_time (&worker->loop);
  worker->deadlines.now_ms = uv_now (&worker->loop);
}

/* What is ready first, then what it has scheduled: so all replies of a turn leave at its end. */
static void
run_turn (Worker *worker)
{
  poller_wait (&worker->poller, wait_ms (worker));
  set_time (worker);
  poller_tell (&worker->poller);
  if (worker->is_woken)
    {
      worker->is_woken = FALSE;
      run_posted (worker);
    }
  deadline_queue_run (&worker->deadlines);
  if (worker->loop_is_ready || uv_backend_timeout (&worker->loop) == 0)
    {
      worker->loop_is_ready = FALSE;
      uv_run (&worker->loop, UV_RUN_NOWAIT);
    }
  run_turn_jobs (worker);
}

/* Whether nothing is left to be done, and nothing can come any more. */
static gboolean
is_over (Worker *worker)
{
  if (!worker->is_let_go || worker->turn_jobs->len > 0 || worker->poller.n_watches > OWN_WATCHES
      || uv_loop_alive (&worker->loop) || deadline_queue_wait_ms (&worker->deadlines) >= 0)
    return FALSE;

  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&worker->lock);
  return worker->posted->len == 0;
}

static gpointer
worker_thread (gpointer data)
{
  Worker *worker = data;

  while (!is_over (worker))
    run_turn (worker);

  uv_close ((uv_handle_t *) &worker->loop_anchor, NULL);
  uv_run (&worker->loop, UV_RUN_DEFAULT);
  return NULL;
}

/* --- Beginning and end --- */

/* Returns what went wrong, or NULL. */
static const char *
open_handles (Worker *worker)
{
  int result = uv_loop_init (&worker->loop);
  if (result != 0)
    return uv_strerror (result);
  result = uv_async_init (&worker->loop, &worker->loop_anchor, on_anchor);
  if (result != 0)
    return uv_strerror (result);

  worker->wake_fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  return worker->wake_fd < 0 || !poller_open (&worker->poller) ? g_strerror (errno) : NULL;
}

Worker *
worker_new (const char *name, GError **error)
{
  Worker *worker = g_new0 (Worker, 1);
  const char *problem = open_handles (worker);
  if (problem != NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "cannot start an event loop: %s", problem);
      g_free (worker);
      return NULL;
    }

  /* Each wake is told once (EPOLLET), so that it need not be read. */
  poller_begin (&worker->wake, &worker->poller, worker->wake_fd, on_wake, worker);
  poller_set (&worker->wake, WATCH_READ | EPOLLET);
  poller_begin (&worker->loop_watch, &worker->poller, uv_backend_fd (&worker->loop), on_loop_ready,
                worker);
  poller_set (&worker->loop_watch, WATCH_READ);
  set_time (worker);
  worker->posted = job_array_new ();
  worker->taken = job_array_new ();
  worker->turn_jobs = job_array_new ();
  worker->turn_taken = job_array_new ();
  g_mutex_init (&worker->lock);
  worker->thread = g_thread_new (name, worker_thread, worker);

  return worker;
}

static void
let_go (gpointer data)
{
  Worker *worker = data;
  worker->is_let_go = TRUE;
  uv_unref ((uv_handle_t *) &worker->loop_anchor);
}

void
worker_free (Worker *worker)
{
  if (worker == NULL)
    return;

  worker_post (worker, let_go, worker);
  g_thread_join (worker->thread);

  if (uv_loop_close (&worker->loop) != 0)
    g_error ("a worker ended with open handles");
  poller_close (&worker->poller);
  close (worker->wake_fd);
  deadline_queue_close (&worker->deadlines);
  g_array_unref (worker->posted);
  g_array_unref (worker->taken);
  g_array_unref (worker->turn_jobs);
  g_array_unref (worker->turn_taken);
  g_mutex_clear (&worker->lock);
  g_free (worker);
}

Poller *
worker_poller (Worker *worker)
{
  return &worker->poller;
}

DeadlineQueue *
worker_deadlines (Worker *worker)
{
  return &worker->deadlines;
}

uv_loop_t *
worker_loop (Worker *worker)
{
  return &worker->loop;
}

gboolean
worker_is_current (Worker *worker)
{
  return g_thread_self () == worker->thread;
}

void
worker_post (Worker *worker, WorkerTask task, gpointer data)
{
  Job job = { task, data };

  g_mutex_lock (&worker->lock);
  gboolean is_first = worker->posted->len == 0;
  g_array_append_val (worker->posted, job);
  /* Those behind the first are found with it. Under the lock, since the job may be the last: who has
   * seen it done may free the worker, and then the descriptor is another's. */
  if (is_first && eventfd_write (worker->wake_fd, 1) != 0)
    g_error ("cannot wake a worker: %s", g_strerror (errno));
  g_mutex_unlock (&worker->lock);
}

static void
run_call (gpointer data)
{
  Call *call = data;

  call->task (call->data);

  g_mutex_lock (&call->lock);
  call->done = TRUE;
  g_cond_signal (&call->is_done);
  g_mutex_unlock (&call->lock);
}

void
worker_call (Worker *worker, WorkerTask task, gpointer data)
{
  g_assert (!worker_is_current (worker));

  Call call = { .task = task, .data = data };
  g_mutex_init (&call.lock);
  g_cond_init (&call.is_done);

  worker_post (worker, run_call, &call);

  g_mutex_lock (&call.lock);
  while (!call.done)
    g_cond_wait (&call.is_done, &call.lock);
  g_mutex_unlock (&call.lock);

  g_cond_clear (&call.is_done);
  g_mutex_clear (&call.lock);
}

static void
on_blocking_work (uv_work_t *request)
{
  Blocking *blocking = request->data;
  blocking->work (blocking->data);
}

static void
on_blocking_done (uv_work_t *request, int status)
{
  g_autofree Blocking *blocking = request->data;
  blocking->done (blocking->data);
}

void
worker_block (Worker *worker, WorkerTask work, WorkerTask done, gpointer data)
{
  Blocking *blocking = g_new (Blocking, 1);
  blocking->work = work;
  blocking->done = done;
  blocking->data = data;
  blocking->request.data = blocking;

  int result
      = uv_queue_work (&worker->loop, &blocking->request, on_blocking_work, on_blocking_done);
  g_assert (result == 0);
}

void
worker_at_turn_end (Worker *worker, WorkerTask task, gpointer data)
{
  Job job = { task, data };

  g_array_append_val (worker->turn_jobs, job);
}
