/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/smtp/smtp-refusal-service.h"

#include "activity-bus.h"

struct _SmtpRefusalService
{
  SmtpRefusals *refusals; /* (unowned) */
  BusRefusals1 *skeleton; /* (owned) */
  Gatekeeper *gatekeeper; /* (unowned) */
};

static void
add_refusal (GVariantBuilder *builder, const SmtpRefusal *refusal)
{
  const struct
  {
    const char *name, *value;
  } texts[] = {
    { "client", refusal->client },       { "user", refusal->user }, { "sender", refusal->sender },
    { "recipient", refusal->recipient }, { "rule", refusal->rule }, { "setting", refusal->setting },
    { "reply", refusal->reply },
  };

  g_variant_builder_open (builder, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (builder, "{sv}", "time", g_variant_new_int64 (refusal->time_s));
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    g_variant_builder_add (builder, "{sv}", texts[i].name, g_variant_new_string (texts[i].value));
  g_variant_builder_close (builder);
}

static void
answer_list (GDBusMethodInvocation *invocation, gpointer user_data)
{
  SmtpRefusalService *service = user_data;
  GVariantBuilder builder;
  guint32 limit;

  g_variant_get (g_dbus_method_invocation_get_parameters (invocation), "(u)", &limit);
  g_autoptr (GArray) list = smtp_refusals_list (service->refusals, limit);
  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < list->len; i++)
    add_refusal (&builder, &g_array_index (list, SmtpRefusal, i));
  bus_refusals1_complete_list (service->skeleton, invocation, g_variant_builder_end (&builder));
}

static gboolean
on_list (BusRefusals1 *skeleton,
         GDBusMethodInvocation *invocation,
         guint32 limit,
         SmtpRefusalService *service)
{
  gatekeeper_admit (service->gatekeeper, invocation, answer_list, service);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

SmtpRefusalService *
smtp_refusal_service_new (SmtpRefusals *refusals,
                          GDBusConnection *connection,
                          const char *object_path,
                          Gatekeeper *gatekeeper)
{
  g_autoptr (GError) error = NULL;
  SmtpRefusalService *service = g_new0 (SmtpRefusalService, 1);

  service->refusals = refusals;
  service->gatekeeper = gatekeeper;
  service->skeleton = bus_refusals1_skeleton_new ();
  g_signal_connect (service->skeleton, "handle-list", G_CALLBACK (on_list), service);
  if (!g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (service->skeleton), connection,
                                         object_path, &error))
    g_warning ("bus: %s", error->message);
  return service;
}

void
smtp_refusal_service_free (SmtpRefusalService *service)
{
  GDBusInterfaceSkeleton *skeleton = G_DBUS_INTERFACE_SKELETON (service->skeleton);

  g_signal_handlers_disconnect_by_data (skeleton, service);
  if (g_dbus_interface_skeleton_get_connection (skeleton))
    g_dbus_interface_skeleton_unexport (skeleton);
  g_object_unref (service->skeleton);
  g_free (service);
}
