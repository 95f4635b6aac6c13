/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "core/bus/gatekeeper.h"

/**
 * SECTION: activity-service
 *
 * Follows a server's counters, keeps their history over restarts, and answers org.postern.Activity1
 * of it. Main thread.
 *
 * The history lies in STATE/activity/SERVER. It is written some minutes after something has
 * happened, and at the end: a process that is killed forgets those minutes. No trouble with the file
 * keeps a server from its work; a file that is damaged is told in the log, kept beside as
 * SERVER.damaged, and begun anew.
 */
typedef struct _ActivityService ActivityService;

/** Returns: (transfer full): the counters of this moment, an a{st} */
typedef GVariant *(*ActivityCounters) (gpointer user);

ActivityService *activity_service_new (const char *state_dir,
                                       const char *server,
                                       ActivityCounters counters,
                                       gpointer user);

/** Writes the last of it; no counters are read. */
void activity_service_free (ActivityService *service);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ActivityService, activity_service_free)

/** Counts what has happened until now. By itself that is done every few seconds; for the end. */
void activity_service_note (ActivityService *service);

/** Answers at @object_path of @connection, and no more at the former one. */
void activity_service_export (ActivityService *service,
                              GDBusConnection *connection,
                              const char *object_path,
                              Gatekeeper *gatekeeper);
