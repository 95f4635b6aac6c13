/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ctl/settings-verbs.h"

#include "core/bus/bus.h"
#include "core/ctl/adoption.h"
#include "core/ctl/assignments.h"
#include "core/ctl/ending.h"
#include "core/ctl/expectation.h"
#include "core/ctl/input.h"
#include "core/ctl/json-output.h"
#include "core/ctl/output.h"
#include "core/ctl/problems.h"

#include <glib/gi18n.h>

/* How often a change is made again on what somebody else has just saved: only the named settings
 * are touched, so it fits. */
#define TRIES_MAX 10

static gboolean value_only;

const GOptionEntry SETTINGS_VERBS_GET_OPTIONS[]
    = { { "value", 0, 0, G_OPTION_ARG_NONE, &value_only, N_ ("Print the values alone"), NULL },
        { NULL } };

/* What a change starts from. */
typedef struct
{
  BusServerProperties1 *authority; /* (owned) */
  GVariant *descriptions;          /* (owned) */
  guint64 revision;
  GVariant *settings; /* (owned) */
  gint64 end_s;       /* of a change that is to have one */
} Base;

static void
base_clear (Base *base)
{
  g_clear_object (&base->authority);
  g_clear_pointer (&base->descriptions, g_variant_unref);
  g_clear_pointer (&base->settings, g_variant_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Base, base_clear)

static gboolean
base_read_settings (Base *base, GError **error)
{
  g_clear_pointer (&base->settings, g_variant_unref);
  return bus_server_properties1_call_get_sync (base->authority, &base->revision, &base->settings,
                                               NULL, error);
}

static gboolean
base_read (Base *base, Client *client, GError **error)
{
  base->authority = client_authority (client, error);
  return base->authority != NULL
         && bus_server_properties1_call_describe_sync (base->authority, &base->descriptions, NULL,
                                                       error)
         && base_read_settings (base, error);
}

static GVariant *
changes_of (const Base *base, char **assignments, GError **error)
{
  g_autoptr (GPtrArray) problems = g_ptr_array_new_null_terminated (0, g_free, TRUE);
  g_autoptr (GVariant) changes
      = assignments_to_changes (assignments, base->descriptions, base->settings, problems);

  if (problems->len == 0)
    return g_steal_pointer (&changes);
  g_autofree char *message = g_strjoinv ("\n", (char **) problems->pdata);
  g_set_error_literal (error, BUS_ERROR, BUS_ERROR_INVALID, message);
  return NULL;
}

/* Calls @take with each of @all's settings, or those of @names; says which names there are not. */
static Status
for_each_name (GVariant *all,
               char **names,
               void (*take) (const char *name, GVariant *value, gpointer data),
               gpointer data)
{
  GVariantIter iter;
  const char *name;
  GVariant *value;

  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autoptr (GVariant) found = g_variant_lookup_value (all, names[i], NULL);
      if (found == NULL)
        {
          g_printerr (_ ("posternctl: %s: there is no setting of this name\n"), names[i]);
          return STATUS_INVALID;
        }
    }
  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autoptr (GVariant) found = g_variant_lookup_value (all, names[i], NULL);
      take (names[i], found, data);
    }
  if (names[0] != NULL)
    return STATUS_OK;

  g_variant_iter_init (&iter, all);
  while (g_variant_iter_next (&iter, "{&s@*}", &name, &value))
    {
      g_autoptr (GVariant) inner = g_variant_is_of_type (value, G_VARIANT_TYPE_VARIANT)
                                       ? g_variant_get_variant (value)
                                       : g_variant_ref (value);
      take (name, inner, data);
      g_variant_unref (value);
    }
  return STATUS_OK;
}

static void
collect (const char *name, GVariant *value, gpointer data)
{
  g_variant_dict_insert_value (data, name, value);
}

