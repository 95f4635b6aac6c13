/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/net/listener.h"

#include "servers/net/inherited-socket.h"
#include "servers/net/listening-socket.h"

#include <gio/gio.h>
#include <string.h>

/* One endpoint: a socket for each worker and family. */
typedef struct
{
  guint door;
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

/* Any free port (0) is another one at each door. */
static gboolean
is_same (const Endpoint *a, guint door_a, const Endpoint *b, guint door_b)
{
  return endpoint_equal (a, b) && (a->port != 0 || door_a == door_b);
}

static Listener *
find_listener (GPtrArray *listeners, const Endpoint *endpoint, guint door)
{
  for (guint i = 0; i < listeners->len; i++)
    {
      Listener *listener = g_ptr_array_index (listeners, i);
      if (is_same (&listener->wanted, listener->door, endpoint, door))
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
  else if (inherited_socket_is_dual (endpoint->port))
    bound = bind_family (group, listener, LISTENING_IPV6, error);
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

/* --- What is wanted --- */

/* The lists of all doors in one. */
typedef struct
{
  const Endpoint *endpoint; /* (unowned) */
  guint door;
} Wish;

static const Wish *
find_wish (GArray *wishes, const Endpoint *endpoint, guint door)
{
  for (guint i = 0; i < wishes->len; i++)
    {
      const Wish *wish = &g_array_index (wishes, Wish, i);
      if (is_same (wish->endpoint, wish->door, endpoint, door))
        return wish;
    }

  return NULL;
}

static gboolean
add_wish (GArray *wishes, const Endpoint *endpoint, guint door, GError **error)
{
  const Wish *same = find_wish (wishes, endpoint, door);
  Wish wish = { endpoint, door };
  char text[ENDPOINT_TEXT_MAX];

  if (same != NULL && same->door != door)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   "cannot listen on %s: it stands in two lists of listeners; take it out of one",
                   endpoint_to_string (endpoint, text));
      return FALSE;
    }
  if (same == NULL)
    g_array_append_val (wishes, wish);

  return TRUE;
}

/* Returns: (transfer full) (element-type Wish): each endpoint once; NULL with @error */
static GArray *
list_wishes (const ListenerDoor *doors, guint n_doors, GError **error)
{
  g_autoptr (GArray) wishes = g_array_new (FALSE, FALSE, sizeof (Wish));

  for (guint i = 0; i < n_doors; i++)
    for (gsize row = 0; row < doors[i].endpoints->length; row++)
      if (!add_wish (wishes, &doors[i].endpoints->rows[row], doors[i].door, error))
        return NULL;

  return g_steal_pointer (&wishes);
}

static void
set_door (Listener *listener, guint door)
{
  listener->door = door;
  for (guint i = 0; i < listener->sockets->len; i++)
    listening_socket_set_door (g_ptr_array_index (listener->sockets, i), door);
}

/* Returns: (transfer full): what is wished and not yet listened on, listening; NULL with @error */
static GPtrArray *
listen_anew (ListenerGroup *group, GArray *wishes, GError **error)
{
  g_autoptr (GPtrArray) new = g_ptr_array_new_with_free_func (listener_free);

  for (guint i = 0; i < wishes->len; i++)
    {
      const Wish *wish = &g_array_index (wishes, Wish, i);
      guint16 port = wish->endpoint->port;
      if (find_listener (group->listeners, wish->endpoint, wish->door) != NULL)
        continue;

      if (!holds_port (group->listeners, port) && !holds_port (new, port)
          && !listening_socket_probe (wish->endpoint, error))
        return NULL;

      Listener *listener = listener_bind (group, wish->endpoint, error);
      if (listener == NULL)
        return NULL;
      set_door (listener, wish->door);
      g_ptr_array_add (new, listener);
    }

  /* Only when all are bound can a client come. */
  for (guint i = 0; i < new->len; i++)
    if (!listener_listen (g_ptr_array_index (new, i), error))
      return NULL;

  return g_steal_pointer (&new);
}

/* Keeps what is wished, at the door where it is wished now. */
static void
keep_wished (ListenerGroup *group, GArray *wishes)
{
  for (guint i = group->listeners->len; i > 0; i--)
    {
      Listener *listener = g_ptr_array_index (group->listeners, i - 1);
      const Wish *wish = find_wish (wishes, &listener->wanted, listener->door);
      if (wish == NULL)
        g_ptr_array_remove_index (group->listeners, i - 1);
      else
        set_door (listener, wish->door);
    }
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
listener_group_apply (ListenerGroup *group,
                      const ListenerDoor *doors,
                      guint n_doors,
                      GError **error)
{
  /* Everything that can fail comes first. */
  g_autoptr (GArray) wishes = list_wishes (doors, n_doors, error);
  if (wishes == NULL)
    return FALSE;
  g_autoptr (GPtrArray) new = listen_anew (group, wishes, error);
  if (new == NULL)
    return FALSE;

  keep_wished (group, wishes);
  for (guint i = 0; i < new->len; i++)
    listener_start (group, g_ptr_array_index (new, i));
  g_ptr_array_extend_and_steal (group->listeners, g_steal_pointer (&new));
  inherited_socket_report_unused ();

  return TRUE;
}

char **
listener_group_endpoints (ListenerGroup *group, guint door)
{
  g_autoptr (GStrvBuilder) texts = g_strv_builder_new ();

  for (guint i = 0; i < group->listeners->len; i++)
    {
      Listener *listener = g_ptr_array_index (group->listeners, i);
      char text[ENDPOINT_TEXT_MAX];
      if (door == LISTENER_ALL_DOORS || door == listener->door)
        g_strv_builder_add (texts, endpoint_to_string (&listener->bound, text));
    }

  return g_strv_builder_end (texts);
}
