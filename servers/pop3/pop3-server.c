/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/pop3/pop3-server.h"

#include "servers/net/listener.h"
#include "servers/pop3/logon-service.h"
#include "servers/pop3/pop3-conversation.h"
#include "servers/pop3/pop3-services.h"

/* A worker and the conversations that it carries; the list is touched by its thread alone. */
typedef struct
{
  Pop3Services *services;
  Worker *worker;            /* (owned) */
  GHashTable *conversations; /* (owned): a set */
} Branch;

struct _Pop3Server
{
  Pop3Services *services;   /* (owned) */
  GPtrArray *branches;      /* (owned) (element-type Branch) */
  ListenerGroup *listeners; /* (owned) */
  LogonService *logons;     /* (owned) */
};

static void
branch_free (gpointer data)
{
  Branch *branch = data;

  worker_free (branch->worker);
  g_hash_table_unref (branch->conversations);
  g_free (branch);
}

static void
on_ended (gpointer user, Pop3Conversation *conversation)
{
  Branch *branch = user;

  g_hash_table_remove (branch->conversations, conversation);
}

static void
on_accept (gpointer user, Worker *worker, int fd)
{
  Pop3Server *server = user;

  for (guint i = 0; i < server->branches->len; i++)
    {
      Branch *branch = server->branches->pdata[i];

      if (branch->worker == worker)
        g_hash_table_add (branch->conversations,
                          pop3_conversation_new (branch->services, worker, fd, on_ended, branch));
    }
}

static gboolean
start_workers (Pop3Server *server, guint n_workers, GError **error)
{
  for (guint i = 0; i < n_workers; i++)
    {
      g_autofree char *name = g_strdup_printf ("pop3-%u", i);
      Worker *worker = worker_new (name, error);
      Branch *branch;

      if (worker == NULL)
        return FALSE;
      branch = g_new0 (Branch, 1);
      branch->services = server->services;
      branch->worker = worker;
      branch->conversations = g_hash_table_new (NULL, NULL);
      g_ptr_array_add (server->branches, branch);
    }
  return TRUE;
}

static gboolean
start_listening (Pop3Server *server, const Settings *settings, GError **error)
{
  g_autofree Worker **workers = g_new (Worker *, server->branches->len);

  for (guint i = 0; i < server->branches->len; i++)
    workers[i] = ((Branch *) server->branches->pdata[i])->worker;
  server->listeners = listener_group_new (workers, server->branches->len, on_accept, server);
  return listener_group_apply (server->listeners, &settings->pop3.listeners, error);
}

Pop3Server *
pop3_server_new (const char *state_dir, guint n_workers, const Settings *settings, GError **error)
{
  g_autoptr (Pop3Services) services = pop3_services_new (state_dir, settings, error);
  g_autoptr (Pop3Server) server = NULL;

  if (services == NULL)
    return NULL;
  server = g_new0 (Pop3Server, 1);
  server->services = g_steal_pointer (&services);
  server->branches = g_ptr_array_new_with_free_func (branch_free);
  server->logons = logon_service_new (server->services);
  if (!start_workers (server, n_workers, error) || !start_listening (server, settings, error))
    return NULL;
  return g_steal_pointer (&server);
}

gboolean
pop3_server_apply (Pop3Server *server, const Settings *settings, GError **error)
{
  g_autoptr (Credentials) credentials = NULL;

  if (!pop3_services_prepare (server->services, settings, &credentials, error)
      || !listener_group_apply (server->listeners, &settings->pop3.listeners, error))
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
}

void
pop3_server_counters (Pop3Server *server, GVariantBuilder *builder)
{
  pop3_counters_to_variant (&server->services->counters, builder);
}

char **
pop3_server_endpoints (Pop3Server *server)
{
  return listener_group_endpoints (server->listeners);
}

/* In the branch's thread. */
static void
stop_conversations (gpointer data)
{
  Branch *branch = data;
  g_autoptr (GList) conversations = g_hash_table_get_keys (branch->conversations);

  for (GList *link = conversations; link != NULL; link = link->next)
    pop3_conversation_stop (link->data);
}

/* The order matters: nobody comes any more; no log-on is begun any more; those that were get to the
 * disk; the clients that wait for that are told, and the workers end with their last connection. */
void
pop3_server_free (Pop3Server *server)
{
  logon_service_free (server->logons);
  g_clear_pointer (&server->listeners, listener_group_free);
  for (guint i = 0; i < server->branches->len; i++)
    {
      Branch *branch = server->branches->pdata[i];

      worker_call (branch->worker, stop_conversations, branch);
    }
  pop3_services_close_logons (server->services);
  g_ptr_array_unref (server->branches);
  pop3_services_free (server->services);
  g_free (server);
}
