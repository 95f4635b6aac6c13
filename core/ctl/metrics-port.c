/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ctl/metrics-port.h"

#include "core/ctl/metrics.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <libsoup/soup.h>
#include <string.h>

typedef struct
{
  MetricsPortRead read;
  gpointer user;
} Source;

GInetSocketAddress *
metrics_port_parse (const char *text, GError **error)
{
  g_autoptr (GSocketConnectable) parsed
      = g_network_address_parse (text, METRICS_PORT_DEFAULT, NULL);
  GNetworkAddress *network = (GNetworkAddress *) parsed;
  g_autoptr (GInetAddress) address
      = parsed ? g_inet_address_new_from_string (g_network_address_get_hostname (network)) : NULL;

  if (address == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, _ ("“%s” is not ADDRESS:PORT"),
                   text);
      return NULL;
    }
  return G_INET_SOCKET_ADDRESS (
      g_inet_socket_address_new (address, g_network_address_get_port (network)));
}

static void
answer (SoupServerMessage *message, guint status, const char *type, const char *text)
{
  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, type, SOUP_MEMORY_COPY, text, strlen (text));
}

static void
on_metrics (SoupServer *server,
            SoupServerMessage *message,
            const char *path,
            GHashTable *query,
            gpointer data)
{
  Source *source = data;
  const char *method = soup_server_message_get_method (message);
  g_autoptr (GError) error = NULL;

  if (!g_str_equal (path, "/metrics"))
    {
      answer (message, SOUP_STATUS_NOT_FOUND, "text/plain", "There is only /metrics here.\n");
      return;
    }
  if (!g_str_equal (method, "GET") && !g_str_equal (method, "HEAD"))
    {
      soup_message_headers_append (soup_server_message_get_response_headers (message), "Allow",
                                   "GET, HEAD");
      answer (message, SOUP_STATUS_METHOD_NOT_ALLOWED, "text/plain", "Only GET and HEAD.\n");
      return;
    }

  g_autofree char *text = source->read (source->user, &error);
  if (text != NULL)
    answer (message, SOUP_STATUS_OK, METRICS_CONTENT_TYPE, text);
  else
    answer (message, SOUP_STATUS_SERVICE_UNAVAILABLE, "text/plain", error->message);
}

static gboolean
on_end_signal (gpointer data)
{
  g_main_loop_quit (data);
  return G_SOURCE_CONTINUE;
}

gboolean
metrics_port_serve (GInetSocketAddress *address,
                    MetricsPortRead read,
                    void (*ready) (const char *url),
                    gpointer user,
                    GError **error)
{
  Source source = { read, user };
  g_autoptr (SoupServer) server = soup_server_new ("server-header", "posternctl ", NULL);

  soup_server_add_handler (server, "/", on_metrics, &source, NULL);
  if (!soup_server_listen (server, G_SOCKET_ADDRESS (address), 0, error))
    return FALSE;

  GSList *uris = soup_server_get_uris (server);
  g_autofree char *url
      = g_uri_resolve_relative (g_uri_to_string (uris->data), "/metrics", G_URI_FLAGS_NONE, NULL);
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  if (ready != NULL)
    ready (url);

  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  guint signals[] = { g_unix_signal_add (SIGTERM, on_end_signal, loop),
                      g_unix_signal_add (SIGINT, on_end_signal, loop) };
  g_main_loop_run (loop);
  for (gsize i = 0; i < G_N_ELEMENTS (signals); i++)
    g_source_remove (signals[i]);
  soup_server_disconnect (server);
  return TRUE;
}
