/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/authority/authority-service.h"

#include "core/authority/authority-methods.h"
#include "core/authority/mail-users.h"
#include "core/authority/server-control.h"
#include "core/bus/bus-place.h"
#include "core/bus/bus.h"
#include "core/bus/gatekeeper.h"
#include "server-properties-bus.h"

struct _AuthorityService
{
  GDBusConnection *connection; /* (owned) */
  Gatekeeper *gatekeeper;      /* (owned) */
  Custody *custody;            /* (owned): the worker's alone, once it runs */
  Temporary *temporary;        /* (owned): the same */
  GThreadPool *worker;         /* (owned): one thread; a task is a GDBusMethodInvocation, or LOOK */
  GFileMonitor *monitor;       /* (owned) (nullable) */
  guint registration, users_registration;
  GMutex lock;
  guint64 revision; /* guarded by @lock: for who reads the property */
  GSource *timer;   /* (owned) (nullable): guarded by @lock: when a temporary change may be over */
  GHashTable *makers; /* (owned): guarded by @lock: id of a temporary change that was made in the
                         life of this process -> the unique bus name of who made it */
};

/* The task that is no call. */
static const char LOOK[] = "look at the settings file";

static int
bus_error_for (const GError *error)
{
  static const int CODES[] = {
    [AUTHORITY_ERROR_INVALID] = BUS_ERROR_INVALID,
    [AUTHORITY_ERROR_STALE] = BUS_ERROR_STALE,
    [AUTHORITY_ERROR_NO_SUCH_REVISION] = BUS_ERROR_NO_SUCH_REVISION,
    [AUTHORITY_ERROR_FAILED] = BUS_ERROR_FAILED,
  };
  return error->domain == AUTHORITY_ERROR ? CODES[error->code] : BUS_ERROR_FAILED;
}

static gboolean
is_about_users (GDBusMethodInvocation *invocation)
{
  return g_str_equal (g_dbus_method_invocation_get_interface_name (invocation),
                      bus_mail_users1_interface_info ()->name);
}

static gboolean
is_change (GDBusMethodInvocation *invocation)
{
  return g_strcmp0 (gatekeeper_action (g_dbus_method_invocation_get_interface_name (invocation),
                                       g_dbus_method_invocation_get_method_name (invocation)),
                    GATEKEEPER_CHANGE)
         == 0;
}

/* For who reads the log to see what became of an attempt. Reading needs no line. */
static void
log_refusal (GDBusMethodInvocation *invocation, const char *who, const GError *error)
{
  const char *method = g_dbus_method_invocation_get_method_name (invocation);
  const char *what = is_about_users (invocation) ? "users" : "settings";

  if (!is_change (invocation))
    return;
  if (g_error_matches (error, AUTHORITY_ERROR, AUTHORITY_ERROR_FAILED))
    g_warning ("%s: %s by %s failed: %s", what, method, who, error->message);
  else
    g_message ("%s: %s by %s refused: %s", what, method, who, error->message);
}

/* Returns: (transfer floating): the reply; %NULL with an #AuthorityError */
static GVariant *
run_method (AuthorityService *service,
            GDBusMethodInvocation *invocation,
            const char *who,
            GError **error)
{
  const char *method = g_dbus_method_invocation_get_method_name (invocation);
  GVariant *arguments = g_dbus_method_invocation_get_parameters (invocation);
  const AuthorityMeans means = { service->custody, service->temporary };

  if (!is_about_users (invocation))
    return authority_methods_run (&means, method, who, arguments, error);

  GVariant *reply = mail_users_run (service->custody, method, who, arguments, error);
  if (reply != NULL && is_change (invocation))
    g_dbus_connection_emit_signal (service->connection, NULL, BUS_PLACE_AUTHORITY_PATH,
                                   bus_mail_users1_interface_info ()->name, "UsersChanged", NULL,
                                   NULL);
  return reply;
}

static void
note_maker (AuthorityService *service, GDBusMethodInvocation *invocation, GVariant *reply)
{
  guint64 id;

  if (!g_str_equal (g_dbus_method_invocation_get_method_name (invocation), "ApplyUntil"))
    return;
  g_variant_get_child (reply, 1, "t", &id);
  g_mutex_lock (&service->lock);
  g_hash_table_insert (service->makers, g_memdup2 (&id, sizeof id),
                       g_strdup (g_dbus_method_invocation_get_sender (invocation)));
  g_mutex_unlock (&service->lock);
}

