/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/net/worker.h"

#include <gio/gio.h>

typedef struct
{
  WorkerTask task;
  gpointer data;
} Job;

struct _Worker
{
  GThread *thread;
  uv_loop_t loop;
  uv_async_t wake;       /* somebody posted */
  uv_prepare_t turn_end; /* just before the loop waits */
  uv_idle_t no_wait;     /* active while turn-end jobs are there: then the loop does not wait */
  GMutex lock;
  GArray *posted;    /* (element-type Job) guarded by lock */
  GArray *turn_jobs; /* (element-type Job) the worker's thread alone */
};

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
run_jobs (GArray *jobs)
{
  for (guint i = 0; i < jobs->len; i++)
    {
      Job job = g_array_index (jobs, Job, i);
      job.task (job.data);
    }
}

/* Returns whether there was anything to run. */
static gboolean
run_posted (Worker *worker)
{
  g_mutex_lock (&worker->lock);
  g_autoptr (GArray) jobs = worker->posted;
  worker->posted = job_array_new ();
  g_mutex_unlock (&worker->lock);

  run_jobs (jobs);
  return jobs->len > 0;
}

static void
on_wake (uv_async_t *wake)
{
  run_posted (wake->data);
}

static void
on_turn_end (uv_prepare_t *turn_end)
{
  Worker *worker = turn_end->data;
  if (worker->turn_jobs->len == 0)
    return;

  g_autoptr (GArray) jobs = worker->turn_jobs;
  worker->turn_jobs = job_array_new ();
  run_jobs (jobs);

  if (worker->turn_jobs->len == 0)
    uv_idle_stop (&worker->no_wait);
}

static void
on_no_wait (uv_idle_t *no_wait)
{
}

static gpointer
worker_thread (gpointer data)
{
  Worker *worker = data;

  /* The first run ends when worker_free() has let go of the wake handle and nothing else is active.
   */
  do
    uv_run (&worker->loop, UV_RUN_DEFAULT);
  while (run_posted (worker) || uv_loop_alive (&worker->loop));

  uv_close ((uv_handle_t *) &worker->wake, NULL);
  uv_close ((uv_handle_t *) &worker->turn_end, NULL);
  uv_close ((uv_handle_t *) &worker->no_wait, NULL);
  uv_run (&worker->loop, UV_RUN_DEFAULT);

  return NULL;
}

Worker *
worker_new (const char *name, GError **error)
{
  Worker *worker = g_new0 (Worker, 1);

  int result = uv_loop_init (&worker->loop);
  if (result == 0)
    {
      result = uv_async_init (&worker->loop, &worker->wake, on_wake);
      if (result != 0)
        uv_loop_close (&worker->loop);
    }
  if (result != 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "cannot start an event loop: %s",
                   uv_strerror (result));
      g_free (worker);
      return NULL;
    }

  uv_prepare_init (&worker->loop, &worker->turn_end);
  uv_idle_init (&worker->loop, &worker->no_wait);
  uv_prepare_start (&worker->turn_end, on_turn_end);
  uv_unref ((uv_handle_t *) &worker->turn_end);
  worker->wake.data = worker;
  worker->turn_end.data = worker;
  worker->posted = job_array_new ();
  worker->turn_jobs = job_array_new ();
  g_mutex_init (&worker->lock);
  worker->thread = g_thread_new (name, worker_thread, worker);

  return worker;
}

static void
let_go (gpointer data)
{
  Worker *worker = data;
  uv_unref ((uv_handle_t *) &worker->wake);
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
  g_array_unref (worker->posted);
  g_array_unref (worker->turn_jobs);
  g_mutex_clear (&worker->lock);
  g_free (worker);
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
  g_array_append_val (worker->posted, job);
  g_mutex_unlock (&worker->lock);

  uv_async_send (&worker->wake);
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

  if (worker->turn_jobs->len == 0)
    uv_idle_start (&worker->no_wait, on_no_wait);
  g_array_append_val (worker->turn_jobs, job);
}
