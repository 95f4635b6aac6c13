/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ctl/device-verbs.h"

#include "core/ctl/json-output.h"
#include "core/ctl/output.h"

#include <glib/gi18n.h>

/* Returns: (transfer full): how a device logs on: "pass", "apop TLSv1.3" */
static char *
way (GVariant *device)
{
  const char *how = "", *tls = "";

  g_variant_lookup (device, "how", "&s", &how);
  g_variant_lookup (device, "tls", "&s", &tls);
  return tls[0] != '\0' ? g_strdup_printf ("%s %s", how, tls) : g_strdup (how);
}

static void
add_row (OutputTable *table, GVariant *device)
{
  const char *user = "", *address = "";
  gint64 last_s = 0;
  guint64 log_ons = 0, retrieved = 0;

  g_variant_lookup (device, "user", "&s", &user);
  g_variant_lookup (device, "address", "&s", &address);
  g_variant_lookup (device, "last", "x", &last_s);
  g_variant_lookup (device, "log-ons", "t", &log_ons);
  g_variant_lookup (device, "retrieved", "t", &retrieved);

  g_autofree char *how = way (device);
  g_autofree char *last = output_time (last_s);
  g_autofree char *log_on_count = g_strdup_printf ("%" G_GUINT64_FORMAT, log_ons);
  g_autofree char *retrieved_count = g_strdup_printf ("%" G_GUINT64_FORMAT, retrieved);
  output_table_add (table, user, address, how, last, log_on_count, retrieved_count);
}

Status
device_verbs_devices (Client *client, char **arguments)
{
  if (arguments[0] != NULL && (!g_str_equal (arguments[0], "list") || arguments[1] != NULL))
    return verb_wrong_usage (_ ("usage: posternctl %s"), "devices [list]");

  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply
      = client_call_server (client, "pop3", "org.postern.Devices1.List", NULL, "(aa{sv})", &error);
  if (reply == NULL)
    return client_report (error);
  g_autoptr (GVariant) all = g_variant_get_child_value (reply, 0);
  if (client->json)
    {
      json_output_print (all);
      return STATUS_OK;
    }

  const char *headings[] = { _ ("USER"),    _ ("ADDRESS"), _ ("HOW"), _ ("LAST SEEN"),
                             _ ("LOG-ONS"), _ ("FETCHED"), NULL };
  g_autoptr (OutputTable) table = output_table_new (headings);
  GVariantIter iter;
  GVariant *device;

  g_variant_iter_init (&iter, all);
  while (g_variant_iter_loop (&iter, "@a{sv}", &device))
    add_row (table, device);
  output_table_print (table);
  return STATUS_OK;
}