/* Whether the call only ends what the same bus connection has begun. */
static gboolean
is_of_maker (AuthorityService *service, GDBusMethodInvocation *invocation)
{
  const char *method = g_dbus_method_invocation_get_method_name (invocation);
  guint64 id;

  if (!g_str_equal (method, "Keep") && !g_str_equal (method, "EndTemporary"))
    return FALSE;
  g_variant_get (g_dbus_method_invocation_get_parameters (invocation), "(t)", &id);
  g_mutex_lock (&service->lock);
  const char *maker = g_hash_table_lookup (service->makers, &id);
  gboolean is_maker
      = maker != NULL && g_strcmp0 (maker, g_dbus_method_invocation_get_sender (invocation)) == 0;
  g_mutex_unlock (&service->lock);
  return is_maker;
}

/* In the worker's thread. */
static void
answer (AuthorityService *service, GDBusMethodInvocation *invocation)
{
  g_autofree char *who = gatekeeper_caller_name (invocation);
  g_autoptr (GError) error = NULL;
  GVariant *reply = run_method (service, invocation, who, &error);

  if (reply != NULL)
    {
      note_maker (service, invocation, reply);
      g_dbus_method_invocation_return_value (invocation, reply);
    }
  else
    {
      log_refusal (invocation, who, error);
      g_dbus_method_invocation_return_error_literal (invocation, BUS_ERROR, bus_error_for (error),
                                                     error->message);
    }
}

static gboolean
on_timer (gpointer data)
{
  authority_service_look (data);
  return G_SOURCE_REMOVE;
}

/* In the worker's thread: sets the alarm for the next end of a temporary change. */
static void
set_timer (AuthorityService *service)
{
  int next_ms = temporary_next_ms (service->temporary);
  GSource *timer = next_ms >= 0 ? g_timeout_source_new ((guint) next_ms) : NULL;

  g_mutex_lock (&service->lock);
  if (service->timer != NULL)
    {
      g_source_destroy (service->timer);
      g_source_unref (service->timer);
    }
  service->timer = timer;
  if (timer != NULL)
    {
      g_source_set_callback (timer, on_timer, service, NULL);
      g_source_attach (timer, NULL);
    }
  g_mutex_unlock (&service->lock);
}

/* No call sees a change whose end has come, however late the alarm is. */
static void
run_task (gpointer task, gpointer data)
{
  AuthorityService *service = data;

  temporary_end_due (service->temporary);
  if (task == LOOK)
    custody_look (service->custody);
  else
    answer (service, task);
  set_timer (service);
}

/* In the worker's thread. */
static void
on_temporary_changed (gpointer data)
{
  AuthorityService *service = data;

  g_dbus_connection_emit_signal (service->connection, NULL, BUS_PLACE_AUTHORITY_PATH,
                                 BUS_PLACE_AUTHORITY_NAME, "TemporaryChanged", NULL, NULL);
}

/* In the worker's thread, before the reply to the call that saved: the bus keeps that order. */
static void
on_saved (guint64 revision, const char *const *names, gpointer data)
{
  AuthorityService *service = data;
  GVariantDict changed;

  g_mutex_lock (&service->lock);
  service->revision = revision;
  g_mutex_unlock (&service->lock);

  g_dbus_connection_emit_signal (service->connection, NULL, BUS_PLACE_AUTHORITY_PATH,
                                 BUS_PLACE_AUTHORITY_NAME, "Changed",
                                 g_variant_new ("(t^as)", revision, names), NULL);
  g_variant_dict_init (&changed, NULL);
  g_variant_dict_insert (&changed, "Revision", "t", revision);
  g_dbus_connection_emit_signal (service->connection, NULL, BUS_PLACE_AUTHORITY_PATH,
                                 "org.freedesktop.DBus.Properties", "PropertiesChanged",
                                 g_variant_new ("(s@a{sv}@as)", BUS_PLACE_AUTHORITY_NAME,
                                                g_variant_dict_end (&changed),
                                                g_variant_new_strv (NULL, 0)),
                                 NULL);
}

static void
on_admitted (GDBusMethodInvocation *invocation, gpointer data)
{
  AuthorityService *service = data;
  const char *method = g_dbus_method_invocation_get_method_name (invocation);

  /* These wait for the bus, not for the disk. */
  if (g_str_equal (method, "StartServer"))
    server_control_start (invocation);
  else if (g_str_equal (method, "StopServer"))
    server_control_stop (invocation);
  else if (g_str_equal (method, "RestartServer"))
    server_control_restart (invocation);
  else
    g_thread_pool_push (service->worker, invocation, NULL);
}

