/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

/**
 * SECTION: server-control
 *
 * Starts and stops the servers. A server runs when its bus name has an owner.
 *
 * The functions take a call of StartServer, StopServer or RestartServer that has been admitted, @invocation
 * (transfer full), and answer it later, from the main context.
 */

/** Answers when the bus has started the server, or at once when it runs; with Failed and the bus's
 * reason when it does not start. */
void server_control_start (GDBusMethodInvocation *invocation);

/** How long a server may take to end its sessions before StopServer fails. */
#define SERVER_CONTROL_STOP_S 90

/** Asks the server to stop, and answers when its name is gone; at once when it does not run. */
void server_control_stop (GDBusMethodInvocation *invocation);

/** Stops the server as server_control_stop() does, then starts it as server_control_start() does; a
 * server that does not run is only started. */
void server_control_restart (GDBusMethodInvocation *invocation);
