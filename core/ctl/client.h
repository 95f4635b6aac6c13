/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server-properties-bus.h"

#include <gio/gio.h>

/**
 * SECTION: client
 *
 * posternctl's way to the authority and the servers, and what its exit status says.
 */

/** Exit statuses, as the manual page documents them. */
typedef enum
{
  STATUS_OK = 0,
  STATUS_FAILED = 1,
  STATUS_NO = 2, /* explain: would be refused; check: problems were found */
  STATUS_NOT_AUTHORIZED = 3,
  STATUS_STALE = 4,
  STATUS_NOT_RUNNING = 5, /* the server, the authority or the bus is not there */
  STATUS_USAGE = 64,
  STATUS_INVALID = 65 /* a value was refused */
} Status;

typedef struct
{
  const char *where;           /* the bus, as for bus_connect() */
  gboolean json;               /* print JSON, for a program to read */
  GDBusConnection *connection; /* (owned) (nullable): made when it is first needed */
  int patience_ms; /* how long an answer may take; 0: as long as somebody needs for a password */
} Client;

void client_clear (Client *client);

/** Prints @error on stderr in the words that it came with. Returns the exit status that stands for
 * it. */
Status client_report (GError *error);

/** Returns: (transfer full): the way to the authority, which the bus starts when it does not run;
 * %NULL with an error */
BusServerProperties1 *client_authority (Client *client, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Returns: (transfer none): the connection to the bus; %NULL with an error */
GDBusConnection *client_connection (Client *client, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * client_call_server:
 * @server: "smtp", "pop3" or "delivery"
 * @method: with its interface: "org.postern.Queue1.List"
 * @arguments: (transfer floating) (nullable): a tuple
 * @reply_type: what a reply has to be
 *
 * Asks a server that runs; does not start one that does not run.
 * Returns: (transfer full): the reply, a tuple; %NULL with an error
 */
GVariant *client_call_server (Client *client,
                              const char *server,
                              const char *method,
                              GVariant *arguments,
                              const char *reply_type,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
