/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ctl/completion-verbs.h"

#include "core/ctl/output.h"

#include <glib/gi18n.h>

static Status
print_settings (Client *client)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BusServerProperties1) authority = client_authority (client, &error);
  g_autoptr (GVariant) descriptions = NULL;
  GVariantIter iter;
  const char *name;

  if (authority == NULL
      || !bus_server_properties1_call_describe_sync (authority, &descriptions, NULL, &error))
    return client_report (error);
  g_variant_iter_init (&iter, descriptions);
  while (g_variant_iter_next (&iter, "{&s@a{sv}}", &name, NULL))
    output_line ("%s", name);
  return STATUS_OK;
}

Status
completion_verbs_completion (Client *client, char **arguments)
{
  if (g_str_equal (arguments[0], "settings"))
    return print_settings (client);
  if (!g_str_equal (arguments[0], "verbs"))
    return verb_wrong_usage (_ ("usage: posternctl %s"), "completion verbs | settings");

  for (const Verb *verb = verb_table (); verb->name != NULL; verb++)
    output_line ("%s", verb->name);
  return STATUS_OK;
}
