/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/pop3/logon-service.h"

#include "core/bus/bus.h"
#include "server-bus.h"

#define PURGE_INTERVAL_SECONDS 3600
#define LONGEST_WINDOW_MINUTES 65535

struct _LogonService
{
  Pop3Services *services; /* (unowned) */
  BusLogOns1 *skeleton;   /* (owned) */
  Gatekeeper *gatekeeper; /* (unowned) of the present connection */
  GThreadPool *thread;    /* (owned) (element-type Job): one thread */
  guint purge_timer;
};

typedef struct
{
  void (*run) (LogonService *service, GDBusMethodInvocation *invocation);
  GDBusMethodInvocation *invocation; /* (owned) (nullable) to be answered */
} Job;

/* --- In the service's thread --- */

static gint64
window_seconds (LogonService *service)
{
  g_autoptr (Settings) settings = pop3_services_settings (service->services);

  return (gint64) settings->smtp.relay.pop_client_minutes * 60;
}

static void
answer_failed (GDBusMethodInvocation *invocation, const GError *error)
{
  g_dbus_method_invocation_return_error_literal (invocation, BUS_ERROR, BUS_ERROR_FAILED,
                                                 error->message);
}

static void
list_logons (LogonService *service, GDBusMethodInvocation *invocation)
{
  gint64 window = window_seconds (service);
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) logons = logon_table_list (service->services->logons, window, &error);
  GVariantBuilder builder;

  if (logons == NULL)
    {
      answer_failed (invocation, error);
      return;
    }
  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(ssxu)"));
  for (guint i = 0; i < logons->len; i++)
    {
      const Logon *logon = &g_array_index (logons, Logon, i);
      g_autofree char *user = g_utf8_make_valid (logon->user, -1);
      char address[IP_NETWORK_TEXT_MAX];

      g_variant_builder_add (&builder, "(ssxu)", ip_address_to_string (&logon->address, address),
                             user, logon->wall_time, (guint32) (window - logon->age));
    }
  bus_log_ons1_complete_list (service->skeleton, invocation, g_variant_builder_end (&builder));
}

static void
revoke_logon (LogonService *service, GDBusMethodInvocation *invocation)
{
  g_autoptr (GError) error = NULL;
  const char *text;
  IpAddress address;
  gboolean revoked;

  g_variant_get (g_dbus_method_invocation_get_parameters (invocation), "(&s)", &text);
  if (!ip_address_parse (text, &address))
    {
      g_dbus_method_invocation_return_error (invocation, BUS_ERROR, BUS_ERROR_INVALID,
                                             "\"%s\" is not an address", text);
      return;
    }
  revoked = logon_table_revoke (service->services->logons, &address, &error);
  if (error != NULL)
    {
      answer_failed (invocation, error);
      return;
    }
  if (revoked)
    {
      g_autofree char *who = gatekeeper_caller_name (invocation);
      g_message ("log-on revoked: client=%s by=%s", text, who);
    }
  bus_log_ons1_complete_revoke (service->skeleton, invocation, revoked);
}

static void
purge_logons (LogonService *service, GDBusMethodInvocation *invocation)
{
  g_autoptr (GError) error = NULL;

  if (!logon_table_purge (service->services->logons, (gint64) LONGEST_WINDOW_MINUTES * 60, &error))
    g_warning ("old log-ons are not forgotten: %s", error->message);
}

static void
run_job (gpointer data, gpointer user_data)
{
  g_autofree Job *job = data;

  job->run (user_data, job->invocation);
}

/* --- In the main thread --- */

static void
push (LogonService *service,
      void (*run) (LogonService *, GDBusMethodInvocation *),
      GDBusMethodInvocation *invocation)
{
  Job *job = g_new (Job, 1);

  job->run = run;
  job->invocation = invocation;
  g_thread_pool_push (service->thread, job, NULL);
}

static void
push_list (GDBusMethodInvocation *invocation, gpointer user_data)
{
  push (user_data, list_logons, invocation);
}

static void
push_revoke (GDBusMethodInvocation *invocation, gpointer user_data)
{
  push (user_data, revoke_logon, invocation);
}

static gboolean
on_list (BusLogOns1 *skeleton, GDBusMethodInvocation *invocation, LogonService *service)
{
  gatekeeper_admit (service->gatekeeper, invocation, push_list, service);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
on_revoke (BusLogOns1 *skeleton,
           GDBusMethodInvocation *invocation,
           const char *address,
           LogonService *service)
{
  gatekeeper_admit (service->gatekeeper, invocation, push_revoke, service);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
on_purge (gpointer data)
{
  push (data, purge_logons, NULL);
  return G_SOURCE_CONTINUE;
}

static void
unexport (LogonService *service)
{
  GDBusInterfaceSkeleton *skeleton = G_DBUS_INTERFACE_SKELETON (service->skeleton);

  if (g_dbus_interface_skeleton_get_connection (skeleton) != NULL)
    g_dbus_interface_skeleton_unexport (skeleton);
}

LogonService *
logon_service_new (Pop3Services *services)
{
  LogonService *service = g_new0 (LogonService, 1);

  service->services = services;
  service->thread = g_thread_pool_new (run_job, service, 1, FALSE, NULL);
  service->skeleton = bus_log_ons1_skeleton_new ();
  g_signal_connect (service->skeleton, "handle-list", G_CALLBACK (on_list), service);
  g_signal_connect (service->skeleton, "handle-revoke", G_CALLBACK (on_revoke), service);
  service->purge_timer = g_timeout_add_seconds (PURGE_INTERVAL_SECONDS, on_purge, service);
  on_purge (service);
  return service;
}

void
logon_service_free (LogonService *service)
{
  if (service == NULL)
    return;
  g_source_remove (service->purge_timer);
  unexport (service);
  g_thread_pool_free (service->thread, FALSE, TRUE);
  g_object_unref (service->skeleton);
  g_free (service);
}

void
logon_service_export (LogonService *service,
                      GDBusConnection *connection,
                      const char *object_path,
                      Gatekeeper *gatekeeper)
{
  GDBusInterfaceSkeleton *skeleton = G_DBUS_INTERFACE_SKELETON (service->skeleton);
  g_autoptr (GError) error = NULL;

  service->gatekeeper = gatekeeper;
  unexport (service);
  if (!g_dbus_interface_skeleton_export (skeleton, connection, object_path, &error))
    g_warning ("bus: %s", error->message);
}
