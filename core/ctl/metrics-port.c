/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ctl/metrics-port.h"

#include "core/ctl/metrics.h"

#include <errno.h>
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <microhttpd.h>
#include <string.h>

#define CONNECTIONS_MAX 16
#define PATIENCE_S 10

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

static enum MHD_Result
answer (struct MHD_Connection *connection, guint status, const char *type, const char *text)
{
  struct MHD_Response *response
      = MHD_create_response_from_buffer (strlen (text), (void *) text, MHD_RESPMEM_MUST_COPY);

  (void) MHD_add_response_header (response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
  if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
    (void) MHD_add_response_header (response, MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
  enum MHD_Result result = MHD_queue_response (connection, status, response);
  MHD_destroy_response (response);
  return result;
}

static enum MHD_Result
answer_metrics (struct MHD_Connection *connection, Source *source)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = source->read (source->user, &error);

  return text != NULL
             ? answer (connection, MHD_HTTP_OK, METRICS_CONTENT_TYPE, text)
             : answer (connection, MHD_HTTP_SERVICE_UNAVAILABLE, "text/plain", error->message);
}

/* Called in the thread of the library's own, one request after the other. */
static enum MHD_Result
on_request (void *data,
            struct MHD_Connection *connection,
            const char *path,
            const char *method,
            const char *version,
            const char *body,
            size_t *body_length,
            void **request)
{
  static char seen;

  if (!g_str_equal (method, MHD_HTTP_METHOD_GET) && !g_str_equal (method, MHD_HTTP_METHOD_HEAD))
    return answer (connection, MHD_HTTP_METHOD_NOT_ALLOWED, "text/plain", "Only GET and HEAD.\n");
  if (!g_str_equal (path, "/metrics"))
    return answer (connection, MHD_HTTP_NOT_FOUND, "text/plain", "There is only /metrics here.\n");
  if (*request
      == NULL) /* The headers; a body, which nobody reads, would come before the next call. */
    {
      *request = &seen;
      return MHD_YES;
    }
  *body_length = 0;
  return answer_metrics (connection, data);
}

static struct MHD_Daemon *
start (GInetSocketAddress *address, Source *source, GError **error)
{
  struct sockaddr_storage native;
  gboolean is_ipv6
      = g_socket_address_get_family (G_SOCKET_ADDRESS (address)) == G_SOCKET_FAMILY_IPV6;

  if (!g_socket_address_to_native (G_SOCKET_ADDRESS (address), &native, sizeof native, error))
    return NULL;

  errno = 0;
  struct MHD_Daemon *daemon = MHD_start_daemon (
      MHD_USE_INTERNAL_POLLING_THREAD | (is_ipv6 ? MHD_USE_IPv6 : 0), 0, NULL, NULL, on_request,
      source, MHD_OPTION_SOCK_ADDR, &native, MHD_OPTION_CONNECTION_LIMIT, CONNECTIONS_MAX,
      MHD_OPTION_CONNECTION_TIMEOUT, PATIENCE_S, MHD_OPTION_END);
  int code = errno;
  g_autofree char *text = g_socket_connectable_to_string (G_SOCKET_CONNECTABLE (address));
  if (daemon == NULL)
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), _ ("cannot listen on %s: %s"),
                 text, g_strerror (code));
  return daemon;
}

static void
tell_url (GInetSocketAddress *address, struct MHD_Daemon *daemon, void (*ready) (const char *url))
{
  guint16 port = MHD_get_daemon_info (daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
  g_autofree char *host = g_inet_address_to_string (g_inet_socket_address_get_address (address));
  g_autofree char *url = g_strdup_printf (
      strchr (host, ':') ? "http://[%s]:%u/metrics" : "http://%s:%u/metrics", host, port);
  ready (url);
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
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  guint signals[] = { g_unix_signal_add (SIGTERM, on_end_signal, loop),
                      g_unix_signal_add (SIGINT, on_end_signal, loop) };

  struct MHD_Daemon *daemon = start (address, &source, error);
  if (daemon != NULL)
    {
      tell_url (address, daemon, ready);
      g_main_loop_run (loop);
      MHD_stop_daemon (daemon);
    }

  for (gsize i = 0; i < G_N_ELEMENTS (signals); i++)
    g_source_remove (signals[i]);
  return daemon != NULL;
}
