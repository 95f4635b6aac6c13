/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ctl/metrics-verb.h"

#include "core/bus/bus-place.h"
#include "core/bus/bus.h"
#include "core/ctl/json-output.h"
#include "core/ctl/metrics-port.h"
#include "core/ctl/metrics.h"
#include "core/ctl/output.h"

#include <glib/gi18n.h>

/* Whoever asks for numbers asks again soon. A server that hangs is down, as far as they go. */
#define PATIENCE_MS 3000

static char *listen_at;
static gboolean beyond_loopback;

const GOptionEntry METRICS_VERB_OPTIONS[]
    = { { "listen", 'l', 0, G_OPTION_ARG_STRING, &listen_at,
          N_ ("Serve them over HTTP there, until ended"), N_ ("ADDRESS:PORT") },
        { "beyond-loopback", 0, 0, G_OPTION_ARG_NONE, &beyond_loopback,
          N_ ("Allow an address that others can reach: everybody there sees the numbers"), NULL },
        { NULL } };

static gboolean
read_settings (Client *client, MetricsServer *server, GError **error)
{
  const char *problem = "";
  g_autoptr (GVariant) reply
      = client_call_server (client, server->server, "org.freedesktop.DBus.Properties.GetAll",
                            g_variant_new ("(s)", "org.postern.Server1"), "(a{sv})", error);
  if (reply == NULL)
    return FALSE;

  g_autoptr (GVariant) properties = g_variant_get_child_value (reply, 0);
  (void) g_variant_lookup (properties, "RevisionInForce", "t", &server->revision);
  (void) g_variant_lookup (properties, "RevisionProblem", "&s", &problem);
  server->problem = *problem != '\0';
  return TRUE;
}

static gboolean
read_counters (Client *client, MetricsServer *server, GError **error)
{
  g_autoptr (GVariant) reply = client_call_server (
      client, server->server, "org.postern.Server1.Counters", NULL, "(a{st})", error);
  if (reply == NULL)
    return FALSE;

  server->counters = g_variant_get_child_value (reply, 0);
  return TRUE;
}

static gboolean
read_troubles (Client *client, MetricsServer *server, GError **error)
{
  g_autoptr (GVariant) reply = client_call_server (
      client, server->server, "org.postern.Server1.Troubles", NULL, "(as)", error);
  if (reply == NULL)
    return FALSE;

  g_autoptr (GVariant) troubles = g_variant_get_child_value (reply, 0);
  server->troubles = g_variant_n_children (troubles);
  return TRUE;
}

/* A server that does not answer is an answer. Returns FALSE where nothing can be said. */
static gboolean
read_server (Client *client, MetricsServer *server, GError **error)
{
  g_autoptr (GError) cause = NULL;

  server->running = read_settings (client, server, &cause) && read_counters (client, server, &cause)
                    && read_troubles (client, server, &cause);
  if (!server->running
      && (client->connection == NULL
          || g_error_matches (cause, BUS_ERROR, BUS_ERROR_NOT_AUTHORIZED)))
    {
      g_propagate_error (error, g_steal_pointer (&cause));
      return FALSE;
    }
  return TRUE;
}

static gboolean
read_servers (Client *client, MetricsServer servers[BUS_PLACE_SERVERS], GError **error)
{
  client->patience_ms = PATIENCE_MS;
  for (gsize i = 0; i < BUS_PLACE_SERVERS; i++)
    {
      servers[i].server = BUS_PLACE_SERVER[i].server;
      if (!read_server (client, &servers[i], error))
        return FALSE;
    }
  return TRUE;
}

static void
clear_servers (MetricsServer servers[BUS_PLACE_SERVERS])
{
  for (gsize i = 0; i < BUS_PLACE_SERVERS; i++)
    metrics_server_clear (&servers[i]);
}

static char *
read_text (gpointer user, GError **error)
{
  Client *client = user;
  MetricsServer servers[BUS_PLACE_SERVERS] = { 0 };

  /* The bus may have ended since the last time, and have begun anew. */
  if (client->connection != NULL && g_dbus_connection_is_closed (client->connection))
    client_clear (client);

  char *text
      = read_servers (client, servers, error) ? metrics_to_text (servers, BUS_PLACE_SERVERS) : NULL;
  clear_servers (servers);
  return text;
}

static Status
print_json (Client *client)
{
  MetricsServer servers[BUS_PLACE_SERVERS] = { 0 };
  g_autoptr (GError) error = NULL;
  GVariantBuilder rows;

  if (!read_servers (client, servers, &error))
    {
      clear_servers (servers);
      return client_report (error);
    }
  g_variant_builder_init (&rows, G_VARIANT_TYPE ("aa{sv}"));
  for (gsize i = 0; i < BUS_PLACE_SERVERS; i++)
    {
      g_variant_builder_open (&rows, G_VARIANT_TYPE_VARDICT);
      g_variant_builder_add_parsed (&rows, "{'server', <%s>}", servers[i].server);
      g_variant_builder_add_parsed (&rows, "{'running', <%b>}", servers[i].running);
      if (servers[i].running)
        g_variant_builder_add_parsed (&rows, "{'counters', <%@a{st}>}", servers[i].counters);
      g_variant_builder_close (&rows);
    }
  json_output_print (g_variant_builder_end (&rows));
  clear_servers (servers);
  return STATUS_OK;
}

static void
tell_address (const char *url)
{
  output_line ("%s", url);
  (void) output_is_written ();
}

static Status
serve (Client *client)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GInetSocketAddress) address = metrics_port_parse (listen_at, &error);
  if (address == NULL)
    return verb_wrong_usage ("%s", error->message);
  if (!beyond_loopback
      && !g_inet_address_get_is_loopback (g_inet_socket_address_get_address (address)))
    return verb_wrong_usage (_ ("%s can be reached by others: give a loopback address, or "
                                "--beyond-loopback"),
                             listen_at);

  return metrics_port_serve (address, read_text, tell_address, client, &error)
             ? STATUS_OK
             : client_report (error);
}

Status
metrics_verb_metrics (Client *client, char **arguments)
{
  g_autoptr (GError) error = NULL;

  if (listen_at != NULL)
    return serve (client);
  if (client->json)
    return print_json (client);

  g_autofree char *text = read_text (client, &error);
  if (text == NULL)
    return client_report (error);
  output_text (text);
  return STATUS_OK;
}
