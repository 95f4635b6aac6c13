/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ctl/ban-verbs.h"

#include "core/ctl/address-deed.h"
#include "core/ctl/json-output.h"
#include "core/ctl/output.h"

#include <glib/gi18n.h>

static Status
list (Client *client)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply
      = client_call_server (client, "pop3", "org.postern.Bans1.List", NULL, "(a(ssxxu))", &error);
  if (reply == NULL)
    return client_report (error);
  g_autoptr (GVariant) all = g_variant_get_child_value (reply, 0);

  const char *headings[]
      = { _ ("ADDRESS"), _ ("LAST USER"), _ ("BANNED"), _ ("UNTIL"), _ ("FAILURES"), NULL };
  g_autoptr (OutputTable) table = output_table_new (headings);
  GVariantBuilder json;
  GVariantIter iter;
  const char *address, *user;
  gint64 since_s, until_s;
  guint32 failures;

  g_variant_builder_init (&json, G_VARIANT_TYPE ("aa{sv}"));
  g_variant_iter_init (&iter, all);
  while (g_variant_iter_next (&iter, "(&s&sxxu)", &address, &user, &since_s, &until_s, &failures))
    {
      g_autofree char *since = output_time (since_s);
      g_autofree char *until = output_time (until_s);
      g_autofree char *number = g_strdup_printf ("%u", failures);
      output_table_add (table, address, user, since, until, number);
      g_variant_builder_add_parsed (
          &json, "{'address': <%s>, 'user': <%s>, 'since': <%x>, 'until': <%x>, 'failures': <%u>}",
          address, user, since_s, until_s, failures);
    }
  g_autoptr (GVariant) rows = g_variant_ref_sink (g_variant_builder_end (&json));
  if (client->json)
    json_output_print (rows);
  else
    output_table_print (table);
  return STATUS_OK;
}

Status
ban_verbs_bans (Client *client, char **arguments)
{
  static const AddressDeed lift = { "lift", "org.postern.Bans1.Lift", "lifted",
                                    N_ ("%s may log on again."), N_ ("%s is not banned") };

  if (arguments[0] == NULL || (g_str_equal (arguments[0], "list") && arguments[1] == NULL))
    return list (client);
  if (g_str_equal (arguments[0], lift.word) && arguments[1] != NULL)
    return address_deed_run (client, &lift, arguments + 1);
  return verb_wrong_usage (_ ("usage: posternctl %s"), "bans [list | lift ADDRESS…]");
}
