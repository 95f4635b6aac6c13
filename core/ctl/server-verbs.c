/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ctl/server-verbs.h"

#include "core/bus/bus-place.h"
#include "core/ctl/json-output.h"
#include "core/ctl/output.h"
#include "core/ctl/problems.h"
#include "core/ctl/server-state.h"

#include <glib/gi18n.h>

static void
add_json (GVariantBuilder *builder, const char *server, const ServerState *state)
{
  g_variant_builder_open (builder, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add_parsed (builder, "{'server', <%s>}", server);
  g_variant_builder_add_parsed (builder, "{'running', <%b>}", state->running);
  if (state->running)
    {
      g_variant_builder_add_parsed (builder, "{'revision', <%t>}", state->revision);
      g_variant_builder_add_parsed (builder, "{'problem', <%s>}", state->problem);
      g_variant_builder_add_parsed (builder, "{'endpoints', <%^as>}", state->endpoints);
      g_variant_builder_add_parsed (builder, "{'troubles', <%^as>}", state->troubles);
    }
  if (state->sessions >= 0)
    g_variant_builder_add_parsed (builder, "{'sessions', <%x>}", state->sessions);
  g_variant_builder_close (builder);
}

static void
add_row (OutputTable *table, const char *server, const ServerState *state)
{
  if (!state->running)
    {
      output_table_add (table, server, _ ("stopped"), "", "", "", "");
      return;
    }
  g_autofree char *revision = state->revision > 0
                                  ? g_strdup_printf ("%" G_GUINT64_FORMAT, state->revision)
                                  : g_strdup ("?");
  g_autofree char *sessions = state->sessions >= 0
                                  ? g_strdup_printf ("%" G_GINT64_FORMAT, state->sessions)
                                  : g_strdup ("?");
  g_autofree char *endpoints = g_strjoinv (", ", state->endpoints);
  output_table_add (table, server, _ ("running"), revision, sessions, endpoints, state->problem);
}

/* Of the authority. */
typedef struct
{
  guint64 revision;   /* the newest; 0: it does not run */
  GVariant *problems; /* (owned): why the settings file can't be used as it stands: a(uss) */
  GVariant *warnings; /* (owned): what deserves a second look in the settings in force: the same */
} Standing;

static void
standing_clear (Standing *standing)
{
  g_clear_pointer (&standing->problems, g_variant_unref);
  g_clear_pointer (&standing->warnings, g_variant_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Standing, standing_clear)

static gboolean
read_standing (Client *client, Standing *standing, GError **error)
{
  g_autoptr (BusServerProperties1) authority = client_authority (client, error);
  g_autoptr (GVariant) value = NULL;
  GVariantDict nothing;
  if (authority == NULL)
    return FALSE;
  g_autoptr (GVariant) reply = g_dbus_connection_call_sync (
      client->connection, BUS_PLACE_AUTHORITY_NAME, BUS_PLACE_AUTHORITY_PATH,
      "org.freedesktop.DBus.Properties", "Get",
      g_variant_new ("(ss)", BUS_PLACE_AUTHORITY_NAME, "Revision"), G_VARIANT_TYPE ("(v)"),
      G_DBUS_CALL_FLAGS_NONE, SERVER_STATE_PATIENCE_MS, NULL, error);
  if (reply == NULL)
    return FALSE;
  g_variant_get (reply, "(v)", &value);
  standing->revision = g_variant_get_uint64 (value);

  /* Whose right is to see no more is told no more. */
  g_variant_dict_init (&nothing, NULL);
  (void) bus_server_properties1_call_check_sync (authority, g_variant_dict_end (&nothing),
                                                 &standing->problems, &standing->warnings, NULL,
                                                 NULL);
  return TRUE;
}

static void
standing_complete (Standing *standing)
{
  if (standing->problems == NULL)
    standing->problems
        = g_variant_ref_sink (g_variant_new_array (G_VARIANT_TYPE ("(uss)"), NULL, 0));
  if (standing->warnings == NULL)
    standing->warnings
        = g_variant_ref_sink (g_variant_new_array (G_VARIANT_TYPE ("(uss)"), NULL, 0));
}

/* Tells each trouble with the server that has it in front. */
static void
add_troubles (GStrvBuilder *builder, const char *server, const ServerState *state)
{
  for (guint i = 0; state->troubles[i] != NULL; i++)
    {
      g_autofree char *trouble = g_strdup_printf ("%s: %s", server, state->troubles[i]);
      g_strv_builder_add (builder, trouble);
    }
}

static void
print_json (const Standing *standing, GVariant *servers)
{
  json_output_print (g_variant_new_parsed (
      "{'authority': <{'running': <%b>, 'revision': <%t>, 'problems': <%@aa{sv}>, 'warnings': "
      "<%@aa{sv}>}>, 'servers': <%@aa{sv}>}",
      standing->revision != 0, standing->revision, problems_for_json (standing->problems),
      problems_for_json (standing->warnings), servers));
}

static void
print_text (const Standing *standing, const OutputTable *table, char **troubles)
{
  g_autofree char *number = g_strdup_printf ("%" G_GUINT64_FORMAT, standing->revision);

  if (standing->revision != 0)
    output_line (_ ("The newest revision of the settings is %s."), number);
  if (g_variant_n_children (standing->problems) > 0)
    {
      output_line (_ ("It stays in force, for the settings file can’t be used as it stands:"));
      problems_print_with_lines (standing->problems);
    }
  output_table_print (table);
  for (guint i = 0; troubles[i] != NULL; i++)
    output_warning ("%s", troubles[i]);
  problems_warn (standing->warnings);
}

Status
server_verbs_status (Client *client, char **arguments)
{
  g_auto (Standing) standing = { 0 };
  g_autoptr (GError) error = NULL;
  gboolean answered = read_standing (client, &standing, &error);
  if (client->connection == NULL)
    return client_report (error);

  const char *headings[]
      = { _ ("SERVER"),  _ ("STATE"), _ ("REVISION"), _ ("SESSIONS"), _ ("LISTENS ON"),
          _ ("PROBLEM"), NULL };
  g_autoptr (OutputTable) table = output_table_new (headings);
  g_autoptr (GStrvBuilder) troubles_builder = g_strv_builder_new ();
  GVariantBuilder builder;
  Status status = STATUS_OK;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
  for (gsize i = 0; i < BUS_PLACE_SERVERS; i++)
    {
      const char *server = BUS_PLACE_SERVER[i].server;
      g_auto (ServerState) state = { 0 };
      g_autoptr (GError) silence = NULL;
      if (!server_state_read (client, server, &state, &silence))
        status = client_report (silence);
      add_row (table, server, &state);
      add_troubles (troubles_builder, server, &state);
      add_json (&builder, server, &state);
    }
  g_autoptr (GVariant) json = g_variant_ref_sink (g_variant_builder_end (&builder));
  g_auto (GStrv) troubles = g_strv_builder_end (troubles_builder);
  standing_complete (&standing);
  if (client->json)
    print_json (&standing, json);
  else
    print_text (&standing, table, troubles);
  return answered ? status : client_report (error);
}

typedef gboolean (*Control) (BusServerProperties1 *authority,
                             const char *server,
                             GCancellable *cancellable,
                             GError **error);

/* Does it for each server that is named. One that fails does not keep the others from it. */
static Status
control_each (Client *client, char **names, Control call, const char *done, gboolean running)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BusServerProperties1) authority = client_authority (client, &error);
  if (authority == NULL)
    return client_report (error);

  Status status = STATUS_OK;
  GVariantBuilder json;
  g_variant_builder_init (&json, G_VARIANT_TYPE ("aa{sv}"));
  for (gsize i = 0; i < BUS_PLACE_SERVERS; i++)
    {
      const char *server = BUS_PLACE_SERVER[i].server;
      g_autoptr (GError) cause = NULL;
      if (!g_strv_contains ((const char *const *) names, "all")
          && !g_strv_contains ((const char *const *) names, server))
        continue;
      if (!call (authority, server, NULL, &cause))
        {
          g_dbus_error_strip_remote_error (cause);
          g_prefix_error (&cause, "%s: ", server);
          status = client_report (cause);
          continue;
        }
      g_variant_builder_add_parsed (&json, "{'server': <%s>, 'running': <%b>}", server, running);
      if (!client->json)
        output_line (done, server);
    }
  g_autoptr (GVariant) rows = g_variant_ref_sink (g_variant_builder_end (&json));
  if (client->json)
    json_output_print (rows);
  return status;
}

