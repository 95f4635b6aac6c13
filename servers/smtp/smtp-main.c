/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * postern-smtpd, the SMTP server: takes mail, and decides who may relay.
 *
 *   smtp-server         the whole: sockets, services, settings
 *   smtp-conversation   one client: its connection feeds a session, and does what the session says
 *   smtp-session        the protocol as a state machine (smtp-verbs, smtp-authentication,
 *                       smtp-extensions, smtp-command, smtp-parameters, smtp-reply,
 *                       smtp-transaction)
 *   smtp-intake         what comes between the commands (smtp-content, smtp-header)
 *   smtp-answers        the answers to a session's questions (smtp-greeting, smtp-log-on)
 *   smtp-message        a message on its way into the queue (smtp-addressing)
 *   smtp-decision       who may do what: the policies' verdicts as answers (servers/policy)
 *   smtp-explain        the same decisions, asked over the bus
 *   smtp-grant-service  what log-ons were used for, asked over the bus
 *   smtp-refusals       the last refusals (smtp-refusal-service: asked over the bus)
 *   smtp-services       what all of them share: policy in force, certificates, users, log-ons, bans,
 *                       queue, counters (smtp-grant-use, smtp-blocklists)
 *   smtp-journal        what is written into the log
 */
#include "servers/daemon/daemon.h"
#include "servers/dns/dns-option.h"
#include "servers/smtp/smtp-server.h"

#define OBJECT_PATH "/org/postern/SmtpServer1"

static gpointer
start (Daemon *daemon, const Settings *settings, GError **error)
{
  SmtpServerPlace place = {
    .state_dir = daemon_state_dir (daemon),
    .n_workers = daemon_workers (daemon),
    .resolver = dns_option_resolver (),
  };
  return smtp_server_new (&place, settings, error);
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

static void
troubles (gpointer self, GStrvBuilder *builder)
{
  smtp_server_troubles (self, builder);
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
  static const GOptionEntry options[] = { DNS_OPTION_RESOLVER, { NULL } };
  static const DaemonServer server = {
    .server = "smtp",
    .program = "postern-smtpd",
    .bus_name = "org.postern.SmtpServer1",
    .object_path = OBJECT_PATH,
    .start = start,
    .apply = apply,
    .export = export_interfaces,
    .counters = counters,
    .troubles = troubles,
    .endpoints = endpoints,
    .stop = stop,
    .options = options,
  };
  return daemon_run (&server, argc, argv);
}
