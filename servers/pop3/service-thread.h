/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/bus/gatekeeper.h"

/**
 * SECTION: service-thread
 *
 * Where bus calls are answered that wait for the disk: one thread, which answers them in their
 * order, so that the main thread never waits.
 */
typedef struct _ServiceThread ServiceThread;

/** In the thread. @invocation: (transfer full) (nullable): the call to answer; %NULL for a task of
 * our own */
typedef void (*ServiceJob) (gpointer service, GDBusMethodInvocation *invocation);

/** @service: is handed to the jobs */
ServiceThread *service_thread_new (gpointer service);

/** What was pushed is done before. */
void service_thread_free (ServiceThread *thread);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServiceThread, service_thread_free)

/** From the main thread. */
void service_thread_push (ServiceThread *thread, ServiceJob job, GDBusMethodInvocation *invocation);
