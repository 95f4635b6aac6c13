/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/net/listener.h"

#include "servers/net/listening-socket.h"

#include <gio/gio.h>
#include <string.h>

/* One endpoint: a socket for each worker and family. */
typedef struct
{
  Endpoint wanted;    /* as in the settings; the port may be 0 in tests */
  Endpoint bound;     /* with the port that it got */
  GPtrArray *sockets; /* (element-type ListeningSocket) (owned) */
} Listener;

struct _ListenerGroup
{
  Worker **workers; /* (unowned) (array length=n_workers) */
  guint n_workers;
  ListenerAccept accept;
  gpointer user;
  GPtrArray *listeners; /* (element-type Listener) (owned) */
};

static void
listener_free (gpointer data)
{
  Listener *listener = data;
  g_ptr_array_unref (listener->sockets);
  g_free (listener);
}

static Listener *
find_listener (GPtrArray *listeners, const Endpoint *endpoint)
{
  for (guint i = 0; i < listeners->len; i++)
    {
      Listener *listener = g_ptr_array_index (listeners, i);
      if (endpoint_equal (&listener->wanted, endpoint))
        return listener;
    }

  return NULL;
}

/* Whether we hold a socket at that port: then a plain bind fails on ourselves, and proves nothing.
 */
static gboolean
holds_port (GPtrArray *listeners, guint16 port)
{
  for (guint i = 0; i < listeners->len; i++)
    {
      Listener *listener = g_ptr_array_index (listeners, i);
      if (listener->bound.port == port)
        return TRUE;
    }

  return FALSE;
}

/* Binds the sockets of one family, one for each worker. With port 0, all get the port of the first.
 */
static gboolean
bind_family (ListenerGroup *group, Listener *listener, ListeningFamily family, GError **error)
{
  for (guint i = 0; i < group->n_workers; i++)
    {
      ListeningSocket *socket = listening_socket_bind (&listener->bound, family, error);
      if (socket == NULL)
        return FALSE;

      g_ptr_array_add (listener->sockets, socket);
      listener->bound.port = listening_socket_port (socket);
    }

  return TRUE;
}

static Listener *
listener_bind (ListenerGroup *group, const Endpoint *endpoint, GError **error)
{
  Listener *listener = g_new0 (Listener, 1);
  listener->wanted = *endpoint;
  listener->bound = *endpoint;
  listener->sockets = g_ptr_array_new_with_free_func ((GDestroyNotify) listening_socket_free);

  gboolean bound;
  if (!endpoint->any_address)
    bound = bind_family (group, listener, LISTENING_OF_ADDRESS, error);
  else
    bound = (!listening_socket_has_ipv6 () || bind_family (group, listener, LISTENING_IPV6, error))
            && bind_family (group, listener, LISTENING_IPV4, error);

  if (!bound)
    {
      listener_free (listener);
      return NULL;
    }

  return listener;
}

static gboolean
listener_listen (Listener *listener, GError **error)
{
  for (guint i = 0; i < listener->sockets->len; i++)
    if (!listening_socket_listen (g_ptr_array_index (listener->sockets, i), error))
      return FALSE;

  return TRUE;
}

static void
listener_start (ListenerGroup *group, Listener *listener)
{
  for (guint i = 0; i < listener->sockets->len; i++)
    listening_socket_start (g_ptr_array_index (listener->sockets, i),
                            group->workers[i % group->n_workers], group->accept, group->user);
}

/* Returns: (transfer full): what is in @endpoints and not yet listened on, ready to listen; NULL
 * with @error */
static GPtrArray *
bind_new (ListenerGroup *group, const EndpointList *endpoints, GError **error)
{
  g_autoptr (GPtrArray) new = g_ptr_array_new_with_free_func (listener_free);

  for (gsize i = 0; i < endpoints->length; i++)
    {
      const Endpoint *endpoint = &endpoints->rows[i];
      if (find_listener (group->listeners, endpoint) != NULL
          || find_listener (new, endpoint) != NULL)
        continue;

      if (!holds_port (group->listeners, endpoint->port) && !holds_port (new, endpoint->port)
          && !listening_socket_probe (endpoint, error))
        return NULL;

      Listener *listener = listener_bind (group, endpoint, error);
      if (listener == NULL)
        return NULL;
      g_ptr_array_add (new, listener);
    }

  return g_steal_pointer (&new);
}

static gboolean
contains (const EndpointList *endpoints, const Endpoint *endpoint)
{
  for (gsize i = 0; i < endpoints->length; i++)
    if (endpoint_equal (&endpoints->rows[i], endpoint))
      return TRUE;

  return FALSE;
}

ListenerGroup *
listener_group_new (Worker **workers, guint n_workers, ListenerAccept accept, gpointer user)
{
  ListenerGroup *group = g_new0 (ListenerGroup, 1);

  group->workers = g_memdup2 (workers, n_workers * sizeof *workers);
  group->n_workers = n_workers;
  group->accept = accept;
  group->user = user;
  group->listeners = g_ptr_array_new_with_free_func (listener_free);

  return group;
}

void
listener_group_free (ListenerGroup *group)
{
  if (group == NULL)
    return;

  g_ptr_array_unref (group->listeners);
  g_free (group->workers);
  g_free (group);
}

gboolean
listener_group_apply (ListenerGroup *group, const EndpointList *endpoints, GError **error)
{
  /* Everything that can fail comes first. */
  g_autoptr (GPtrArray) new = bind_new (group, endpoints, error);
  if (new == NULL)
    return FALSE;
  for (guint i = 0; i < new->len; i++)
    if (!listener_listen (g_ptr_array_index (new, i), error))
      return FALSE;

  for (guint i = group->listeners->len; i > 0; i--)
    {
      Listener *listener = g_ptr_array_index (group->listeners, i - 1);
      if (!contains (endpoints, &listener->wanted))
        g_ptr_array_remove_index (group->listeners, i - 1);
    }

  for (guint i = 0; i < new->len; i++)
    listener_start (group, g_ptr_array_index (new, i));
  g_ptr_array_extend_and_steal (group->listeners, g_steal_pointer (&new));

  return TRUE;
}

char **
listener_group_endpoints (ListenerGroup *group)
{
  g_autoptr (GStrvBuilder) texts = g_strv_builder_new ();

  for (guint i = 0; i < group->listeners->len; i++)
    {
      Listener *listener = g_ptr_array_index (group->listeners, i);
      char text[ENDPOINT_TEXT_MAX];
      g_strv_builder_add (texts, endpoint_to_string (&listener->bound, text));
    }

  return g_strv_builder_end (texts);
}