static void
print_description (const char *name, GVariant *description, gpointer data)
{
  const char *type = "", *documentation = "";
  guint32 minimum, maximum;
  g_autoptr (GVariant) value = g_variant_lookup_value (description, "default", NULL);
  g_autoptr (GVariant) words
      = g_variant_lookup_value (description, "words", G_VARIANT_TYPE_STRING_ARRAY);
  const char *expected;
  g_autofree char *standard = value ? assignments_value_to_text (value) : g_strdup ("");

  (void) g_variant_lookup (description, "type", "&s", &type);
  (void) g_variant_lookup (description, "documentation", "&s", &documentation);
  output_line ("%s", name);
  output_line ("    %s", documentation[0] != '\0' ? _ (documentation) : "");
  output_line (_ ("    Type: %s. Default: %s"), type,
               standard[0] != '\0' ? standard : _ ("(empty)"));
  if (g_variant_lookup (description, "minimum", "u", &minimum)
      && g_variant_lookup (description, "maximum", "u", &maximum))
    output_line (_ ("    From %u to %u"), minimum, maximum);
  if (g_variant_lookup (description, "expected", "&s", &expected))
    output_line (g_str_equal (type, "list") ? _ ("    Each row: %s") : _ ("    Value: %s"),
                 _ (expected));
  if (words != NULL)
    {
      g_autofree char *list = assignments_value_to_text (words);
      output_line (_ ("    One of: %s"), list);
    }
}

Status
settings_verbs_describe (Client *client, char **arguments)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BusServerProperties1) authority = client_authority (client, &error);
  g_autoptr (GVariant) descriptions = NULL;

  if (authority == NULL
      || !bus_server_properties1_call_describe_sync (authority, &descriptions, NULL, &error))
    return client_report (error);
  if (!client->json)
    return for_each_name (descriptions, arguments, print_description, NULL);

  GVariantDict chosen;
  g_variant_dict_init (&chosen, NULL);
  Status status = for_each_name (descriptions, arguments, collect, &chosen);
  g_autoptr (GVariant) all = g_variant_ref_sink (g_variant_dict_end (&chosen));
  if (status == STATUS_OK)
    json_output_print (all);
  return status;
}

static void
print_setting (const char *name, GVariant *value, gpointer data)
{
  g_autofree char *text = assignments_value_to_text (value);
  if (value_only)
    output_line ("%s", text);
  else
    output_line ("%s=%s", name, text);
}

Status
settings_verbs_get (Client *client, char **arguments)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BusServerProperties1) authority = client_authority (client, &error);
  g_autoptr (GVariant) settings = NULL;
  guint64 revision;

  if (authority == NULL
      || !bus_server_properties1_call_get_sync (authority, &revision, &settings, NULL, &error))
    return client_report (error);
  if (!client->json)
    return for_each_name (settings, arguments, print_setting, NULL);

  GVariantDict chosen;
  g_variant_dict_init (&chosen, NULL);
  Status status = for_each_name (settings, arguments, collect, &chosen);
  g_autoptr (GVariant) values = g_variant_ref_sink (g_variant_dict_end (&chosen));
  if (status == STATUS_OK)
    json_output_print (
        g_variant_new_parsed ("{'revision': <%t>, 'settings': <%@a{sv}>}", revision, values));
  return status;
}

/* What deserves a second look among the settings that were changed. */
static void
print_warnings (const Base *base, GVariant *changes)
{
  g_autoptr (GVariant) problems = NULL, warnings = NULL;

  if (bus_server_properties1_call_check_sync (base->authority, changes, &problems, &warnings, NULL,
                                              NULL))
    problems_warn (warnings);
}

static gboolean
save (Base *base, GVariant *changes, guint64 *revision, GError **error)
{
  guint64 expected = expectation_given () != 0 ? expectation_given () : base->revision;
  guint64 id;

  if (!ending_is_given ())
    return bus_server_properties1_call_apply_sync (base->authority, expected, changes, revision,
                                                   NULL, error);
  base->end_s = ending_time ();
  return bus_server_properties1_call_apply_until_sync (base->authority, expected, changes,
                                                       base->end_s, revision, &id, NULL, error);
}

static gboolean
apply_once (Base *base, char **assignments, guint64 *revision, GError **error)
{
  g_autoptr (GVariant) changes = changes_of (base, assignments, error);
  if (changes == NULL || !save (base, changes, revision, error))
    return FALSE;
  print_warnings (base, changes);
  return TRUE;
}

