/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ctl/log-on-verbs.h"

#include "core/ctl/address-deed.h"
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

static const AddressDeed deeds[] = {
  { "revoke", "org.postern.LogOns1.Revoke", "revoked",
    N_ ("%s may no longer relay as a POP client."), N_ ("no log-on of %s is in force") },
  { "extend", "org.postern.LogOns1.Extend", "extended", N_ ("The log-on of %s counts as made now."),
    N_ ("no log-on of %s is in force") },
};

Status
log_on_verbs_log_ons (Client *client, char **arguments)
{
  if (arguments[0] == NULL || (g_str_equal (arguments[0], "list") && arguments[1] == NULL))
    return list (client);
  for (gsize i = 0; i < G_N_ELEMENTS (deeds); i++)
    if (g_str_equal (arguments[0], deeds[i].word) && arguments[1] != NULL)
      return address_deed_run (client, &deeds[i], arguments + 1);
  return verb_wrong_usage (_ ("usage: posternctl %s"),
                           "log-ons [list | extend ADDRESS… | revoke ADDRESS…]");
}
