/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/bus/gatekeeper.h"
#include "servers/pop3/pop3-services.h"

/**
 * SECTION: logon-service
 *
 * org.postern.LogOns1: shows, revokes and extends the log-ons, and forgets, each hour, those that no window
 * can reach any more. Main thread; what waits for the disk is done in a thread of its own.
 */
typedef struct _LogonService LogonService;

LogonService *logon_service_new (Pop3Services *services);

/** What was asked for is done and answered before. */
void logon_service_free (LogonService *service);

/** Answers at @object_path of @connection, and no longer at a former one. */
void logon_service_export (LogonService *service,
                           GDBusConnection *connection,
                           const char *object_path,
                           Gatekeeper *gatekeeper);
