/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/pop3/service-call.h"

#include "core/bus/bus.h"

void
service_call_unexport (GDBusInterfaceSkeleton *skeleton)
{
  if (g_dbus_interface_skeleton_get_connection (skeleton) != NULL)
    g_dbus_interface_skeleton_unexport (skeleton);
}

void
service_call_export (GDBusInterfaceSkeleton *skeleton,
                     GDBusConnection *connection,
                     const char *object_path)
{
  g_autoptr (GError) error = NULL;

  service_call_unexport (skeleton);
  if (!g_dbus_interface_skeleton_export (skeleton, connection, object_path, &error))
    g_warning ("bus: %s", error->message);
}

gboolean
service_call_read_address (GDBusMethodInvocation *invocation, IpAddress *address)
{
  const char *text;

  g_variant_get (g_dbus_method_invocation_get_parameters (invocation), "(&s)", &text);
  if (ip_address_parse (text, address))
    return TRUE;
  g_dbus_method_invocation_return_error (invocation, BUS_ERROR, BUS_ERROR_INVALID,
                                         "\"%s\" is not an address", text);
  return FALSE;
}

void
service_call_fail (GDBusMethodInvocation *invocation, const GError *error)
{
  g_dbus_method_invocation_return_error_literal (invocation, BUS_ERROR, BUS_ERROR_FAILED,
                                                 error->message);
}
