/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/window/server-tree.h"

#include <glib/gi18n.h>

static const struct
{
  const char *icon;
  const char *title;
} folders[] = {
  { "computer-symbolic", NULL }, /* NULL: the name of this system */
  { "network-workgroup-symbolic", N_ ("Network") },
  { "network-server-symbolic", N_ ("Servers") },
  { "folder-symbolic", N_ ("TCP/IP") },
};

static const char *const server_icons[POSTERN_N_SERVERS]
    = { "mail-send-symbolic", "mail-unread-symbolic", "mail-forward-symbolic" };

GtkTreePath *
server_tree_fill (GtkTreeStore *store)
{
  GtkTreeIter parent, iter, smtp;
  /* Translators: the name of the system stands in the brackets */
  g_autofree char *system = g_strdup_printf (_ ("This system (%s)"), g_get_host_name ());

  for (gsize i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      const char *title = folders[i].title != NULL ? _ (folders[i].title) : system;

      gtk_tree_store_insert_with_values (store, &iter, i == 0 ? NULL : &parent, -1,
                                         SERVER_TREE_ICON, folders[i].icon, SERVER_TREE_TITLE,
                                         title, SERVER_TREE_SERVER, -1, -1);
      parent = iter;
    }
  for (PosternServer server = 0; server < POSTERN_N_SERVERS; server++)
    {
      gtk_tree_store_insert_with_values (
          store, &iter, &parent, -1, SERVER_TREE_ICON, server_icons[server], SERVER_TREE_TITLE,
          server_watch_get_title (server), SERVER_TREE_SERVER, server, -1);
      if (server == POSTERN_SERVER_SMTP)
        smtp = iter;
    }
  return gtk_tree_model_get_path (GTK_TREE_MODEL (store), &smtp);
}

static void
update_row (GtkTreeStore *store, GtkTreeIter *iter, ServerState state)
{
  g_autofree char *endpoints
      = state.endpoints != NULL ? g_strjoinv (", ", (char **) state.endpoints) : NULL;
  g_autofree char *revision = NULL;

  if (state.running && *state.problem != '\0')
    revision = g_strdup_printf (_ ("Revision %lu: %s"), (gulong) state.revision, state.problem);
  else if (state.running)
    revision = g_strdup_printf (_ ("Revision %lu"), (gulong) state.revision);
  gtk_tree_store_set (store, iter, SERVER_TREE_STATE_ICON,
                      state.running ? "postern-started" : "postern-stopped", SERVER_TREE_STATE,
                      state.running ? _ ("Started") : _ ("Stopped"), SERVER_TREE_ENDPOINTS,
                      state.running ? endpoints : NULL, SERVER_TREE_REVISION, revision, -1);
}

static gboolean
update_if_server (GtkTreeModel *model, GtkTreePath *path, GtkTreeIter *iter, gpointer client)
{
  int server;

  gtk_tree_model_get (model, iter, SERVER_TREE_SERVER, &server, -1);
  if (server >= 0)
    update_row (GTK_TREE_STORE (model), iter, postern_client_get_server (client, server));
  return FALSE;
}

void
server_tree_update (GtkTreeStore *store, PosternClient *client)
{
  gtk_tree_model_foreach (GTK_TREE_MODEL (store), update_if_server, client);
}
