/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/smtp/smtp-grant-service.h"

#include "server-bus.h"

struct _SmtpGrantService
{
  SmtpServices *services; /* (unowned) */
  BusGrantUse1 *skeleton; /* (owned) */
  Gatekeeper *gatekeeper; /* (unowned) */
};

static void
answer_list (GDBusMethodInvocation *invocation, gpointer user_data)
{
  SmtpGrantService *service = user_data;
  g_autoptr (GArray) list = smtp_grant_use_list (service->services->grants);
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(sxuu)"));
  for (guint i = 0; i < list->len; i++)
    {
      const SmtpGrantUsed *used = &g_array_index (list, SmtpGrantUsed, i);
      char address[IP_NETWORK_TEXT_MAX];
      g_variant_builder_add (&builder, "(sxuu)", ip_address_to_string (&used->address, address),
                             used->wall_time, used->count.messages, used->count.recipients);
    }
  bus_grant_use1_complete_list (service->skeleton, invocation, g_variant_builder_end (&builder));
}

static gboolean
on_list (BusGrantUse1 *skeleton, GDBusMethodInvocation *invocation, SmtpGrantService *service)
{
  gatekeeper_admit (service->gatekeeper, invocation, answer_list, service);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

SmtpGrantService *
smtp_grant_service_new (SmtpServices *services,
                        GDBusConnection *connection,
                        const char *object_path,
                        Gatekeeper *gatekeeper)
{
  g_autoptr (GError) error = NULL;
  SmtpGrantService *service = g_new0 (SmtpGrantService, 1);

  service->services = services;
  service->gatekeeper = gatekeeper;
  service->skeleton = bus_grant_use1_skeleton_new ();
  g_signal_connect (service->skeleton, "handle-list", G_CALLBACK (on_list), service);
  if (!g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (service->skeleton), connection,
                                         object_path, &error))
    g_warning ("bus: %s", error->message);
  return service;
}

void
smtp_grant_service_free (SmtpGrantService *service)
{
  GDBusInterfaceSkeleton *skeleton = G_DBUS_INTERFACE_SKELETON (service->skeleton);

  g_signal_handlers_disconnect_by_data (skeleton, service);
  if (g_dbus_interface_skeleton_get_connection (skeleton))
    g_dbus_interface_skeleton_unexport (skeleton);
  g_object_unref (service->skeleton);
  g_free (service);
}