static Status
control (Client *client, char **names, Control call, const char *done, gboolean running)
{
  for (guint i = 0; names[i] != NULL; i++)
    if (!g_str_equal (names[i], "all") && bus_place_find (names[i]) == NULL)
      return verb_wrong_usage (_ ("“%s” is none of smtp, pop3, delivery, all"), names[i]);
  return control_each (client, names, call, done, running);
}

static gboolean autostart;

const GOptionEntry SERVER_VERBS_START_OPTIONS[]
    = { { "autostart", 0, 0, G_OPTION_ARG_NONE, &autostart,
          N_ ("Start the servers that are to be started with this system"), NULL },
        { NULL } };

/* Returns: (transfer full): the servers whose setting says so; %NULL with an error */
static char **
servers_with_autostart (Client *client, GError **error)
{
  static const struct
  {
    const char *setting, *server;
  } SETTINGS[] = {
    { "smtp.autostart", "smtp" },
    { "pop3.autostart", "pop3" },
    { "smtp.delivery.autostart", "delivery" },
  };
  g_autoptr (BusServerProperties1) authority = client_authority (client, error);
  g_autoptr (GStrvBuilder) servers = g_strv_builder_new ();
  g_autoptr (GVariant) settings = NULL;
  guint64 revision;

  if (authority == NULL
      || !bus_server_properties1_call_get_sync (authority, &revision, &settings, NULL, error))
    return NULL;
  for (gsize i = 0; i < G_N_ELEMENTS (SETTINGS); i++)
    {
      gboolean wanted = FALSE;

      (void) g_variant_lookup (settings, SETTINGS[i].setting, "b", &wanted);
      if (wanted)
        g_strv_builder_add (servers, SETTINGS[i].server);
    }
  return g_strv_builder_end (servers);
}

static Status
start_with_system (Client *client)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) servers = servers_with_autostart (client, &error);

  if (servers == NULL)
    return client_report (error);
  return control_each (client, servers, bus_server_properties1_call_start_server_sync,
                       _ ("%s runs."), TRUE);
}

Status
server_verbs_start (Client *client, char **arguments)
{
  if (autostart != (arguments[0] == NULL))
    return verb_wrong_usage (_ ("usage: posternctl %s"), "start SERVER… | --autostart");
  if (autostart)
    return start_with_system (client);
  return control (client, arguments, bus_server_properties1_call_start_server_sync, _ ("%s runs."),
                  TRUE);
}

Status
server_verbs_stop (Client *client, char **arguments)
{
  return control (client, arguments, bus_server_properties1_call_stop_server_sync,
                  _ ("%s is stopped."), FALSE);
}

Status
server_verbs_restart (Client *client, char **arguments)
{
  return control (client, arguments, bus_server_properties1_call_restart_server_sync,
                  _ ("%s runs anew."), TRUE);
}
