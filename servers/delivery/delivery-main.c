/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * postern-deliverd: takes messages out of the queue, into mailboxes or to other hosts.
 *
 *   delivery            which messages are due, and how many are under way (servers/queue)
 *   delivery-message    one message: from the queue, and back into it or out of it (due-reader, due-message)
 *   plan, route         which recipients go where: settings in force -> an attempt for each way
 *   deliver-local       an attempt into mailboxes (users)
 *   deliver-remote      an attempt to other hosts: over which session (destinations, session-pool)
 *   hop-list            which hosts those are, at which addresses (own-host; servers/dns)
 *   remote-session      a conversation with one host: connection, TLS (trust), deadlines, content
 *                       (remote-peer, remote-mail, dot-stuffer, seven-bit)
 *   smtp-client         the protocol as a state machine (reply-reader, smtp-offer, smtp-mail,
 *                       smtp-transaction, smtp-authentication)
 *   host-secrets        what hosts are logged on to with (host-secret, oauth-request, oauth-answer)
 *   outcome, schedule   what came of it, and when it is tried again
 *   report              what a sender is told (report-recipients, report-message, report-text, xtext)
 *   delivery-log        what the log is told
 *   queue-service       the queue on the bus (queue-view)
 */
#include "servers/delivery/delivery.h"
#include "servers/delivery/queue-service.h"
#include "servers/delivery/route.h"
#include "servers/dns/dns-option.h"
#include "servers/daemon/daemon.h"

#define OBJECT_PATH "/org/postern/Delivery1"

/* Mailboxes are written in libuv's thread pool, whose four threads would leave little to flush
 * together. */
#define POOL_THREADS "16"

typedef struct
{
  Queue *queue;
  Delivery *delivery;
  QueueService *service; /* (nullable) until there is a bus */
} Program;

static guint16 exchanger_port = ROUTE_SMTP_PORT;

static void
stop (gpointer self)
{
  Program *program = self;
  queue_service_free (program->service);
  delivery_free (program->delivery);
  queue_close (program->queue);
  g_free (program);
}

static gpointer
start (Daemon *daemon, const Settings *settings, GError **error)
{
  Program *program = g_new0 (Program, 1);
  g_autofree char *folder = g_build_filename (daemon_state_dir (daemon), "queue", NULL);
  const DeliveryOptions delivery = { .state_dir = daemon_state_dir (daemon),
                                     .resolver = dns_option_resolver (),
                                     .exchanger_port = exchanger_port };
  program->queue = queue_open (folder, error);
  if (program->queue != NULL)
    program->delivery = delivery_new (program->queue, &delivery, settings, error);
  if (program->delivery != NULL)
    return program;
  stop (program);
  return NULL;
}

static gboolean
apply (gpointer self, const Settings *settings, GError **error)
{
  Program *program = self;
  delivery_apply (program->delivery, settings);
  return TRUE;
}

static gboolean
is_active (gpointer user_data, guint64 id)
{
  return delivery_is_active (user_data, id);
}

static void
export_interfaces (gpointer self, GDBusConnection *connection, Gatekeeper *gatekeeper)
{
  Program *program = self;
  const QueueServiceSource source = { program->queue, is_active, program->delivery };
  queue_service_free (program->service);
  program->service = queue_service_new (&source, connection, OBJECT_PATH, gatekeeper);
}

static void
counters (gpointer self, GVariantBuilder *builder)
{
  Program *program = self;
  const DeliveryCounters *count = delivery_counters (program->delivery);
  guint64 held = queue_count_held (program->queue);
  const struct
  {
    const char *name;
    guint64 value;
  } rows[] = {
    { "delivered-local", count->delivered_local },
    { "delivered-remote", count->delivered_remote },
    { "deferred", count->deferred },
    { "failed", count->failed },
    { "bounces", count->bounces },
    { "connections", count->connections },
    { "connections-reused", count->connections_reused },
    { "connections-tls", count->connections_tls },
    { "connections-verified", count->connections_verified },
    { "log-ons", count->log_ons },
    { "token-fetches", count->token_fetches },
    { "waiting", queue_count (program->queue) - held },
    { "held", held },
    { "sessions", delivery_count_active (program->delivery) },
  };
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_variant_builder_add (builder, "{st}", rows[i].name, rows[i].value);
}

static void
troubles (gpointer self, GStrvBuilder *builder)
{
  Program *program = self;
  delivery_troubles (program->delivery, builder);
}

static gboolean
take_exchanger_port (const char *option, const char *value, gpointer data, GError **error)
{
  guint64 port;
  if (!g_ascii_string_to_unsigned (value, 10, 1, 65535, &port, NULL))
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   "%s %s: not in the range 1 to 65535", option, value);
      return FALSE;
    }
  exchanger_port = (guint16) port;
  return TRUE;
}

static const GOptionEntry options[] = {
  DNS_OPTION_RESOLVER,
  { "exchanger-port", 0, 0, G_OPTION_ARG_CALLBACK, take_exchanger_port,
    "The port of mail exchangers (25)", "PORT" },
  { NULL },
};

int
main (int argc, char **argv)
{
  static const DaemonServer server = {
    .server = "delivery",
    .program = "postern-deliverd",
    .bus_name = "org.postern.Delivery1",
    .object_path = OBJECT_PATH,
    .start = start,
    .apply = apply,
    .export = export_interfaces,
    .counters = counters,
    .troubles = troubles,
    .stop = stop,
    .options = options,
  };
  g_setenv ("UV_THREADPOOL_SIZE", POOL_THREADS, FALSE);
  return daemon_run (&server, argc, argv);
}
