/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/authority/temporary.h"

#include <gio/gio.h>

/**
 * SECTION: authority-service
 *
 * The authority on the bus: org.postern.ServerProperties1 at /org/postern/ServerProperties1.
 *
 * Calls are admitted by a gatekeeper, and then done one after the other by a thread of the
 * service's own, which alone touches the custody: neither the disk nor a large document makes the
 * main loop wait.
 */

typedef struct _AuthorityService AuthorityService;

/**
 * authority_service_new:
 * @custody: (transfer full)
 * @temporary: (transfer full): of that custody
 *
 * Exports the interface on @connection. Watches the settings file, and notices at once what is
 * edited by hand.
 */
AuthorityService *authority_service_new (GDBusConnection *connection,
                                         Custody *custody,
                                         Temporary *temporary,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Has the settings file looked at, soon. */
void authority_service_look (AuthorityService *service);

/** Takes the interface off the bus and finishes the calls that were admitted. */
void authority_service_free (AuthorityService *service);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AuthorityService, authority_service_free)
