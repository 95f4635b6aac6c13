/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/pop3/device-service.h"

#include <string.h>

#include "server-bus.h"
#include "servers/pop3/service-call.h"
#include "servers/pop3/service-thread.h"

/* A message bus takes no message of 32 MiB. */
#define ANSWER_BYTES_MAX (24 * 1024 * 1024)
/* Of a row without its user, rounded up. */
#define ROW_BYTES 288

struct _DeviceService
{
  Pop3Services *services; /* (unowned) */
  BusDevices1 *skeleton;  /* (owned) */
  Gatekeeper *gatekeeper; /* (unowned) of the present connection */
  ServiceThread *thread;  /* (owned) */
};

/* --- In the service's thread --- */

static void
append_device (GVariantBuilder *builder, const Device *device)
{
  g_autofree char *user = g_utf8_make_valid (device->user, -1);
  char address[IP_NETWORK_TEXT_MAX];

  g_variant_builder_open (builder, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (builder, "{sv}", "user", g_variant_new_string (user));
  g_variant_builder_add (builder, "{sv}", "address",
                         g_variant_new_string (ip_address_to_string (&device->address, address)));
  g_variant_builder_add (builder, "{sv}", "how", g_variant_new_string (device->how));
  g_variant_builder_add (builder, "{sv}", "tls", g_variant_new_string (device->tls));
  g_variant_builder_add (builder, "{sv}", "first", g_variant_new_int64 (device->first));
  g_variant_builder_add (builder, "{sv}", "last", g_variant_new_int64 (device->last));
  g_variant_builder_add (builder, "{sv}", "log-ons", g_variant_new_uint64 (device->log_ons));
  g_variant_builder_add (builder, "{sv}", "retrieved", g_variant_new_uint64 (device->retrieved));
  g_variant_builder_close (builder);
}

static void
list_devices (gpointer data, GDBusMethodInvocation *invocation)
{
  DeviceService *service = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) devices = device_table_list (service->services->devices, &error);
  GVariantBuilder builder;
  gsize bytes = 0;

  if (devices == NULL)
    {
      service_call_fail (invocation, error);
      return;
    }
  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < devices->len; i++)
    {
      const Device *device = &g_array_index (devices, Device, i);

      bytes += ROW_BYTES + 3 * strlen (device->user); /* a byte that is no text takes three */
      if (bytes > ANSWER_BYTES_MAX)
        break;
      append_device (&builder, device);
    }
  bus_devices1_complete_list (service->skeleton, invocation, g_variant_builder_end (&builder));
}

/* --- In the main thread --- */

static void
push_list (GDBusMethodInvocation *invocation, gpointer user_data)
{
  service_thread_push (((DeviceService *) user_data)->thread, list_devices, invocation);
}

static gboolean
on_list (BusDevices1 *skeleton, GDBusMethodInvocation *invocation, DeviceService *service)
{
  gatekeeper_admit (service->gatekeeper, invocation, push_list, service);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

DeviceService *
device_service_new (Pop3Services *services)
{
  DeviceService *service = g_new0 (DeviceService, 1);

  service->services = services;
  service->thread = service_thread_new (service);
  service->skeleton = bus_devices1_skeleton_new ();
  g_signal_connect (service->skeleton, "handle-list", G_CALLBACK (on_list), service);
  return service;
}

void
device_service_free (DeviceService *service)
{
  if (service == NULL)
    return;
  service_call_unexport (G_DBUS_INTERFACE_SKELETON (service->skeleton));
  service_thread_free (service->thread);
  g_object_unref (service->skeleton);
  g_free (service);
}

void
device_service_export (DeviceService *service,
                       GDBusConnection *connection,
                       const char *object_path,
                       Gatekeeper *gatekeeper)
{
  service->gatekeeper = gatekeeper;
  service_call_export (G_DBUS_INTERFACE_SKELETON (service->skeleton), connection, object_path);
}
