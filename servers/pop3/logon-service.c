/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/pop3/logon-service.h"

#include "core/bus/bus.h"
#include "core/log/log-event.h"
#include "server-bus.h"
#include "servers/policy/policy-logon.h"
#include "servers/pop3/service-call.h"
#include "servers/pop3/service-thread.h"

#define PURGE_INTERVAL_SECONDS 3600
#define LONGEST_WINDOW_SECONDS (65535 * 60)

struct _LogonService
{
  Pop3Services *services; /* (unowned) */
  BusLogOns1 *skeleton;   /* (owned) */
  Gatekeeper *gatekeeper; /* (unowned) of the present connection */
  ServiceThread *thread;  /* (owned) */
  guint purge_timer;
};

/* --- In the service's thread --- */

/* The address under which a log-on of @address stands in the table. */
static gboolean
read_address (LogonService *service, GDBusMethodInvocation *invocation, IpAddress *address)
{
  g_autoptr (Policy) policy = policy_holder_get (service->services->policies);
  IpAddress client;

  if (!service_call_read_address (invocation, &client))
    return FALSE;
  *address = policy_logon_address (policy, &client);
  return TRUE;
}

/* Returns: how many seconds the log-on is in force still; 0 for none */
static gint64
seconds_left (LogonService *service, const Policy *policy, const Logon *logon)
{
  g_autoptr (Credentials) credentials = pop3_services_credentials (service->services);

  if (!policy_records_logon (policy, &logon->client)
      || !credentials_vouch (credentials, logon->user, logon->mark, &logon->client))
    return 0;
  return MAX (policy_logon_seconds (policy, logon->user, &logon->client) - logon->age, 0);
}

static void
append_logon (GVariantBuilder *builder, const Logon *logon, gint64 left)
{
  g_autofree char *user = g_utf8_make_valid (logon->user, -1);
  char address[IP_NETWORK_TEXT_MAX];

  g_variant_builder_add (builder, "(ssxu)", ip_address_to_string (&logon->address, address), user,
                         logon->wall_time, (guint32) left);
}

static void
list_logons (gpointer data, GDBusMethodInvocation *invocation)
{
  LogonService *service = data;
  g_autoptr (Policy) policy = policy_holder_get (service->services->policies);
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) logons
      = logon_table_list (service->services->logons, LONGEST_WINDOW_SECONDS, &error);
  GVariantBuilder builder;

  if (logons == NULL)
    {
      service_call_fail (invocation, error);
      return;
    }
  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(ssxu)"));
  for (guint i = 0; i < logons->len; i++)
    {
      const Logon *logon = &g_array_index (logons, Logon, i);
      gint64 left = seconds_left (service, policy, logon);
      if (left > 0)
        append_logon (&builder, logon, left);
    }
  bus_log_ons1_complete_list (service->skeleton, invocation, g_variant_builder_end (&builder));
}

static void
write_journal (const char *event, GDBusMethodInvocation *invocation, const Logon *logon)
{
  g_autofree char *by = gatekeeper_caller_name (invocation);
  char client[IP_NETWORK_TEXT_MAX];
  const LogField fields[] = {
    { "client", ip_address_to_string (&logon->address, client) },
    { "user", logon->user },
    { "by", by },
    { NULL },
  };

  log_event (event, fields);
}

static void
revoke_logon (gpointer data, GDBusMethodInvocation *invocation)
{
  LogonService *service = data;
  g_autoptr (GError) error = NULL;
  Logon logon = { 0 };
  gboolean revoked;

  if (!read_address (service, invocation, &logon.address))
    return;
  logon_table_look_up (service->services->logons, &logon.address, &logon);
  revoked = logon_table_revoke (service->services->logons, &logon.address, &error);
  if (error != NULL)
    {
      service_call_fail (invocation, error);
      return;
    }
  if (revoked)
    write_journal ("log-on-revoked", invocation, &logon);
  bus_log_ons1_complete_revoke (service->skeleton, invocation, revoked);
}

/* Returns: how many log-ons are in force; -1 with @error */
static gint64
count_logons (LogonService *service, GError **error)
{
  g_autoptr (Policy) policy = policy_holder_get (service->services->policies);
  g_autoptr (GArray) logons
      = logon_table_list (service->services->logons, LONGEST_WINDOW_SECONDS, error);
  gint64 count = 0;

  if (logons == NULL)
    return -1;
  for (guint i = 0; i < logons->len; i++)
    count += seconds_left (service, policy, &g_array_index (logons, Logon, i)) > 0;
  return count;
}

