/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/bus/gatekeeper.h"
#include "core/settings/settings.h"

/**
 * SECTION: pop3-server
 *
 * The POP3 server as a whole: listeners, workers, and the conversations they carry. Main thread
 * only; what a DaemonServer asks for, in its order.
 */
typedef struct _Pop3Server Pop3Server;

/** Opens everything below @state_dir, starts @n_workers threads and listens. */
Pop3Server *pop3_server_new (const char *state_dir,
                             guint n_workers,
                             const Settings *settings,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Puts @settings in force, for open sessions too; all of them, or, with @error, none. */
gboolean pop3_server_apply (Pop3Server *server,
                            const Settings *settings,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Answers org.postern.LogOns1 at @object_path of @connection. */
void pop3_server_export (Pop3Server *server,
                         GDBusConnection *connection,
                         const char *object_path,
                         Gatekeeper *gatekeeper);

void pop3_server_counters (Pop3Server *server, GVariantBuilder *builder);

/** Adds what deserves the administrator's hand: see DaemonServer. */
void pop3_server_troubles (Pop3Server *server, GStrvBuilder *builder);

/** Returns: (transfer full): what is listened on */
char **pop3_server_endpoints (Pop3Server *server);

/** Ends all sessions in the protocol's words; a QUIT or a log-on that is being written down is, and
 * its client gets to know. */
void pop3_server_free (Pop3Server *server);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Pop3Server, pop3_server_free)
