/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * postern-pop3d, the POP3 server: lets users fetch their mail, and remembers who has logged on.
 *
 *   pop3-server         the whole: sockets, services, settings
 *   pop3-conversation   one client: its connection feeds a session, and does what the session says
 *   pop3-place          its place among the sessions that may be open
 *   pop3-session        the protocol as a state machine (pop3-verbs, pop3-reply)
 *   pop3-answerer       finds the answers to a session's questions
 *   pop3-log-on         one try to log on: bans, password, maildrop, record for the SMTP server
 *   pop3-visit          who has logged on from where, for the table of devices
 *   maildrop            a user's Maildir, opened for one session (maildrop-listing)
 *   listing-cache       the listings of Maildirs that have not changed since (listing-stamp)
 *   pop3-retrieval      a message on its way to the client (pop3-content)
 *   logon-service       the log-ons, ban-service the bans, device-service the devices, asked over
 *                       the bus
 *   pop3-services       what all of them share: settings in force, users, tables, counters
 *   pop3-journal        what is written into the log
 */
#include "servers/daemon/daemon.h"
#include "servers/pop3/pop3-server.h"

#define OBJECT_PATH "/org/postern/Pop3Server1"

static gpointer
start (Daemon *daemon, const Settings *settings, GError **error)
{
  return pop3_server_new (daemon_state_dir (daemon), daemon_workers (daemon), settings, error);
}

static gboolean
apply (gpointer self, const Settings *settings, GError **error)
{
  return pop3_server_apply (self, settings, error);
}

static void
export_interfaces (gpointer self, GDBusConnection *connection, Gatekeeper *gatekeeper)
{
  pop3_server_export (self, connection, OBJECT_PATH, gatekeeper);
}

static void
counters (gpointer self, GVariantBuilder *builder)
{
  pop3_server_counters (self, builder);
}

static void
troubles (gpointer self, GStrvBuilder *builder)
{
  pop3_server_troubles (self, builder);
}

static char **
endpoints (gpointer self)
{
  return pop3_server_endpoints (self);
}

static void
stop (gpointer self)
{
  pop3_server_free (self);
}

int
main (int argc, char **argv)
{
  static const DaemonServer server = {
    .server = "pop3",
    .program = "postern-pop3d",
    .bus_name = "org.postern.Pop3Server1",
    .object_path = OBJECT_PATH,
    .start = start,
    .apply = apply,
    .export = export_interfaces,
    .counters = counters,
    .troubles = troubles,
    .endpoints = endpoints,
    .stop = stop,
  };

  return daemon_run (&server, argc, argv);
}
