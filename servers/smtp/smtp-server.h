/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/bus/gatekeeper.h"
#include "core/settings/settings.h"

/**
 * SECTION: smtp-server
 *
 * The SMTP server as a whole: listeners, workers, and the conversations they carry. Main thread
 * only; what a DaemonServer asks for, in its order.
 */
typedef struct _SmtpServer SmtpServer;

/** Where it lives. */
typedef struct
{
  const char *state_dir;
  guint n_workers;
  const char *resolver; /* (nullable) the DNS server to ask, as for dns_new() */
} SmtpServerPlace;

/** Opens everything below the state folder, starts the threads and listens. */
SmtpServer *smtp_server_new (const SmtpServerPlace *place,
                             const Settings *settings,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Puts @settings in force, for open sessions too; all of them, or, with @error, none. */
gboolean smtp_server_apply (SmtpServer *server,
                            const Settings *settings,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Answers org.postern.RelayDecision1 at @object_path of @connection. */
void smtp_server_export (SmtpServer *server,
                         GDBusConnection *connection,
                         const char *object_path,
                         Gatekeeper *gatekeeper);

void smtp_server_counters (SmtpServer *server, GVariantBuilder *builder);

/** Adds what deserves the administrator's hand: see DaemonServer. */
void smtp_server_troubles (SmtpServer *server, GStrvBuilder *builder);

/** Returns: (transfer full): what is listened on */
char **smtp_server_endpoints (SmtpServer *server);

/** Ends all sessions in the protocol's words; messages that were being added to the queue are, and
 * their clients get to know. */
void smtp_server_free (SmtpServer *server);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmtpServer, smtp_server_free)