static void
revoke_all_logons (gpointer data, GDBusMethodInvocation *invocation)
{
  LogonService *service = data;
  g_autoptr (GError) error = NULL;
  gint64 count = count_logons (service, &error);

  if (count < 0 || !logon_table_revoke_all (service->services->logons, &error))
    {
      service_call_fail (invocation, error);
      return;
    }
  g_autofree char *by = gatekeeper_caller_name (invocation);
  g_autofree char *number = g_strdup_printf ("%" G_GINT64_FORMAT, count);
  log_event ("log-ons-revoked", (const LogField[]){ { "count", number }, { "by", by }, { NULL } });
  bus_log_ons1_complete_revoke_all (service->skeleton, invocation, (guint) count);
}

/* Only what is in force can be extended: nobody gets in who had not logged on. Where another log-on
 * came in between, it is looked at in its turn. */
static void
extend_logon (gpointer data, GDBusMethodInvocation *invocation)
{
  LogonService *service = data;
  g_autoptr (Policy) policy = policy_holder_get (service->services->policies);
  g_autoptr (GError) error = NULL;
  gboolean extended = FALSE;
  IpAddress address;
  Logon logon;

  if (!read_address (service, invocation, &address))
    return;
  while (!extended && error == NULL
         && logon_table_look_up (service->services->logons, &address, &logon)
         && seconds_left (service, policy, &logon) > 0)
    extended = logon_table_extend (service->services->logons, &logon, &error);
  if (error != NULL)
    {
      service_call_fail (invocation, error);
      return;
    }
  if (extended)
    write_journal ("log-on-extended", invocation, &logon);
  bus_log_ons1_complete_extend (service->skeleton, invocation, extended);
}

static void
purge_logons (gpointer data, GDBusMethodInvocation *invocation)
{
  LogonService *service = data;
  g_autoptr (GError) error = NULL;

  if (!logon_table_purge (service->services->logons, LONGEST_WINDOW_SECONDS, &error))
    g_warning ("old log-ons are not forgotten: %s", error->message);
}

/* --- In the main thread --- */

static void
push_list (GDBusMethodInvocation *invocation, gpointer user_data)
{
  service_thread_push (((LogonService *) user_data)->thread, list_logons, invocation);
}

static void
push_revoke (GDBusMethodInvocation *invocation, gpointer user_data)
{
  service_thread_push (((LogonService *) user_data)->thread, revoke_logon, invocation);
}

static void
push_revoke_all (GDBusMethodInvocation *invocation, gpointer user_data)
{
  service_thread_push (((LogonService *) user_data)->thread, revoke_all_logons, invocation);
}

static void
push_extend (GDBusMethodInvocation *invocation, gpointer user_data)
{
  service_thread_push (((LogonService *) user_data)->thread, extend_logon, invocation);
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
on_revoke_all (BusLogOns1 *skeleton, GDBusMethodInvocation *invocation, LogonService *service)
{
  gatekeeper_admit (service->gatekeeper, invocation, push_revoke_all, service);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
on_extend (BusLogOns1 *skeleton,
           GDBusMethodInvocation *invocation,
           const char *address,
           LogonService *service)
{
  gatekeeper_admit (service->gatekeeper, invocation, push_extend, service);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
on_purge (gpointer data)
{
  service_thread_push (((LogonService *) data)->thread, purge_logons, NULL);
  return G_SOURCE_CONTINUE;
}

LogonService *
logon_service_new (Pop3Services *services)
{
  LogonService *service = g_new0 (LogonService, 1);

  service->services = services;
  service->thread = service_thread_new (service);
  service->skeleton = bus_log_ons1_skeleton_new ();
  g_signal_connect (service->skeleton, "handle-list", G_CALLBACK (on_list), service);
  g_signal_connect (service->skeleton, "handle-revoke", G_CALLBACK (on_revoke), service);
  g_signal_connect (service->skeleton, "handle-revoke-all", G_CALLBACK (on_revoke_all), service);
  g_signal_connect (service->skeleton, "handle-extend", G_CALLBACK (on_extend), service);
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
  service_call_unexport (G_DBUS_INTERFACE_SKELETON (service->skeleton));
  service_thread_free (service->thread);
  g_object_unref (service->skeleton);
  g_free (service);
}

void
logon_service_export (LogonService *service,
                      GDBusConnection *connection,
                      const char *object_path,
                      Gatekeeper *gatekeeper)
{
  service->gatekeeper = gatekeeper;
  service_call_export (G_DBUS_INTERFACE_SKELETON (service->skeleton), connection, object_path);
}
