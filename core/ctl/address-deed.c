/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ctl/address-deed.h"

#include "core/ctl/json-output.h"
#include "core/ctl/output.h"

#include <glib/gi18n.h>

static gboolean
run_one (
    Client *client, const AddressDeed *deed, const char *address, gboolean *done, GError **error)
{
  g_autoptr (GVariant) reply = client_call_server (client, "pop3", deed->method,
                                                   g_variant_new ("(s)", address), "(b)", error);
  if (reply == NULL)
    return FALSE;
  g_variant_get (reply, "(b)", done);
  return TRUE;
}

static void
say (Client *client, const char *translated, const char *address, gboolean done)
{
  g_auto (GStrv) parts = g_strsplit (_ (translated), "%s", 2);
  g_autofree char *text = g_strjoinv (address, parts);

  if (!done)
    g_printerr ("posternctl: %s\n", text);
  else if (!client->json)
    output_line ("%s", text);
}

Status
address_deed_run (Client *client, const AddressDeed *deed, char **addresses)
{
  Status status = STATUS_OK;
  GVariantBuilder json;

  g_variant_builder_init (&json, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; addresses[i] != NULL; i++)
    {
      g_autoptr (GError) error = NULL;
      gboolean done = FALSE;
      if (!run_one (client, deed, addresses[i], &done, &error))
        {
          status = client_report (error);
          continue;
        }
      g_variant_builder_open (&json, G_VARIANT_TYPE ("a{sv}"));
      g_variant_builder_add (&json, "{sv}", "address", g_variant_new_string (addresses[i]));
      g_variant_builder_add (&json, "{sv}", deed->key, g_variant_new_boolean (done));
      g_variant_builder_close (&json);
      say (client, done ? deed->done : deed->nothing, addresses[i], done);
      if (!done)
        status = STATUS_FAILED;
    }
  g_autoptr (GVariant) rows = g_variant_ref_sink (g_variant_builder_end (&json));
  if (client->json)
    json_output_print (rows);
  return status;
}