static void
on_method_call (GDBusConnection *connection,
                const char *sender,
                const char *object_path,
                const char *interface,
                const char *method,
                GVariant *parameters,
                GDBusMethodInvocation *invocation,
                gpointer data)
{
  AuthorityService *service = data;

  if (is_of_maker (service, invocation))
    gatekeeper_admit_again (service->gatekeeper, invocation, on_admitted, service);
  else
    gatekeeper_admit (service->gatekeeper, invocation, on_admitted, service);
}

static GVariant *
on_get_property (GDBusConnection *connection,
                 const char *sender,
                 const char *object_path,
                 const char *interface,
                 const char *property,
                 GError **error,
                 gpointer data)
{
  AuthorityService *service = data;

  /* The interface has no other property. */
  g_mutex_lock (&service->lock);
  guint64 revision = service->revision;
  g_mutex_unlock (&service->lock);
  return g_variant_new_uint64 (revision);
}

void
authority_service_look (AuthorityService *service)
{
  g_thread_pool_push (service->worker, (gpointer) LOOK, NULL);
}

static void
on_file_event (
    GFileMonitor *monitor, GFile *file, GFile *other, GFileMonitorEvent event, gpointer data)
{
  /* Half-written files are not of interest: a hint that the writing is done follows. */
  if (event != G_FILE_MONITOR_EVENT_CHANGED)
    authority_service_look (data);
}

static void
watch_file (AuthorityService *service)
{
  g_autoptr (GFile) file = g_file_new_for_path (custody_path (service->custody));
  g_autoptr (GError) error = NULL;

  service->monitor = g_file_monitor_file (file, G_FILE_MONITOR_WATCH_MOVES, NULL, &error);
  if (service->monitor != NULL)
    g_signal_connect (service->monitor, "changed", G_CALLBACK (on_file_event), service);
  else
    g_warning ("Edits of %s are noticed at the next call or SIGHUP only: %s",
               custody_path (service->custody), error->message);
}

AuthorityService *
authority_service_new (GDBusConnection *connection,
                       Custody *custody,
                       Temporary *temporary,
                       GError **error)
{
  static const GDBusInterfaceVTable VTABLE = { on_method_call, on_get_property, NULL, { 0 } };
  g_autoptr (AuthorityService) service = g_new0 (AuthorityService, 1);

  g_mutex_init (&service->lock);
  service->connection = g_object_ref (connection);
  service->gatekeeper = gatekeeper_new (connection);
  service->custody = custody;
  service->revision = settings_document_revision (custody_document (custody));
  custody_set_listener (custody, on_saved, service);
  service->temporary = temporary;
  service->makers = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  temporary_set_listener (temporary, on_temporary_changed, service);

  service->worker = g_thread_pool_new (run_task, service, 1, TRUE, error);
  if (service->worker == NULL)
    return NULL;
  service->registration = g_dbus_connection_register_object (
      connection, BUS_PLACE_AUTHORITY_PATH, bus_server_properties1_interface_info (), &VTABLE,
      service, NULL, error);
  if (service->registration == 0)
    return NULL;
  service->users_registration = g_dbus_connection_register_object (
      connection, BUS_PLACE_AUTHORITY_PATH, bus_mail_users1_interface_info (), &VTABLE, service,
      NULL, error);
  if (service->users_registration == 0)
    return NULL;
  watch_file (service);
  /* What ended while no authority was there is taken back before anybody asks. */
  authority_service_look (service);
  return g_steal_pointer (&service);
}

void
authority_service_free (AuthorityService *service)
{
  if (service == NULL)
    return;
  if (service->registration != 0)
    g_dbus_connection_unregister_object (service->connection, service->registration);
  if (service->users_registration != 0)
    g_dbus_connection_unregister_object (service->connection, service->users_registration);
  g_clear_pointer (&service->gatekeeper, gatekeeper_free);
  g_clear_object (&service->monitor);
  if (service->worker != NULL)
    g_thread_pool_free (service->worker, FALSE, TRUE);
  if (service->timer != NULL)
    {
      g_source_destroy (service->timer);
      g_source_unref (service->timer);
    }
  g_clear_pointer (&service->makers, g_hash_table_unref);
  g_clear_pointer (&service->temporary, temporary_free);
  g_clear_pointer (&service->custody, custody_free);
  g_clear_object (&service->connection);
  g_mutex_clear (&service->lock);
  g_free (service);
}
