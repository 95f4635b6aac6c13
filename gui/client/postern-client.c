/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/client/postern-client.h"

#include <glib/gi18n.h>

#include "gui/client/bus-link.h"
#include "gui/client/settings-mirror.h"

#define AUTHORITY_NAME "org.postern.ServerProperties1"
#define AUTHORITY_PATH "/org/postern/ServerProperties1"

struct _PosternClient
{
  GObject parent_instance;

  char *where;
  BusLink *link;
  BusServerProperties1 *authority; /* (nullable): no bus */
  const char *peer_name;           /* (nullable): of the authority; a single peer has none */
  ServerWatch *servers[POSTERN_N_SERVERS]; /* NULL: no bus */
  GCancellable *cancellable;               /* of this connection's calls */

  SettingsMirror *mirror;
  GList *waiting; /* (element-type GTask): ended by the load that follows them */
  gboolean ready;
  char *problem;
};

enum
{
  PROP_READY = 1,
  N_PROPERTIES
};

enum
{
  SETTINGS_CHANGED,
  SERVERS_CHANGED,
  AUTHORITY_TOLD,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPERTIES];
static guint signals[N_SIGNALS];

G_DEFINE_TYPE (PosternClient, postern_client, G_TYPE_OBJECT)

/* --- ready, or why not --- */

/* @problem: (transfer full) (nullable): NULL makes the client ready */
static void
set_problem (PosternClient *self, char *problem)
{
  g_free (self->problem);
  self->problem = problem;
  self->ready = problem == NULL;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_READY]);
}

/* --- loading --- */

static void
finish_waiting (PosternClient *self)
{
  g_autolist (GTask) waiting = g_steal_pointer (&self->waiting);

  for (GList *item = waiting; item != NULL; item = item->next)
    {
      GTask *task = item->data;
      GError *error = g_task_get_task_data (task);

      if (error != NULL)
        g_task_return_error (task, g_error_copy (error));
      else
        g_task_return_boolean (task, TRUE);
    }
}

static void
on_loaded (gboolean changed, const GError *error, gpointer user_data)
{
  g_autoptr (PosternClient) self = g_object_ref (user_data);

  set_problem (self, error != NULL ? client_error_to_words (error) : NULL);
  if (changed)
    g_signal_emit (self, signals[SETTINGS_CHANGED], 0);
  if (!settings_mirror_is_loading (self->mirror))
    finish_waiting (self);
}

/* --- the bus, and who is on it --- */

static void
on_owner_changed (PosternClient *self)
{
  g_autofree char *owner = g_dbus_proxy_get_name_owner (G_DBUS_PROXY (self->authority));

  if (owner != NULL)
    settings_mirror_load (self->mirror);
  else
    set_problem (self, g_strdup (_ ("The settings service does not answer.")));
}

/* @g_signal: named as the bus names it */
static void
on_told (PosternClient *self, const char *sender, const char *g_signal)
{
  g_signal_emit (self, signals[AUTHORITY_TOLD], g_quark_from_string (g_signal));
}

static void
on_server_changed (gpointer user_data)
{
  g_signal_emit (user_data, signals[SERVERS_CHANGED], 0);
}

static void
forget_bus (PosternClient *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (self->authority != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->authority, self);
      g_signal_handlers_disconnect_by_data (self->authority, self->mirror);
    }
  g_clear_object (&self->authority);
  for (gsize i = 0; i < POSTERN_N_SERVERS; i++)
    g_clear_pointer (&self->servers[i], server_watch_free);
  settings_mirror_follow (self->mirror, NULL);
}

static void
on_authority (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PosternClient) self = user_data;
  g_autoptr (GError) error = NULL;
  BusServerProperties1 *authority = bus_server_properties1_proxy_new_finish (result, &error);

  if (authority == NULL)
    return; /* the bus is gone again, and bus-link says so */
  self->authority = authority;
  if (self->peer_name != NULL)
    g_signal_connect_swapped (authority, "notify::g-name-owner", G_CALLBACK (on_owner_changed),
                              self);
  g_signal_connect_swapped (authority, "g-signal", G_CALLBACK (on_told), self);
  g_signal_connect_swapped (authority, "changed", G_CALLBACK (settings_mirror_load), self->mirror);
  settings_mirror_follow (self->mirror, authority);
  settings_mirror_load (self->mirror);
}

