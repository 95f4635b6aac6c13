/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/pop3/service-thread.h"

struct _ServiceThread
{
  gpointer service;
  GThreadPool *pool; /* (owned) (element-type Task): of one thread */
};

typedef struct
{
  ServiceJob job;
  GDBusMethodInvocation *invocation; /* (owned) (nullable) */
} Task;

static void
run (gpointer data, gpointer user_data)
{
  g_autofree Task *task = data;
  ServiceThread *thread = user_data;

  task->job (thread->service, task->invocation);
}

ServiceThread *
service_thread_new (gpointer service)
{
  ServiceThread *thread = g_new0 (ServiceThread, 1);

  thread->service = service;
  thread->pool = g_thread_pool_new (run, thread, 1, FALSE, NULL);
  return thread;
}

void
service_thread_free (ServiceThread *thread)
{
  g_thread_pool_free (thread->pool, FALSE, TRUE);
  g_free (thread);
}

void
service_thread_push (ServiceThread *thread, ServiceJob job, GDBusMethodInvocation *invocation)
{
  Task *task = g_new (Task, 1);

  *task = (Task){ job, invocation };
  g_thread_pool_push (thread->pool, task, NULL);
}
