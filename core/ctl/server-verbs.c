/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ctl/server-verbs.h"

#include "core/ctl/assignments.h"
#include "core/ctl/json-output.h"
#include "core/ctl/output.h"

#include <glib/gi18n.h>

/* One server, as status shows it. */
typedef struct
{
  gboolean running;
  guint64 revision; /* 0: it did not say */
  char *problem;    /* (owned) */
  char **endpoints; /* (owned) */
  gint64 sessions;  /* -1: it did not say */
} State;

static void
state_clear (State *state)
{
  g_free (state->problem);
  g_strfreev (state->endpoints);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (State, state_clear)

/* Returns FALSE with an error when the server may run, but does not answer. */
static gboolean
read_state (Client *client, const ClientServer *server, State *state, GError **error)
{
  g_autoptr (GError) cause = NULL;
  g_autoptr (GVariant) properties
      = client_call_server (client, server, "org.freedesktop.DBus.Properties.GetAll",
                            g_variant_new ("(s)", "org.postern.Server1"), "(a{sv})", &cause);

  state->sessions = -1;
  state->running = properties != NULL;
  if (!state->running)
    {
      state->problem = g_strdup ("");
      state->endpoints = g_new0 (char *, 1);
      if (g_error_matches (cause, G_DBUS_ERROR, G_DBUS_ERROR_NAME_HAS_NO_OWNER))
        return TRUE;
      g_propagate_error (error, g_steal_pointer (&cause));
      return FALSE;
    }

  g_autoptr (GVariant) dict = g_variant_get_child_value (properties, 0);
  (void) g_variant_lookup (dict, "RevisionInForce", "t", &state->revision);
  if (!g_variant_lookup (dict, "RevisionProblem", "s", &state->problem))
    state->problem = g_strdup ("");
  if (!g_variant_lookup (dict, "Endpoints", "^as", &state->endpoints))
    state->endpoints = g_new0 (char *, 1);

  g_autoptr (GVariant) counters
      = client_call_server (client, server, "org.postern.Server1.Counters", NULL, "(a{st})", NULL);
  guint64 sessions;
  g_autoptr (GVariant) counts = counters ? g_variant_get_child_value (counters, 0) : NULL;
  if (counts != NULL && g_variant_lookup (counts, "sessions", "t", &sessions))
    state->sessions = (gint64) sessions;
  return TRUE;
}

static void
add_json (GVariantBuilder *builder, const ClientServer *server, const State *state)
{
  g_variant_builder_open (builder, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (builder, "{sv}", "server", g_variant_new_string (server->name));
  g_variant_builder_add (builder, "{sv}", "running", g_variant_new_boolean (state->running));
  if (state->running)
    {
      g_variant_builder_add (builder, "{sv}", "revision", g_variant_new_uint64 (state->revision));
      g_variant_builder_add (builder, "{sv}", "problem", g_variant_new_string (state->problem));
      g_variant_builder_add (builder, "{sv}", "endpoints",
                             g_variant_new_strv ((const char *const *) state->endpoints, -1));
      if (state->sessions >= 0)
        g_variant_builder_add (builder, "{sv}", "sessions", g_variant_new_int64 (state->sessions));
    }
  g_variant_builder_close (builder);
}

static void
add_row (OutputTable *table, const ClientServer *server, const State *state)
{
  if (!state->running)
    {
      output_table_add (table, server->name, _ ("stopped"), "", "", "", "");
      return;
    }
  g_autofree char *revision = g_strdup_printf ("%" G_GUINT64_FORMAT, state->revision);
  g_autofree char *sessions = state->sessions >= 0
                                  ? g_strdup_printf ("%" G_GINT64_FORMAT, state->sessions)
                                  : g_strdup ("?");
  g_autofree char *endpoints = g_strjoinv (", ", state->endpoints);
  output_table_add (table, server->name, _ ("running"), revision, sessions, endpoints,
                    state->problem);
}

/* Returns the newest revision; 0 with an error. */
static guint64
newest_revision (Client *client, GError **error)
{
  GDBusConnection *connection = client_connection (client, error);
  if (connection == NULL)
    return 0;
  g_autoptr (GVariant) reply = g_dbus_connection_call_sync (
      connection, "org.postern.ServerProperties1", "/org/postern/ServerProperties1",
      "org.freedesktop.DBus.Properties", "Get",
      g_variant_new ("(ss)", "org.postern.ServerProperties1", "Revision"), G_VARIANT_TYPE ("(v)"),
      G_DBUS_CALL_FLAGS_NONE, G_MAXINT, NULL, error);
  if (reply == NULL)
    return 0;
  g_autoptr (GVariant) value = NULL;
  g_variant_get (reply, "(v)", &value);
  return g_variant_get_uint64 (value);
}

static void
print_status (Client *client, guint64 newest, GVariant *json, const OutputTable *table)
{
  if (client->json)
    {
      json_output_print (g_variant_new_parsed (
          "{'authority': <{'running': <%b>, 'revision': <%t>}>, 'servers': <%@aa{sv}>}",
          newest != 0, newest, json));
      return;
    }
  g_autofree char *number = g_strdup_printf ("%" G_GUINT64_FORMAT, newest);
  if (newest != 0)
    output_line (_ ("The newest revision of the settings is %s."), number);
  output_table_print (table);
}

Status
server_verbs_status (Client *client, char **arguments)
{
  g_autoptr (GError) error = NULL;
  guint64 newest = newest_revision (client, &error);
  if (client->connection == NULL)
    return client_report (error);

  const char *headings[]
      = { _ ("SERVER"),  _ ("STATE"), _ ("REVISION"), _ ("SESSIONS"), _ ("LISTENS ON"),
          _ ("PROBLEM"), NULL };
  g_autoptr (OutputTable) table = output_table_new (headings);
  GVariantBuilder builder;
  Status status = STATUS_OK;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
  for (gsize i = 0; i < CLIENT_SERVERS; i++)
    {
      g_auto (State) state = { 0 };
      g_autoptr (GError) silence = NULL;
      if (!read_state (client, &CLIENT_SERVER[i], &state, &silence))
        status = client_report (silence);
      add_row (table, &CLIENT_SERVER[i], &state);
      add_json (&builder, &CLIENT_SERVER[i], &state);
    }
  g_autoptr (GVariant) json = g_variant_ref_sink (g_variant_builder_end (&builder));
  print_status (client, newest, json, table);
  return newest != 0 ? status : client_report (error);
}

typedef gboolean (*Control) (BusServerProperties1 *authority,
                             const char *server,
                             GCancellable *cancellable,
                             GError **error);

/* Does it for each server that is named. One that fails does not keep the others from it. */
static Status
control (Client *client, char **names, Control call, const char *done)
{
  for (guint i = 0; names[i] != NULL; i++)
    if (!g_str_equal (names[i], "all") && client_server (names[i]) == NULL)
      return verb_wrong_usage (_ ("“%s” is none of smtp, pop3, delivery, all"), names[i]);

  g_autoptr (GError) error = NULL;
  g_autoptr (BusServerProperties1) authority = client_authority (client, &error);
  if (authority == NULL)
    return client_report (error);

  Status status = STATUS_OK;
  for (gsize i = 0; i < CLIENT_SERVERS; i++)
    {
      const char *server = CLIENT_SERVER[i].name;
      g_autoptr (GError) cause = NULL;
      if (!g_strv_contains ((const char *const *) names, "all")
          && !g_strv_contains ((const char *const *) names, server))
        continue;
      if (call (authority, server, NULL, &cause))
        output_line (done, server);
      else
        {
          g_dbus_error_strip_remote_error (cause);
          g_prefix_error (&cause, "%s: ", server);
          status = client_report (cause);
        }
    }
  return status;
}

Status
server_verbs_start (Client *client, char **arguments)
{
  return control (client, arguments, bus_server_properties1_call_start_server_sync, _ ("%s runs."));
}

Status
server_verbs_stop (Client *client, char **arguments)
{
  return control (client, arguments, bus_server_properties1_call_stop_server_sync,
                  _ ("%s is stopped."));
}
