/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/bus/gatekeeper.h"
#include "servers/pop3/pop3-services.h"

/**
 * SECTION: device-service
 *
 * org.postern.Devices1: shows who logs on from where, and whether they fetch mail. Main thread;
 * what waits for the disk is done in a thread of its own.
 */
typedef struct _DeviceService DeviceService;

DeviceService *device_service_new (Pop3Services *services);

/** What was asked for is done and answered before. */
void device_service_free (DeviceService *service);

/** Answers at @object_path of @connection, and no longer at a former one. */
void device_service_export (DeviceService *service,
                            GDBusConnection *connection,
                            const char *object_path,
                            Gatekeeper *gatekeeper);
