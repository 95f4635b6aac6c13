/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "gui/client/client-error.h"
#include "gui/client/server-watch.h"

/**
 * SECTION: postern-client
 *
 * This program's one line to the bus: the settings as the authority last gave them, and the state
 * of the servers. Nothing here waits. A bus that goes away is tried again each second; an authority
 * that comes back is asked again.
 *
 * Property "ready": whether settings are there and the authority answers. After the first success
 * the settings stay, as they were last known, while the authority is away.
 *
 * Signals:
 *   "settings-changed"   a newer revision has been loaded
 *   "servers-changed"    a server started, stopped, or reported another revision
 *   "authority-told::NAME"   the authority sent its signal NAME, such as TemporaryChanged
 */

/** Who can be called: each server, by its number, and the authority. */
typedef enum
{
  POSTERN_PEER_SMTP = POSTERN_SERVER_SMTP,
  POSTERN_PEER_POP = POSTERN_SERVER_POP,
  POSTERN_PEER_DELIVERY = POSTERN_SERVER_DELIVERY,
  POSTERN_PEER_AUTHORITY
} PosternPeer;

#define POSTERN_TYPE_CLIENT (postern_client_get_type ())
G_DECLARE_FINAL_TYPE (PosternClient, postern_client, POSTERN, CLIENT, GObject)

/** @where: see bus_link_new(). Connecting starts at once, and the result is
 * seen in "ready". */
PosternClient *postern_client_new (const char *where);

const char *postern_client_get_where (PosternClient *self);

gboolean postern_client_is_ready (PosternClient *self);

/** Returns: (transfer none): why the client is not ready, in words; %NULL when it is, or while it
 * is still connecting */
const char *postern_client_get_problem (PosternClient *self);

/** Whether settings have been loaded at least once. */
gboolean postern_client_has_settings (PosternClient *self);

/** The revision of the settings that are loaded. */
guint64 postern_client_get_revision (PosternClient *self);

/** Returns: (transfer full): the value of the setting @name: b, u, s or as; %NULL if there is none
 */
GVariant *postern_client_get_value (PosternClient *self, const char *name);

/** Returns: (transfer full): what Describe says of the setting @name, an a{sv}; %NULL if nothing */
GVariant *postern_client_get_description (PosternClient *self, const char *name);

/** Asks the authority for everything again (and so starts it, where the bus can); where there is no
 * connection, one is tried at once. */
void postern_client_refresh (PosternClient *self);

ServerState postern_client_get_server (PosternClient *self, PosternServer server);

/** Asks what would be refused. @changes: an a{sv}. */
void postern_client_check (PosternClient *self,
                           GVariant *changes,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data);

/** Returns: (transfer full): problems and warnings, (a(uss)a(uss)); %NULL with a CLIENT_ERROR */
GVariant *postern_client_check_finish (PosternClient *self,
                                       GAsyncResult *result,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * Saves @changes, made on @expected_revision. When the callback runs, the settings here are those
 * of the authority, also after CLIENT_ERROR_STALE. The authority may ask the user for a password
 * meanwhile, so there is no time-out.
 */
void postern_client_apply (PosternClient *self,
                           guint64 expected_revision,
                           GVariant *changes,
                           GAsyncReadyCallback callback,
                           gpointer user_data);

/** Returns: the revision saved; 0 with a CLIENT_ERROR */
guint64 postern_client_apply_finish (PosternClient *self,
                                     GAsyncResult *result,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * postern_client_save:
 * @method: Apply, ApplyUntil, Restore or Import
 * @parameters: (transfer floating): a tuple
 *
 * Saves by any method of the authority, otherwise as postern_client_apply().
 */
void postern_client_save (PosternClient *self,
                          const char *method,
                          GVariant *parameters,
                          GAsyncReadyCallback callback,
                          gpointer user_data);

/** Returns: (transfer full): the tuple of results, whose first is the revision saved; %NULL with a
 * CLIENT_ERROR */
GVariant *postern_client_save_finish (PosternClient *self,
                                      GAsyncResult *result,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * postern_client_call:
 * @peer: whose method it is
 * @method: interface and method without "org.postern.": "LogOns1.List"
 * @parameters: (transfer floating): a tuple
 * @interactive: whether the person at the screen may be asked for a password, for as long as that
 * takes; for deeds, and never for what is asked again and again
 *
 * Calls a method that has no function of its own here. The authority is started by it where the bus
 * can; a server is not: one that does not run fails with CLIENT_ERROR_UNREACHABLE.
 */
void postern_client_call (PosternClient *self,
                          PosternPeer peer,
                          const char *method,
                          GVariant *parameters,
                          gboolean interactive,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data);

/** Returns: (transfer full): the tuple of results; %NULL with a CLIENT_ERROR, or with
 * G_IO_ERROR_CANCELLED */
GVariant *postern_client_call_finish (PosternClient *self,
                                      GAsyncResult *result,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