static Status
apply (Client *client, char **assignments)
{
  g_auto (Base) base = { 0 };
  g_autoptr (GError) error = NULL;
  guint64 revision;

  if (!base_read (&base, client, &error))
    return client_report (error);
  for (guint tries = 1; !apply_once (&base, assignments, &revision, &error); tries++)
    {
      if (!g_error_matches (error, BUS_ERROR, BUS_ERROR_STALE) || expectation_given () != 0
          || tries == TRIES_MAX)
        return client_report (error);
      g_clear_error (&error);
      if (!base_read_settings (&base, &error))
        return client_report (error);
    }
  adoption_report (client, base.revision, revision);
  return ending_is_trial () ? ending_ask (base.authority, revision, base.end_s) : STATUS_OK;
}

static Status
check_usage (char **assignments)
{
  for (guint i = 0; assignments[i] != NULL; i++)
    if (!assignments_is_one (assignments[i]))
      return verb_wrong_usage (_ ("“%s” is not NAME=VALUE"), assignments[i]);
  return STATUS_OK;
}

Status
settings_verbs_set (Client *client, char **arguments)
{
  if (check_usage (arguments) != STATUS_OK || ending_check () != STATUS_OK)
    return STATUS_USAGE;
  return apply (client, arguments);
}

Status
settings_verbs_apply (Client *client, char **arguments)
{
  g_autoptr (GError) error = NULL;

  if (ending_check () != STATUS_OK)
    return STATUS_USAGE;
  g_autofree char *text = input_read (arguments[0], &error);
  if (text == NULL)
    return client_report (error);

  g_autoptr (GPtrArray) assignments = g_ptr_array_new ();
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    if (g_strstrip (lines[i])[0] != '\0' && lines[i][0] != '#')
      g_ptr_array_add (assignments, lines[i]);
  g_ptr_array_add (assignments, NULL);

  for (char **line = (char **) assignments->pdata; *line != NULL; line++)
    if (!assignments_is_one (*line))
      {
        g_printerr (_ ("posternctl: %s: “%s” is not NAME=VALUE\n"), arguments[0], *line);
        return STATUS_INVALID;
      }
  return apply (client, (char **) assignments->pdata);
}

/* Assignments that make no change at all are problems, too, in the form that the authority reports
 * them. */
static GVariant *
unreadable_as_problems (GPtrArray *unreadable, GVariant *problems)
{
  GVariantBuilder builder;
  GVariantIter iter;
  GVariant *problem;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(uss)"));
  for (guint i = 0; i < unreadable->len; i++)
    {
      const char *text = g_ptr_array_index (unreadable, i);
      g_auto (GStrv) parts = g_strsplit (text, ": ", 2);
      g_variant_builder_add (&builder, "(uss)", 0, parts[0], parts[1]);
    }
  g_variant_iter_init (&iter, problems);
  while ((problem = g_variant_iter_next_value (&iter)) != NULL)
    {
      g_variant_builder_add_value (&builder, problem);
      g_variant_unref (problem);
    }
  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

Status
settings_verbs_check (Client *client, char **arguments)
{
  g_auto (Base) base = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) refused = NULL, warnings = NULL;
  g_autoptr (GPtrArray) unreadable = g_ptr_array_new_with_free_func (g_free);

  if (check_usage (arguments) != STATUS_OK)
    return STATUS_USAGE;
  if (!base_read (&base, client, &error))
    return client_report (error);
  g_autoptr (GVariant) changes
      = assignments_to_changes (arguments, base.descriptions, base.settings, unreadable);
  if (!bus_server_properties1_call_check_sync (base.authority, changes, &refused, &warnings, NULL,
                                               &error))
    return client_report (error);

  g_autoptr (GVariant) problems = unreadable_as_problems (unreadable, refused);
  if (client->json)
    json_output_print (g_variant_new_parsed ("{'problems': <%@aa{sv}>, 'warnings': <%@aa{sv}>}",
                                             problems_for_json (problems),
                                             problems_for_json (warnings)));
  else
    {
      problems_print (problems);
      problems_warn (warnings);
    }
  return g_variant_n_children (problems) > 0 ? STATUS_NO : STATUS_OK;
}
