/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * postern-smtpd, the SMTP server: takes mail, and decides who may relay.
 *
 *   smtp-server         the whole: sockets, services, settings
 *   smtp-conversation   one client: its connection feeds a session, and does what the session says
 *   smtp-session        the protocol as a state machine (smtp-verbs, smtp-command,
 *                       smtp-reply, smtp-transaction)
 *   smtp-content        what comes after DATA
 *   smtp-message        a message on its way into the queue
 *   smtp-decision       who may do what: the policies' verdicts as answers (servers/policy)
 *   smtp-explain        the same decisions, asked over the bus
 *   smtp-services       what all of them share: policy in force, users, log-ons, queue, counters
 *   smtp-journal        what is written into the log
 */
#include "servers/daemon/daemon.h"
#include "servers/smtp/smtp-server.h"

#define OBJECT_PATH "/org/postern/SmtpServer1"

static gpointer
start (Daemon *daemon, const Settings *settings, GError **error)
{
  return smtp_server_new (daemon_state_dir (daemon), daemon_workers (daemon), settings, error);
}

static gboolean
apply (gpointer self, const Settings *settings, GError **error)
{
  return smtp_server_apply (self, settings, error);
}

static void
export_interfaces (gpointer self, GDBusConnection *connection, Gatekeeper *gatekeeper)
{
  smtp_server_export (self, connection, OBJECT_PATH, gatekeeper);
}

static void
counters (gpointer self, GVariantBuilder *builder)
{
  smtp_server_counters (self, builder);
}

static char **
endpoints (gpointer self)
{
  return smtp_server_endpoints (self);
}

static void
stop (gpointer self)
{
  smtp_server_free (self);
}

int
main (int argc, char **argv)
{
  static const DaemonServer server = {
    .server = "smtp",
    .program = "postern-smtpd",
    .bus_name = "org.postern.SmtpServer1",
    .object_path = OBJECT_PATH,
    .start = start,
    .apply = apply,
    .export = export_interfaces,
    .counters = counters,
    .endpoints = endpoints,
    .stop = stop,
  };
  return daemon_run (&server, argc, argv);
}