/* A single peer has no name, and there are no servers beside it. */
static void
follow_connection (PosternClient *self, GDBusConnection *connection)
{
  gboolean bus = g_dbus_connection_get_unique_name (connection) != NULL;

  self->peer_name = bus ? AUTHORITY_NAME : NULL;
  self->cancellable = g_cancellable_new ();
  bus_server_properties1_proxy_new (
      connection, G_DBUS_PROXY_FLAGS_DO_NOT_AUTO_START_AT_CONSTRUCTION, self->peer_name,
      AUTHORITY_PATH, self->cancellable, on_authority, g_object_ref (self));
  for (PosternServer i = 0; bus && i < POSTERN_N_SERVERS; i++)
    self->servers[i] = server_watch_new (connection, i, on_server_changed, self);
}

static void
on_link_changed (GDBusConnection *connection, const char *problem, gpointer user_data)
{
  PosternClient *self = user_data;

  forget_bus (self);
  if (connection != NULL)
    {
      follow_connection (self, connection);
      return;
    }
  set_problem (self, g_strdup (problem != NULL ? problem : _ ("The bus cannot be reached.")));
  finish_waiting (self);
  on_server_changed (self);
}

/* --- what others ask --- */

PosternClient *
postern_client_new (const char *where)
{
  PosternClient *self = g_object_new (POSTERN_TYPE_CLIENT, NULL);

  self->where = g_strdup (where);
  self->link = bus_link_new (where, on_link_changed, self);
  return self;
}

const char *
postern_client_get_where (PosternClient *self)
{
  return self->where;
}

gboolean
postern_client_is_ready (PosternClient *self)
{
  return self->ready;
}

const char *
postern_client_get_problem (PosternClient *self)
{
  return self->problem;
}

gboolean
postern_client_has_settings (PosternClient *self)
{
  return settings_mirror_is_filled (self->mirror);
}

guint64
postern_client_get_revision (PosternClient *self)
{
  return settings_mirror_get_revision (self->mirror);
}

GVariant *
postern_client_get_value (PosternClient *self, const char *name)
{
  return settings_mirror_get_value (self->mirror, name);
}

GVariant *
postern_client_get_description (PosternClient *self, const char *name)
{
  return settings_mirror_get_description (self->mirror, name);
}

void
postern_client_refresh (PosternClient *self)
{
  bus_link_retry (self->link);
  settings_mirror_load (self->mirror);
}

ServerState
postern_client_get_server (PosternClient *self, PosternServer server)
{
  return server_watch_get_state (self->servers[server]);
}

/* --- calls --- */

void
postern_client_check (PosternClient *self,
                      GVariant *changes,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
  postern_client_call (self, POSTERN_PEER_AUTHORITY, "ServerProperties1.Check",
                       g_variant_new ("(@a{sv})", changes), FALSE, cancellable, callback,
                       user_data);
}

