/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ctl/temporary-verbs.h"

#include "core/ctl/assignments.h"
#include "core/ctl/input.h"
#include "core/ctl/json-output.h"
#include "core/ctl/output.h"

#include <glib/gi18n.h>

static void
add_row (OutputTable *table, GVariant *change)
{
  guint64 id = 0;
  gint64 end_s = 0;
  const char *who = "";
  g_autoptr (GVariant) names
      = g_variant_lookup_value (change, "names", G_VARIANT_TYPE_STRING_ARRAY);

  (void) g_variant_lookup (change, "id", "t", &id);
  (void) g_variant_lookup (change, "end", "x", &end_s);
  (void) g_variant_lookup (change, "who", "&s", &who);
  g_autofree char *number = g_strdup_printf ("%" G_GUINT64_FORMAT, id);
  g_autofree char *end = output_time (end_s);
  g_autofree char *settings = names != NULL ? assignments_value_to_text (names) : g_strdup ("");
  output_table_add (table, number, end, who, settings);
}

static Status
list (Client *client, BusServerProperties1 *authority)
{
  const char *headings[] = { _ ("ID"), _ ("UNTIL"), _ ("WHO"), _ ("CHANGED"), NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) changes = NULL;
  g_autoptr (OutputTable) table = output_table_new (headings);

  if (!bus_server_properties1_call_temporary_sync (authority, &changes, NULL, &error))
    return client_report (error);
  if (client->json)
    {
      json_output_print (changes);
      return STATUS_OK;
    }
  for (gsize i = 0; i < g_variant_n_children (changes); i++)
    {
      g_autoptr (GVariant) change = g_variant_get_child_value (changes, i);

      add_row (table, change);
    }
  output_table_print (table);
  return STATUS_OK;
}

static gboolean
keep_one (BusServerProperties1 *authority, guint64 id, GError **error)
{
  return bus_server_properties1_call_keep_sync (authority, id, NULL, error);
}

static gboolean
end_one (BusServerProperties1 *authority, guint64 id, GError **error)
{
  guint64 revision;

  return bus_server_properties1_call_end_temporary_sync (authority, id, &revision, NULL, error);
}

static const struct
{
  const char *word;
  gboolean (*run) (BusServerProperties1 *authority, guint64 id, GError **error);
  const char *done;
} DEEDS[] = {
  { "keep", keep_one, N_ ("The change %s is kept for good.") },
  { "end", end_one, N_ ("The change %s is taken back.") },
};

/* One that fails does not keep the others from it. */
static Status
run_deed (Client *client, BusServerProperties1 *authority, gsize deed, char **numbers)
{
  Status status = STATUS_OK;
  GVariantBuilder json = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aa{sv}"));

  for (guint i = 0; numbers[i] != NULL; i++)
    {
      g_autoptr (GError) error = NULL;
      guint64 id = g_ascii_strtoull (numbers[i], NULL, 10);

      if (!DEEDS[deed].run (authority, id, &error))
        {
          status = client_report (error);
          continue;
        }
      g_variant_builder_add_parsed (&json, "{'id': <%t>, 'done': <%s>}", id, DEEDS[deed].word);
      if (!client->json)
        output_line (_ (DEEDS[deed].done), numbers[i]);
    }
  g_autoptr (GVariant) rows = g_variant_ref_sink (g_variant_builder_end (&json));
  if (client->json)
    json_output_print (rows);
  return status;
}

static Status
check_numbers (char **numbers)
{
  guint64 id;

  for (guint i = 0; numbers[i] != NULL; i++)
    if (!input_revision (numbers[i], &id))
      return verb_wrong_usage (_ ("“%s” is not the number of a revision"), numbers[i]);
  return STATUS_OK;
}

Status
temporary_verbs_temporary (Client *client, char **arguments)
{
  const char *word = arguments[0] != NULL ? arguments[0] : "list";
  char **numbers = arguments[0] != NULL ? arguments + 1 : arguments;
  gsize deed = 0;

  while (deed < G_N_ELEMENTS (DEEDS) && !g_str_equal (DEEDS[deed].word, word))
    deed++;
  gboolean is_list = g_str_equal (word, "list") && numbers[0] == NULL;
  if (!is_list && (deed == G_N_ELEMENTS (DEEDS) || numbers[0] == NULL))
    return verb_wrong_usage (_ ("usage: posternctl %s"), "temporary [list | keep ID… | end ID…]");
  if (!is_list && check_numbers (numbers) != STATUS_OK)
    return STATUS_USAGE;

  g_autoptr (GError) error = NULL;
  g_autoptr (BusServerProperties1) authority = client_authority (client, &error);
  if (authority == NULL)
    return client_report (error);
  return is_list ? list (client, authority) : run_deed (client, authority, deed, numbers);
}
