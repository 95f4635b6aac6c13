/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/bus/gatekeeper.h"
#include "servers/smtp/smtp-refusals.h"

/** Answers org.postern.Refusals1 of @refusals, at @object_path of @connection. Main thread. */
typedef struct _SmtpRefusalService SmtpRefusalService;

SmtpRefusalService *smtp_refusal_service_new (SmtpRefusals *refusals,
                                              GDBusConnection *connection,
                                              const char *object_path,
                                              Gatekeeper *gatekeeper);
void smtp_refusal_service_free (SmtpRefusalService *service);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmtpRefusalService, smtp_refusal_service_free)