GVariant *
postern_client_check_finish (PosternClient *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* The task's data, when set, is the error that it ends with once the settings have been loaded. */
static void
end_after_load (GTask *task)
{
  PosternClient *self = g_task_get_source_object (task);

  self->waiting = g_list_append (self->waiting, g_object_ref (task));
  settings_mirror_load (self->mirror);
  if (!settings_mirror_is_loading (self->mirror))
    finish_waiting (self);
}

static void
on_saved (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  GVariant *reply = postern_client_call_finish (POSTERN_CLIENT (source), result, &error);

  if (reply != NULL)
    {
      g_object_set_data_full (G_OBJECT (task), "reply", reply, (GDestroyNotify) g_variant_unref);
      end_after_load (task);
      return;
    }
  if (g_error_matches (error, CLIENT_ERROR, CLIENT_ERROR_STALE))
    {
      g_task_set_task_data (task, error, (GDestroyNotify) g_error_free);
      end_after_load (task);
    }
  else
    g_task_return_error (task, error);
}

void
postern_client_save (PosternClient *self,
                     const char *method,
                     GVariant *parameters,
                     GAsyncReadyCallback callback,
                     gpointer user_data)
{
  g_autofree char *member = g_strconcat ("ServerProperties1.", method, NULL);

  postern_client_call (self, POSTERN_PEER_AUTHORITY, member, parameters, TRUE, NULL, on_saved,
                       g_task_new (self, NULL, callback, user_data));
}

GVariant *
postern_client_save_finish (PosternClient *self, GAsyncResult *result, GError **error)
{
  if (!g_task_propagate_boolean (G_TASK (result), error))
    return NULL;
  return g_variant_ref (g_object_get_data (G_OBJECT (result), "reply"));
}

void
postern_client_apply (PosternClient *self,
                      guint64 expected_revision,
                      GVariant *changes,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
  postern_client_save (self, "Apply", g_variant_new ("(t@a{sv})", expected_revision, changes),
                       callback, user_data);
}

guint64
postern_client_apply_finish (PosternClient *self, GAsyncResult *result, GError **error)
{
  g_autoptr (GVariant) reply = postern_client_save_finish (self, result, error);
  guint64 revision = 0;

  if (reply != NULL)
    g_variant_get (reply, "(t)", &revision);
  return revision;
}

static void
on_called (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  GVariant *reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (reply == NULL)
    g_task_return_error (task, client_error_translate (error));
  else
    g_task_return_pointer (task, reply, (GDestroyNotify) g_variant_unref);
}

void
postern_client_call (PosternClient *self,
                     PosternPeer peer,
                     const char *method,
                     GVariant *parameters,
                     gboolean interactive,
                     GCancellable *cancellable,
                     GAsyncReadyCallback callback,
                     gpointer user_data)
{
  g_autoptr (GVariant) sunk = g_variant_ref_sink (parameters);
  g_autofree char *member = g_strconcat ("org.postern.", method, NULL);
  char *dot = strrchr (member, '.');
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  if (self->authority == NULL || (self->peer_name == NULL && peer != POSTERN_PEER_AUTHORITY))
    {
      g_task_return_new_error (task, CLIENT_ERROR, CLIENT_ERROR_UNREACHABLE, "nobody to ask");
      g_object_unref (task);
      return;
    }
  *dot = '\0';
  g_autofree char *name = peer == POSTERN_PEER_AUTHORITY
                              ? g_strdup (AUTHORITY_NAME)
                              : server_watch_get_bus_name ((PosternServer) peer);
  g_autofree char *path = g_strconcat ("/", name, NULL);
  g_strdelimit (path, ".", '/');
  g_dbus_connection_call (
      g_dbus_proxy_get_connection (G_DBUS_PROXY (self->authority)),
      self->peer_name != NULL ? name : NULL, path, member, dot + 1, sunk, NULL,
      (peer == POSTERN_PEER_AUTHORITY ? G_DBUS_CALL_FLAGS_NONE : G_DBUS_CALL_FLAGS_NO_AUTO_START)
          | (interactive ? G_DBUS_CALL_FLAGS_ALLOW_INTERACTIVE_AUTHORIZATION
                         : G_DBUS_CALL_FLAGS_NONE),
      interactive ? G_MAXINT : -1, cancellable, on_called, task);
}

GVariant *
postern_client_call_finish (PosternClient *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- the object --- */

static void
postern_client_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_READY)
    g_value_set_boolean (value, POSTERN_CLIENT (object)->ready);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
postern_client_dispose (GObject *object)
{
  PosternClient *self = POSTERN_CLIENT (object);

  g_clear_pointer (&self->link, bus_link_free);
  forget_bus (self);
  G_OBJECT_CLASS (postern_client_parent_class)->dispose (object);
}

static void
postern_client_finalize (GObject *object)
{
  PosternClient *self = POSTERN_CLIENT (object);

  g_clear_pointer (&self->mirror, settings_mirror_free);
  g_free (self->problem);
  g_free (self->where);
  G_OBJECT_CLASS (postern_client_parent_class)->finalize (object);
}

static void
postern_client_class_init (PosternClientClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->get_property = postern_client_get_property;
  object_class->dispose = postern_client_dispose;
  object_class->finalize = postern_client_finalize;

  properties[PROP_READY] = g_param_spec_boolean ("ready", NULL, NULL, FALSE,
                                                 G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);

  signals[SETTINGS_CHANGED] = g_signal_new ("settings-changed", POSTERN_TYPE_CLIENT,
                                            G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SERVERS_CHANGED] = g_signal_new ("servers-changed", POSTERN_TYPE_CLIENT,
                                           G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[AUTHORITY_TOLD]
      = g_signal_new ("authority-told", POSTERN_TYPE_CLIENT, G_SIGNAL_RUN_LAST | G_SIGNAL_DETAILED,
                      0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
postern_client_init (PosternClient *self)
{
  self->mirror = settings_mirror_new (on_loaded, self);
}
