/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/bus/gatekeeper.h"
#include "servers/smtp/smtp-services.h"

/**
 * SECTION: smtp-grant-service
 *
 * org.postern.GrantUse1: what each log-on to the POP server has been used for. Main thread.
 */
typedef struct _SmtpGrantService SmtpGrantService;

/** Answers at @object_path of @connection. */
SmtpGrantService *smtp_grant_service_new (SmtpServices *services,
                                          GDBusConnection *connection,
                                          const char *object_path,
                                          Gatekeeper *gatekeeper);
void smtp_grant_service_free (SmtpGrantService *service);
