/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/pop3/pop3-server.h"

#include "servers/net/reception.h"
#include "servers/pop3/ban-service.h"
#include "servers/pop3/device-service.h"
#include "servers/pop3/logon-service.h"
#include "servers/pop3/pop3-conversation.h"
#include "servers/pop3/pop3-services.h"

struct _Pop3Server
{
  Pop3Services *services; /* (owned) */
  Reception *reception;   /* (owned) */
  LogonService *logons;   /* (owned) */
  BanService *bans;       /* (owned) */
  DeviceService *devices; /* (owned) */
};

static gpointer
begin_conversation (gpointer user, Worker *worker, int fd, guint door, ReceptionSeat *seat)
{
  Pop3Server *server = user;
  return pop3_conversation_new (server->services, worker, fd, door, seat);
}

static void
stop_conversation (gpointer conversation)
{
  pop3_conversation_stop (conversation);
}

static gboolean
give_way (gpointer conversation, guint waited_seconds, gpointer newcomer)
{
  return pop3_conversation_give_way (conversation, waited_seconds, newcomer);
}

static gboolean
listen_by (Pop3Server *server, const Pop3Settings *pop3, GError **error)
{
  const ReceptionDoor doors[] = {
    { POP3_DOOR_PLAIN, &pop3->listeners },
    { POP3_DOOR_TLS, &pop3->tls_listeners },
  };

  return reception_listen (server->reception, doors, G_N_ELEMENTS (doors), error);
}

Pop3Server *
pop3_server_new (const char *state_dir, guint n_workers, const Settings *settings, GError **error)
{
  static const ReceptionHost host = { begin_conversation, stop_conversation, give_way };
  g_autoptr (Pop3Services) services = pop3_services_new (state_dir, settings, error);
  if (services == NULL)
    return NULL;

  g_autoptr (Pop3Server) server = g_new0 (Pop3Server, 1);
  server->services = g_steal_pointer (&services);
  server->logons = logon_service_new (server->services);
  server->bans = ban_service_new (server->services);
  server->devices = device_service_new (server->services);
  server->reception = reception_new ("pop3", n_workers, &host, server, error);
  if (server->reception == NULL || !listen_by (server, &settings->pop3, error))
    return NULL;

  return g_steal_pointer (&server);
}

gboolean
pop3_server_apply (Pop3Server *server, const Settings *settings, GError **error)
{
  g_autoptr (Credentials) credentials = NULL;

  if (!pop3_services_prepare (server->services, settings, &credentials, error)
      || !listen_by (server, &settings->pop3, error))
    return FALSE;
  pop3_services_publish (server->services, settings, g_steal_pointer (&credentials));
  return TRUE;
}

void
pop3_server_export (Pop3Server *server,
                    GDBusConnection *connection,
                    const char *object_path,
                    Gatekeeper *gatekeeper)
{
  logon_service_export (server->logons, connection, object_path, gatekeeper);
  ban_service_export (server->bans, connection, object_path, gatekeeper);
  device_service_export (server->devices, connection, object_path, gatekeeper);
}

void
pop3_server_counters (Pop3Server *server, GVariantBuilder *builder)
{
  pop3_counters_to_variant (&server->services->counters, builder);
}

void
pop3_server_troubles (Pop3Server *server, GStrvBuilder *builder)
{
  g_autoptr (Credentials) credentials = pop3_services_credentials (server->services);
  g_autofree char *trouble = credentials_trouble (credentials);

  if (trouble != NULL)
    g_strv_builder_add (builder, trouble);
  tls_holder_troubles (server->services->tls, builder);
}

char **
pop3_server_endpoints (Pop3Server *server)
{
  return reception_endpoints (server->reception);
}

/* The order matters: nobody comes any more; no log-on is begun any more; those that were get to the
 * disk; the clients that wait for that are told, and the workers end with their last connection. */
void
pop3_server_free (Pop3Server *server)
{
  logon_service_free (server->logons);
  ban_service_free (server->bans);
  device_service_free (server->devices);
  if (server->reception != NULL)
    reception_close (server->reception);
  pop3_services_close_tables (server->services);
  reception_free (server->reception);
  pop3_services_free (server->services);
  g_free (server);
}
