/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/smtp/smtp-server.h"

#include "servers/net/listener.h"
#include "servers/smtp/smtp-conversation.h"
#include "servers/smtp/smtp-explain.h"
#include "servers/smtp/smtp-services.h"

/* A worker and the conversations that it carries; the list is touched by its thread alone. */
typedef struct
{
  SmtpServices *services;
  Worker *worker;            /* (owned) */
  GHashTable *conversations; /* (owned): a set */
} Branch;

struct _SmtpServer
{
  SmtpServices *services;   /* (owned) */
  GPtrArray *branches;      /* (owned) (element-type Branch) */
  ListenerGroup *listeners; /* (owned) */
  SmtpExplain *explain;     /* (owned) (nullable) */
};

static void
branch_free (Branch *branch)
{
  g_clear_pointer (&branch->worker, worker_free);
  g_hash_table_unref (branch->conversations);
  g_free (branch);
}

static void
on_ended (gpointer user, SmtpConversation *conversation)
{
  Branch *branch = user;
  g_hash_table_remove (branch->conversations, conversation);
}

static void
on_accept (gpointer user, Worker *worker, int fd)
{
  SmtpServer *server = user;
  for (guint i = 0; i < server->branches->len; i++)
    {
      Branch *branch = server->branches->pdata[i];
      if (branch->worker == worker)
        g_hash_table_add (branch->conversations,
                          smtp_conversation_new (branch->services, worker, fd, on_ended, branch));
    }
}

static gboolean
start_workers (SmtpServer *server, guint n_workers, GError **error)
{
  for (guint i = 0; i < n_workers; i++)
    {
      g_autofree char *name = g_strdup_printf ("smtp-%u", i);
      Worker *worker = worker_new (name, error);
      if (!worker)
        return FALSE;

      Branch *branch = g_new0 (Branch, 1);
      branch->services = server->services;
      branch->worker = worker;
      branch->conversations = g_hash_table_new (NULL, NULL);
      g_ptr_array_add (server->branches, branch);
    }
  return TRUE;
}

static gboolean
start_listening (SmtpServer *server, const Settings *settings, GError **error)
{
  g_autofree Worker **workers = g_new (Worker *, server->branches->len);
  for (guint i = 0; i < server->branches->len; i++)
    workers[i] = ((Branch *) server->branches->pdata[i])->worker;

  server->listeners = listener_group_new (workers, server->branches->len, on_accept, server);
  return listener_group_apply (server->listeners, &settings->smtp.listeners, error);
}

SmtpServer *
smtp_server_new (const char *state_dir, guint n_workers, const Settings *settings, GError **error)
{
  g_autoptr (SmtpServices) services = smtp_services_new (state_dir, settings, error);
  if (!services)
    return NULL;

  g_autoptr (SmtpServer) server = g_new0 (SmtpServer, 1);
  server->services = g_steal_pointer (&services);
  server->branches = g_ptr_array_new_with_free_func ((GDestroyNotify) branch_free);
  if (!start_workers (server, n_workers, error) || !start_listening (server, settings, error))
    return NULL;
  return g_steal_pointer (&server);
}

gboolean
smtp_server_apply (SmtpServer *server, const Settings *settings, GError **error)
{
  g_autoptr (Credentials) credentials = NULL;
  if (!smtp_services_prepare (server->services, settings, &credentials, error)
      || !listener_group_apply (server->listeners, &settings->smtp.listeners, error))
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
}

void
smtp_server_counters (SmtpServer *server, GVariantBuilder *builder)
{
  smtp_counters_to_variant (&server->services->counters, builder);
}

char **
smtp_server_endpoints (SmtpServer *server)
{
  return listener_group_endpoints (server->listeners);
}

/* In the branch's thread. */
static void
stop_conversations (gpointer data)
{
  Branch *branch = data;
  g_autoptr (GList) conversations = g_hash_table_get_keys (branch->conversations);
  for (GList *link = conversations; link; link = link->next)
    smtp_conversation_stop (link->data);
}

/* The order matters: nobody comes any more; nobody sends any more; what was taken gets to the disk;
 * the clients that wait for that are told, and the workers end with their last connection. */
void
smtp_server_free (SmtpServer *server)
{
  g_clear_pointer (&server->explain, smtp_explain_free);
  g_clear_pointer (&server->listeners, listener_group_free);
  for (guint i = 0; i < server->branches->len; i++)
    {
      Branch *branch = server->branches->pdata[i];
      worker_call (branch->worker, stop_conversations, branch);
    }
  smtp_services_close_queue (server->services);
  g_ptr_array_unref (server->branches);
  smtp_services_free (server->services);
  g_free (server);
}
