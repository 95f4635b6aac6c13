/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

/**
 * SECTION: server-watch
 *
 * Follows one server on the bus without ever starting it: whether it runs, and which revision it
 * enforces.
 */

typedef enum
{
  POSTERN_SERVER_SMTP,
  POSTERN_SERVER_POP,
  POSTERN_SERVER_DELIVERY,
  POSTERN_N_SERVERS
} PosternServer;

typedef struct _ServerWatch ServerWatch;

typedef void (*ServerWatchChanged) (gpointer user_data);

/** What is known of the server now. The texts stay valid until the main loop runs again. */
typedef struct
{
  gboolean running;
  guint64 revision;             /* in force */
  const char *problem;          /* why the newest could not be taken; "" for none */
  const char *const *endpoints; /* listened on; may be NULL */
} ServerState;

ServerWatch *server_watch_new (GDBusConnection *connection,
                               PosternServer server,
                               ServerWatchChanged changed,
                               gpointer user_data);

void server_watch_free (ServerWatch *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ServerWatch, server_watch_free)

/** @self: (nullable): without a bus no server is known to run */
ServerState server_watch_get_state (ServerWatch *self);

/** The name that people know the server by: SMTP, POP, Delivery. */
const char *server_watch_get_title (PosternServer server);

/** The name that the authority knows the server by: smtp, pop3, delivery. */
const char *server_watch_get_id (PosternServer server);

/** Returns: (transfer full): its bus name; with slashes for dots, and one in front, its object */
char *server_watch_get_bus_name (PosternServer server);
