/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/client/bus-link.h"

#include <glib/gi18n.h>

#include "gui/client/private-authority.h"
#include "gui/client/ssh-pipe.h"

#define RETRY_SECONDS 1
#define LONGEST_PAUSE_SECONDS 60

struct _BusLink
{
  char *where;
  GDBusConnection *connection; /* (owned) (nullable): no bus */
  ChildPipe *ssh;              /* (owned) (nullable): what the connection goes through */
  PrivateAuthority *authority; /* (owned) (nullable): the same, of a file */
  GCancellable *cancellable;   /* (owned): of the attempt under way */
  guint source;                /* the next attempt; 0 for none */
  guint pause_seconds;         /* before the next attempt */
  gboolean may_ask;            /* a person waits for the next attempt */
  BusLinkChanged changed;
  gpointer user_data;
};

static gboolean attempt (gpointer user_data);

static const char *
after_prefix (BusLink *self, const char *prefix)
{
  return g_str_has_prefix (self->where, prefix) ? self->where + strlen (prefix) : NULL;
}

/* --- the end of a connection --- */

static void
drop (BusLink *self)
{
  if (self->connection != NULL)
    g_signal_handlers_disconnect_by_data (self->connection, self);
  g_clear_object (&self->connection);
  g_clear_pointer (&self->ssh, child_pipe_free);
  g_clear_pointer (&self->authority, private_authority_free);
}

/* @problem: (nullable) */
static void
fail (BusLink *self, const char *problem)
{
  drop (self);
  if (self->source == 0)
    self->source = g_timeout_add_seconds (self->pause_seconds, attempt, self);
  if (after_prefix (self, "ssh:") != NULL)
    self->pause_seconds = MIN (self->pause_seconds * 2, LONGEST_PAUSE_SECONDS);
  self->changed (NULL, problem, self->user_data);
}

static char *
ssh_words (const char *place, const char *complaint)
{
  if (*complaint == '\0')
    return g_strdup_printf (_ ("The connection to %s has ended."), place);
  if (g_str_has_prefix (complaint, "ssh: "))
    complaint += strlen ("ssh: ");
  /* Translators: a system, and what ssh says of it */
  return g_strdup_printf (_ ("%s cannot be reached: %s"), place, complaint);
}

static char *
file_words (const char *file, const char *complaint)
{
  g_autofree char *prefix = g_strconcat (file, ": ", NULL);

  if (g_str_has_prefix (complaint, prefix))
    complaint += strlen (prefix);
  /* Translators: a file, and why it is no settings file */
  return g_strdup_printf (_ ("The file %s cannot be opened: %s"), file, complaint);
}

static void
on_child_ended (char *complaint, gpointer user_data)
{
  BusLink *self = user_data;
  g_autofree char *owned = complaint;
  const char *place = after_prefix (self, "ssh:");
  g_autofree char *words = place != NULL ? ssh_words (place, complaint)
                                         : file_words (after_prefix (self, "file:"), complaint);

  fail (self, words);
}

/* Why it is gone, the program at the other end of the pipe has said. */
static void
lose (BusLink *self)
{
  ChildPipe *child
      = self->authority != NULL ? private_authority_get_pipe (self->authority) : self->ssh;

  if (self->connection != NULL)
    g_signal_handlers_disconnect_by_data (self->connection, self);
  g_clear_object (&self->connection);
  if (child != NULL)
    child_pipe_end (child, on_child_ended, self);
  else
    fail (self, NULL);
}

/* --- its begin --- */

static void
take (BusLink *self, GDBusConnection *connection)
{
  self->connection = connection;
  self->pause_seconds = RETRY_SECONDS;
  g_signal_connect_swapped (connection, "closed", G_CALLBACK (lose), self);
  self->changed (connection, NULL, self->user_data);
}

/* Cancelled: self is gone. */
static void
take_or_lose (GDBusConnection *connection, const GError *error, BusLink *self)
{
  if (connection != NULL)
    take (self, connection);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    lose (self);
}

static void
on_connection (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  take_or_lose (g_dbus_connection_new_for_address_finish (result, &error), error, user_data);
}

static void
on_stream (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  take_or_lose (g_dbus_connection_new_finish (result, &error), error, user_data);
}

static char *
address_of (const char *where)
{
  if (g_str_equal (where, "system"))
    return g_dbus_address_get_for_bus_sync (G_BUS_TYPE_SYSTEM, NULL, NULL);
  if (g_str_equal (where, "session"))
    return g_dbus_address_get_for_bus_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  return g_strdup (where);
}

/* A connection of our own, never the shared one of g_bus_get(): that one would end the program
 * together with the bus. */
static void
attempt_bus (BusLink *self)
{
  g_autofree char *address = address_of (self->where);

  if (address == NULL)
    fail (self, NULL);
  else
    g_dbus_connection_new_for_address (address,
                                       G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT
                                           | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                       NULL, self->cancellable, on_connection, self);
}

static void
attempt_child (BusLink *self, ChildPipe *child, GDBusConnectionFlags flags)
{
  g_dbus_connection_new (child_pipe_get_stream (child), NULL,
                         G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT | flags, NULL,
                         self->cancellable, on_stream, self);
}

static void
attempt_ssh (BusLink *self, const char *place)
{
  g_autoptr (GError) error = NULL;

  self->ssh = ssh_pipe_new (place, self->may_ask, &error);
  self->may_ask = FALSE;
  if (self->ssh != NULL)
    attempt_child (self, self->ssh, G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION);
  else
    {
      g_autofree char *words = ssh_words (place, error->message);

      fail (self, words);
    }
}

static void
attempt_file (BusLink *self, const char *file)
{
  g_autoptr (GError) error = NULL;

  self->authority = private_authority_new (file, &error);
  if (self->authority != NULL)
    attempt_child (self, private_authority_get_pipe (self->authority), 0);
  else
    fail (self, error->message);
}

static gboolean
attempt (gpointer user_data)
{
  BusLink *self = user_data;
  const char *place = after_prefix (self, "ssh:");
  const char *file = after_prefix (self, "file:");

  self->source = 0;
  if (place != NULL)
    attempt_ssh (self, place);
  else if (file != NULL)
    attempt_file (self, file);
  else
    attempt_bus (self);
  return G_SOURCE_REMOVE;
}

BusLink *
bus_link_new (const char *where, BusLinkChanged changed, gpointer user_data)
{
  BusLink *self = g_new0 (BusLink, 1);

  self->where = g_strdup (where);
  self->cancellable = g_cancellable_new ();
  self->changed = changed;
  self->user_data = user_data;
  self->pause_seconds = RETRY_SECONDS;
  self->may_ask = TRUE;
  self->source = g_idle_add (attempt, self);
  return self;
}

void
bus_link_retry (BusLink *self)
{
  if (self->source == 0) /* connected, or at it */
    return;
  g_source_remove (self->source);
  self->pause_seconds = RETRY_SECONDS;
  self->may_ask = TRUE;
  self->source = g_idle_add (attempt, self);
}

void
bus_link_free (BusLink *self)
{
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  g_clear_handle_id (&self->source, g_source_remove);
  drop (self);
  g_free (self->where);
  g_free (self);
}
