/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ctl/log-on-verbs.h"

#include "core/ctl/json-output.h"
#include "core/ctl/output.h"

#include <glib/gi18n.h>

static Status
list (Client *client)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply
      = client_call_server (client, "pop3", "org.postern.LogOns1.List", NULL, "(a(ssxu))", &error);
  if (reply == NULL)
    return client_report (error);
  g_autoptr (GVariant) all = g_variant_get_child_value (reply, 0);

  const char *headings[] = { _ ("ADDRESS"), _ ("USER"), _ ("LOGGED ON"), _ ("MINUTES LEFT"), NULL };
  g_autoptr (OutputTable) table = output_table_new (headings);
  GVariantBuilder json;
  GVariantIter iter;
  const char *address, *user;
  gint64 time_s;
  guint32 left_s;

  g_variant_builder_init (&json, G_VARIANT_TYPE ("aa{sv}"));
  g_variant_iter_init (&iter, all);
  while (g_variant_iter_next (&iter, "(&s&sxu)", &address, &user, &time_s, &left_s))
    {
      g_autofree char *time = output_time (time_s);
      g_autofree char *left = g_strdup_printf ("%u", (left_s + 59) / 60);
      output_table_add (table, address, user, time, left);
      g_variant_builder_add_parsed (
          &json, "{'address': <%s>, 'user': <%s>, 'time': <%x>, 'seconds-left': <%u>}", address,
          user, time_s, left_s);
    }
  g_autoptr (GVariant) rows = g_variant_ref_sink (g_variant_builder_end (&json));
  if (client->json)
    json_output_print (rows);
  else
    output_table_print (table);
  return STATUS_OK;
}

static gboolean
revoke_one (Client *client, const char *address, gboolean *revoked, GError **error)
{
  g_autoptr (GVariant) reply = client_call_server (client, "pop3", "org.postern.LogOns1.Revoke",
                                                   g_variant_new ("(s)", address), "(b)", error);
  if (reply == NULL)
    return FALSE;
  g_variant_get (reply, "(b)", revoked);
  return TRUE;
}

static Status
revoke_addresses (Client *client, char **addresses)
{
  Status status = STATUS_OK;
  GVariantBuilder json;

  g_variant_builder_init (&json, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; addresses[i] != NULL; i++)
    {
      g_autoptr (GError) error = NULL;
      gboolean revoked = FALSE;
      if (!revoke_one (client, addresses[i], &revoked, &error))
        {
          status = client_report (error);
          continue;
        }
      g_variant_builder_add_parsed (&json, "{'address': <%s>, 'revoked': <%b>}", addresses[i],
                                    revoked);
      if (!revoked)
        {
          g_printerr (_ ("posternctl: no log-on of %s is in force\n"), addresses[i]);
          status = STATUS_FAILED;
        }
      else if (!client->json)
        output_line (_ ("%s may no longer relay as a POP client."), addresses[i]);
    }
  g_autoptr (GVariant) rows = g_variant_ref_sink (g_variant_builder_end (&json));
  if (client->json)
    json_output_print (rows);
  return status;
}

Status
log_on_verbs_log_ons (Client *client, char **arguments)
{
  gboolean listing
      = arguments[0] == NULL || (g_str_equal (arguments[0], "list") && arguments[1] == NULL);
  if (!listing && (!g_str_equal (arguments[0], "revoke") || arguments[1] == NULL))
    return verb_wrong_usage (_ ("usage: posternctl %s"), "log-ons [list | revoke ADDRESS…]");

  return listing ? list (client) : revoke_addresses (client, arguments + 1);
}
