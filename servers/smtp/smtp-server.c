/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/smtp/smtp-server.h"

#include "servers/net/reception.h"
#include "servers/smtp/smtp-conversation.h"
#include "servers/smtp/smtp-explain.h"
#include "servers/smtp/smtp-grant-service.h"
#include "servers/smtp/smtp-place.h"
#include "servers/smtp/smtp-refusal-service.h"
#include "servers/smtp/smtp-services.h"

struct _SmtpServer
{
  SmtpServices *services;       /* (owned) */
  Reception *reception;         /* (owned) */
  SmtpExplain *explain;         /* (owned) (nullable) */
  SmtpGrantService *grants;     /* (owned) (nullable) */
  SmtpRefusalService *refusals; /* (owned) (nullable) */
};

static gpointer
begin_conversation (gpointer user, Worker *worker, int fd, guint door, ReceptionSeat *seat)
{
  SmtpServer *server = user;
  return smtp_conversation_new (server->services, worker, fd, door, seat);
}

static void
stop_conversation (gpointer conversation)
{
  smtp_conversation_stop (conversation);
}

static gboolean
give_way (gpointer conversation, guint waited_seconds, gpointer newcomer)
{
  return smtp_place_give_way (conversation, waited_seconds, newcomer);
}

static gboolean
listen_by (SmtpServer *server, const SmtpSettings *smtp, GError **error)
{
  const ReceptionDoor doors[] = {
    { SMTP_DOOR_RELAY, &smtp->listeners },
    { SMTP_DOOR_SUBMISSION, &smtp->submission_listeners },
    { SMTP_DOOR_SUBMISSION_TLS, &smtp->submission_tls_listeners },
  };
  return reception_listen (server->reception, doors, G_N_ELEMENTS (doors), error);
}

SmtpServer *
smtp_server_new (const SmtpServerPlace *place, const Settings *settings, GError **error)
{
  static const ReceptionHost host = { begin_conversation, stop_conversation, give_way };
  g_autoptr (SmtpServices) services
      = smtp_services_new (place->state_dir, place->resolver, settings, error);
  if (services == NULL)
    return NULL;

  g_autoptr (SmtpServer) server = g_new0 (SmtpServer, 1);
  server->services = g_steal_pointer (&services);
  server->reception = reception_new ("smtp", place->n_workers, &host, server, error);
  if (server->reception == NULL || !listen_by (server, &settings->smtp, error))
    return NULL;

  return g_steal_pointer (&server);
}

gboolean
smtp_server_apply (SmtpServer *server, const Settings *settings, GError **error)
{
  g_autoptr (Credentials) credentials = NULL;
  if (!smtp_services_prepare (server->services, settings, &credentials, error)
      || !listen_by (server, &settings->smtp, error))
    return FALSE;
  smtp_services_publish (server->services, settings, g_steal_pointer (&credentials));
  return TRUE;
}

void
smtp_server_export (SmtpServer *server,
                    GDBusConnection *connection,
                    const char *object_path,
                    Gatekeeper *gatekeeper)
{
  g_clear_pointer (&server->explain, smtp_explain_free);
  server->explain = smtp_explain_new (server->services, connection, object_path, gatekeeper);
  g_clear_pointer (&server->grants, smtp_grant_service_free);
  server->grants = smtp_grant_service_new (server->services, connection, object_path, gatekeeper);
  g_clear_pointer (&server->refusals, smtp_refusal_service_free);
  server->refusals
      = smtp_refusal_service_new (server->services->refusals, connection, object_path, gatekeeper);
}

void
smtp_server_counters (SmtpServer *server, GVariantBuilder *builder)
{
  smtp_counters_to_variant (&server->services->counters, builder);
}

void
smtp_server_troubles (SmtpServer *server, GStrvBuilder *builder)
{
  g_autoptr (Credentials) credentials = smtp_services_credentials (server->services);
  g_autofree char *trouble = credentials_trouble (credentials);

  if (trouble != NULL)
    g_strv_builder_add (builder, trouble);
  tls_holder_troubles (server->services->tls, builder);
}

char **
smtp_server_endpoints (SmtpServer *server)
{
  return reception_endpoints (server->reception);
}

/* The order matters: nobody comes any more; nobody sends any more; what was taken gets to the disk;
 * the clients that wait for that are told, and the workers end with their last connection. */
void
smtp_server_free (SmtpServer *server)
{
  g_clear_pointer (&server->explain, smtp_explain_free);
  g_clear_pointer (&server->grants, smtp_grant_service_free);
  g_clear_pointer (&server->refusals, smtp_refusal_service_free);
  if (server->reception != NULL)
    reception_close (server->reception);
  smtp_services_close (server->services);
  reception_free (server->reception);
  smtp_services_free (server->services);
  g_free (server);
}
