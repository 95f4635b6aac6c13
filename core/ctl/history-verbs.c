/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ctl/history-verbs.h"

#include "core/ctl/adoption.h"
#include "core/ctl/assignments.h"
#include "core/ctl/expectation.h"
#include "core/ctl/input.h"
#include "core/ctl/json-output.h"
#include "core/ctl/output.h"

#include <glib/gi18n.h>

static GVariant *
read_history (BusServerProperties1 *authority, GError **error)
{
  GVariant *revisions = NULL;
  (void) bus_server_properties1_call_history_sync (authority, &revisions, NULL, error);
  return revisions;
}

Status
history_verbs_history (Client *client, char **arguments)
{
  static const char *const HEADINGS[]
      = { N_ ("REVISION"), N_ ("TIME"), N_ ("WHO"), N_ ("CHANGED"), NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (BusServerProperties1) authority = client_authority (client, &error);
  g_autoptr (GVariant) revisions = authority ? read_history (authority, &error) : NULL;
  if (revisions == NULL)
    return client_report (error);

  const char *headings[]
      = { _ (HEADINGS[0]), _ (HEADINGS[1]), _ (HEADINGS[2]), _ (HEADINGS[3]), NULL };
  g_autoptr (OutputTable) table = output_table_new (headings);
  GVariantBuilder json;
  GVariantIter iter;
  guint64 number;
  gint64 time_s;
  const char *who;
  GVariant *names;

  g_variant_builder_init (&json, G_VARIANT_TYPE ("aa{sv}"));
  g_variant_iter_init (&iter, revisions);
  while (g_variant_iter_next (&iter, "(tx&s@as)", &number, &time_s, &who, &names))
    {
      g_autofree char *number_text = g_strdup_printf ("%" G_GUINT64_FORMAT, number);
      g_autofree char *time = output_time (time_s);
      g_autofree char *names_text = assignments_value_to_text (names);
      output_table_add (table, number_text, time, who, names_text);
      g_variant_builder_add_parsed (
          &json, "{'revision': <%t>, 'time': <%x>, 'who': <%s>, 'names': <%@as>}", number, time_s,
          who, names);
      g_variant_unref (names);
    }

  g_autoptr (GVariant) all = g_variant_ref_sink (g_variant_builder_end (&json));
  if (client->json)
    json_output_print (all);
  else
    output_table_print (table);
  return STATUS_OK;
}

/* The rows of @list that @other has not, each on a line. */
static guint
print_rows_missing (GVariant *list, GVariant *other, char sign)
{
  g_autofree const char **rows = g_variant_get_strv (list, NULL);
  g_autofree const char **others = g_variant_get_strv (other, NULL);
  g_autoptr (GHashTable) known = g_hash_table_new (g_str_hash, g_str_equal);
  guint printed = 0;

  for (guint i = 0; others[i] != NULL; i++)
    g_hash_table_add (known, (char *) others[i]);
  for (guint i = 0; rows[i] != NULL; i++)
    if (!g_hash_table_contains (known, rows[i]))
      {
        output_line ("  %c %s", sign, rows[i]);
        printed++;
      }
  return printed;
}

static void
print_difference (const char *name, GVariant *from, GVariant *to)
{
  gboolean list = g_variant_is_of_type (from, G_VARIANT_TYPE_STRING_ARRAY);

  output_line ("%s", name);
  /* Lists that differ in order alone are shown whole, as values are. */
  if (list && print_rows_missing (from, to, '-') + print_rows_missing (to, from, '+') > 0)
    return;
  g_autofree char *before = assignments_value_to_text (from);
  g_autofree char *after = assignments_value_to_text (to);
  output_line ("  - %s", before);
  output_line ("  + %s", after);
}

/* Fills in what the command line leaves out. Returns FALSE with @error, or without one when there
 * is nothing to compare with. */
static gboolean
choose_revisions (BusServerProperties1 *authority, guint64 *from, guint64 *to, GError **error)
{
  g_autoptr (GVariant) revisions = read_history (authority, error);
  if (revisions == NULL)
    return FALSE;

  gsize length = g_variant_n_children (revisions);
  if (*to == 0 && length > 0)
    g_variant_get_child (revisions, 0, "(txsas)", to, NULL, NULL, NULL);
  if (*from == 0 && length > 1)
    g_variant_get_child (revisions, 1, "(txsas)", from, NULL, NULL, NULL);
  return *from != 0 && *to != 0;
}

Status
history_verbs_diff (Client *client, char **arguments)
{
  guint64 from = 0, to = 0;
  if (arguments[0] != NULL && !input_revision (arguments[0], &from))
    return verb_wrong_usage (_ ("“%s” is not the number of a revision"), arguments[0]);
  if (arguments[0] != NULL && arguments[1] != NULL && !input_revision (arguments[1], &to))
    return verb_wrong_usage (_ ("“%s” is not the number of a revision"), arguments[1]);

  g_autoptr (GError) error = NULL;
  g_autoptr (BusServerProperties1) authority = client_authority (client, &error);
  if (authority == NULL)
    return client_report (error);
  if (!choose_revisions (authority, &from, &to, &error))
    {
      if (error != NULL)
        return client_report (error);
      g_printerr (_ ("posternctl: only one revision is kept\n"));
      return STATUS_FAILED;
    }

  g_autoptr (GVariant) differences = NULL;
  if (!bus_server_properties1_call_diff_sync (authority, from, to, &differences, NULL, &error))
    return client_report (error);

  GVariantBuilder json;
  GVariantIter iter;
  const char *name;
  GVariant *before, *after;
  g_variant_builder_init (&json, G_VARIANT_TYPE ("aa{sv}"));
  g_variant_iter_init (&iter, differences);
  while (g_variant_iter_next (&iter, "(&svv)", &name, &before, &after))
    {
      if (!client->json)
        print_difference (name, before, after);
      g_variant_builder_add_parsed (&json, "{'setting': <%s>, 'from': <%*>, 'to': <%*>}", name,
                                    before, after);
      g_variant_unref (before);
      g_variant_unref (after);
    }
  g_autoptr (GVariant) all = g_variant_ref_sink (g_variant_builder_end (&json));
  if (client->json)
    json_output_print (all);
  return STATUS_OK;
}

Status
history_verbs_restore (Client *client, char **arguments)
{
  guint64 kept, revision;
  if (!input_revision (arguments[0], &kept))
    return verb_wrong_usage (_ ("“%s” is not the number of a revision"), arguments[0]);

  g_autoptr (GError) error = NULL;
  g_autoptr (BusServerProperties1) authority = client_authority (client, &error);
  guint64 before = authority ? expectation_revision (authority, &error) : 0;
  if (before == 0
      || !bus_server_properties1_call_restore_sync (authority, before, kept, &revision, NULL,
                                                    &error))
    return client_report (error);
  adoption_report (client, before, revision);
  return STATUS_OK;
}

Status
history_verbs_export (Client *client, char **arguments)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BusServerProperties1) authority = client_authority (client, &error);
  g_autofree char *document = NULL;

  if (authority == NULL
      || !bus_server_properties1_call_export_sync (authority, &document, NULL, &error))
    return client_report (error);
  if (arguments[0] != NULL && !g_str_equal (arguments[0], "-"))
    return output_file (arguments[0], document, &error) ? STATUS_OK : client_report (error);
  output_text (document);
  return STATUS_OK;
}

Status
history_verbs_import (Client *client, char **arguments)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *document = input_read (arguments[0], &error);
  if (document == NULL)
    return client_report (error);

  g_autoptr (BusServerProperties1) authority = client_authority (client, &error);
  guint64 before = authority ? expectation_revision (authority, &error) : 0, revision;
  if (before == 0
      || !bus_server_properties1_call_import_sync (authority, before, document, &revision, NULL,
                                                   &error))
    return client_report (error);
  adoption_report (client, before, revision);
  return STATUS_OK;
}
