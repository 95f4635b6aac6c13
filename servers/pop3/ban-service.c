/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/pop3/ban-service.h"

#include "core/bus/bus.h"
#include "core/log/log-event.h"
#include "server-bus.h"
#include "servers/pop3/service-call.h"
#include "servers/pop3/service-thread.h"

struct _BanService
{
  Pop3Services *services; /* (unowned) */
  BusBans1 *skeleton;     /* (owned) */
  Gatekeeper *gatekeeper; /* (unowned) of the present connection */
  ServiceThread *thread;  /* (owned) */
};

/* --- In the service's thread --- */

static void
list_bans (gpointer data, GDBusMethodInvocation *invocation)
{
  BanService *service = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) bans = ban_table_list (service->services->bans, &error);
  GVariantBuilder builder;

  if (bans == NULL)
    {
      service_call_fail (invocation, error);
      return;
    }
  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(ssxxu)"));
  for (guint i = 0; i < bans->len; i++)
    {
      const Ban *ban = &g_array_index (bans, Ban, i);
      g_autofree char *user = g_utf8_make_valid (ban->user, -1);
      char address[IP_NETWORK_TEXT_MAX];

      g_variant_builder_add (&builder, "(ssxxu)", ip_address_to_string (&ban->address, address),
                             user, ban->since, ban->until, ban->failures);
    }
  bus_bans1_complete_list (service->skeleton, invocation, g_variant_builder_end (&builder));
}

static void
write_journal (GDBusMethodInvocation *invocation, const IpAddress *address)
{
  g_autofree char *by = gatekeeper_caller_name (invocation);
  char client[IP_NETWORK_TEXT_MAX];
  const LogField fields[] = {
    { "client", ip_address_to_string (address, client) },
    { "by", by },
    { NULL },
  };

  log_event ("ban-lifted", fields);
}

static void
lift_ban (gpointer data, GDBusMethodInvocation *invocation)
{
  BanService *service = data;
  g_autoptr (GError) error = NULL;
  IpAddress address;
  gboolean lifted;

  if (!service_call_read_address (invocation, &address))
    return;
  lifted = ban_table_lift (service->services->bans, &address, &error);
  if (error != NULL)
    {
      service_call_fail (invocation, error);
      return;
    }
  if (lifted)
    write_journal (invocation, &address);
  bus_bans1_complete_lift (service->skeleton, invocation, lifted);
}

/* --- In the main thread --- */

static void
push_list (GDBusMethodInvocation *invocation, gpointer user_data)
{
  service_thread_push (((BanService *) user_data)->thread, list_bans, invocation);
}

static void
push_lift (GDBusMethodInvocation *invocation, gpointer user_data)
{
  service_thread_push (((BanService *) user_data)->thread, lift_ban, invocation);
}

static gboolean
on_list (BusBans1 *skeleton, GDBusMethodInvocation *invocation, BanService *service)
{
  gatekeeper_admit (service->gatekeeper, invocation, push_list, service);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
on_lift (BusBans1 *skeleton,
         GDBusMethodInvocation *invocation,
         const char *address,
         BanService *service)
{
  gatekeeper_admit (service->gatekeeper, invocation, push_lift, service);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

BanService *
ban_service_new (Pop3Services *services)
{
  BanService *service = g_new0 (BanService, 1);

  service->services = services;
  service->thread = service_thread_new (service);
  service->skeleton = bus_bans1_skeleton_new ();
  g_signal_connect (service->skeleton, "handle-list", G_CALLBACK (on_list), service);
  g_signal_connect (service->skeleton, "handle-lift", G_CALLBACK (on_lift), service);
  return service;
}

void
ban_service_free (BanService *service)
{
  if (service == NULL)
    return;
  service_call_unexport (G_DBUS_INTERFACE_SKELETON (service->skeleton));
  service_thread_free (service->thread);
  g_object_unref (service->skeleton);
  g_free (service);
}

void
ban_service_export (BanService *service,
                    GDBusConnection *connection,
                    const char *object_path,
                    Gatekeeper *gatekeeper)
{
  service->gatekeeper = gatekeeper;
  service_call_export (G_DBUS_INTERFACE_SKELETON (service->skeleton), connection, object_path);
}
