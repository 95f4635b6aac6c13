/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ctl/server-state.h"

#define SERVER "org.postern.Server1"

void
server_state_clear (ServerState *state)
{
  g_clear_pointer (&state->problem, g_free);
  g_clear_pointer (&state->endpoints, g_strfreev);
  g_clear_pointer (&state->troubles, g_strfreev);
}

static GVariant *
read_properties (Client *client, const char *server, int patience_ms, GError **error)
{
  client->patience_ms = patience_ms;
  GVariant *reply = client_call_server (client, server, "org.freedesktop.DBus.Properties.GetAll",
                                        g_variant_new ("(s)", SERVER), "(a{sv})", error);
  client->patience_ms = 0;
  return reply;
}

gboolean
server_state_read_revision (
    Client *client, const char *server, int patience_ms, ServerState *state, GError **error)
{
  g_autoptr (GError) cause = NULL;
  g_autoptr (GVariant) properties = read_properties (client, server, patience_ms, &cause);

  *state = (ServerState){ .sessions = -1 };
  state->endpoints = g_new0 (char *, 1);
  state->troubles = g_new0 (char *, 1);
  state->running = !g_error_matches (cause, G_DBUS_ERROR, G_DBUS_ERROR_NAME_HAS_NO_OWNER);
  if (properties == NULL)
    {
      state->problem = g_strdup (state->running ? cause->message : "");
      if (!state->running)
        return TRUE;
      g_propagate_prefixed_error (error, g_steal_pointer (&cause), "%s: ", server);
      return FALSE;
    }

  g_autoptr (GVariant) dict = g_variant_get_child_value (properties, 0);
  g_autoptr (GVariant) endpoints
      = g_variant_lookup_value (dict, "Endpoints", G_VARIANT_TYPE_STRING_ARRAY);
  (void) g_variant_lookup (dict, "RevisionInForce", "t", &state->revision);
  if (!g_variant_lookup (dict, "RevisionProblem", "s", &state->problem))
    state->problem = g_strdup ("");
  if (endpoints != NULL)
    {
      g_strfreev (state->endpoints);
      state->endpoints = g_variant_dup_strv (endpoints, NULL);
    }
  return TRUE;
}

static gint64
read_sessions (Client *client, const char *server)
{
  guint64 sessions;
  g_autoptr (GVariant) counters
      = client_call_server (client, server, SERVER ".Counters", NULL, "(a{st})", NULL);
  g_autoptr (GVariant) counts = counters ? g_variant_get_child_value (counters, 0) : NULL;

  return counts != NULL && g_variant_lookup (counts, "sessions", "t", &sessions) ? (gint64) sessions
                                                                                 : -1;
}

static void
read_troubles (Client *client, const char *server, ServerState *state)
{
  g_autoptr (GVariant) troubles
      = client_call_server (client, server, SERVER ".Troubles", NULL, "(as)", NULL);

  if (troubles == NULL)
    return;
  g_strfreev (state->troubles);
  g_variant_get (troubles, "(^as)", &state->troubles);
}

gboolean
server_state_read (Client *client, const char *server, ServerState *state, GError **error)
{
  if (!server_state_read_revision (client, server, SERVER_STATE_PATIENCE_MS, state, error))
    return FALSE;
  if (state->running)
    {
      state->sessions = read_sessions (client, server);
      read_troubles (client, server, state);
    }
  return TRUE;
}
