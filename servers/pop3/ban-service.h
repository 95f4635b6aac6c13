/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/bus/gatekeeper.h"
#include "servers/pop3/pop3-services.h"

/**
 * SECTION: ban-service
 *
 * org.postern.Bans1: shows and lifts the bans, be they for failures here or at the SMTP server.
 * Main thread; what waits for the disk is done in a thread of its own.
 */
typedef struct _BanService BanService;

BanService *ban_service_new (Pop3Services *services);

/** What was asked for is done and answered before. */
void ban_service_free (BanService *service);

/** Answers at @object_path of @connection, and no longer at a former one. */
void ban_service_export (BanService *service,
                         GDBusConnection *connection,
                         const char *object_path,
                         Gatekeeper *gatekeeper);
