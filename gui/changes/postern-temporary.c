/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/changes/postern-temporary.h"

#include <glib/gi18n.h>

#include "gui/changes/change-time.h"

struct _PosternTemporary
{
  GObject parent_instance;

  PosternClient *client; /* (unowned): owns this */
  GCancellable *asking;  /* (nullable): of the call under way */
  GVariant *all;         /* (nullable): aa{sv} */
};

static guint changed_signal;

G_DEFINE_TYPE (PosternTemporary, postern_temporary, G_TYPE_OBJECT)

static void
on_temporary (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = postern_client_call_finish (POSTERN_CLIENT (source), result, &error);
  PosternTemporary *self = user_data;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; /* asked anew, or gone */
  g_clear_object (&self->asking);
  if (reply == NULL)
    return; /* what was known last stays, as the settings do */
  g_clear_pointer (&self->all, g_variant_unref);
  self->all = g_variant_get_child_value (reply, 0);
  g_signal_emit (self, changed_signal, 0);
}

static void
stop_asking (PosternTemporary *self)
{
  if (self->asking != NULL)
    g_cancellable_cancel (self->asking);
  g_clear_object (&self->asking);
}

static void
ask (PosternTemporary *self)
{
  stop_asking (self);
  self->asking = g_cancellable_new ();
  postern_client_call (self->client, POSTERN_PEER_AUTHORITY, "ServerProperties1.Temporary",
                       g_variant_new ("()"), FALSE, self->asking, on_temporary, self);
}

static void
on_ready_changed (PosternTemporary *self)
{
  if (postern_client_is_ready (self->client))
    ask (self);
}

PosternTemporary *
postern_temporary_of (PosternClient *client)
{
  static const char key[] = "postern-temporary";
  PosternTemporary *self = g_object_get_data (G_OBJECT (client), key);

  if (self != NULL)
    return self;
  self = g_object_new (POSTERN_TYPE_TEMPORARY, NULL);
  self->client = client;
  g_object_set_data_full (G_OBJECT (client), key, self, g_object_unref);
  g_signal_connect_object (client, "authority-told::TemporaryChanged", G_CALLBACK (ask), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (client, "notify::ready", G_CALLBACK (on_ready_changed), self,
                           G_CONNECT_SWAPPED);
  on_ready_changed (self);
  return self;
}

GVariant *
postern_temporary_get_all (PosternTemporary *self)
{
  return self->all;
}

gboolean
postern_temporary_has (PosternTemporary *self, guint64 id)
{
  GVariantIter iter;
  GVariant *entry;
  gboolean found = FALSE;

  if (self->all == NULL)
    return FALSE;
  g_variant_iter_init (&iter, self->all);
  while (g_variant_iter_loop (&iter, "@a{sv}", &entry))
    {
      guint64 its_id = 0;

      g_variant_lookup (entry, "id", "t", &its_id);
      found = found || its_id == id;
    }
  return found;
}

/* Returns: in seconds since 1970; 0 for no end */
static gint64
get_end (PosternTemporary *self, const char *name)
{
  GVariantIter iter;
  GVariant *entry;
  gint64 soonest = 0;

  if (self->all == NULL)
    return 0;
  g_variant_iter_init (&iter, self->all);
  while (g_variant_iter_loop (&iter, "@a{sv}", &entry))
    {
      g_autofree const char **names = NULL;
      gint64 end = 0;

      g_variant_lookup (entry, "names", "^a&s", &names);
      g_variant_lookup (entry, "end", "x", &end);
      if (names != NULL && g_strv_contains (names, name) && (soonest == 0 || end < soonest))
        soonest = end;
    }
  return soonest;
}

char *
postern_temporary_get_note (PosternTemporary *self, const char *name)
{
  gint64 end_s = get_end (self, name);
  g_autofree char *when = end_s != 0 ? change_time_words (end_s) : NULL;

  /* Translators: %s is a time of day, or a date with it */
  return when != NULL ? g_strdup_printf (_ ("Temporary, until %s"), when) : NULL;
}

static void
postern_temporary_dispose (GObject *object)
{
  PosternTemporary *self = POSTERN_TEMPORARY (object);

  stop_asking (self);
  g_clear_pointer (&self->all, g_variant_unref);
  G_OBJECT_CLASS (postern_temporary_parent_class)->dispose (object);
}

static void
postern_temporary_class_init (PosternTemporaryClass *class)
{
  G_OBJECT_CLASS (class)->dispose = postern_temporary_dispose;
  changed_signal = g_signal_new ("changed", POSTERN_TYPE_TEMPORARY, G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
}

static void
postern_temporary_init (PosternTemporary *self)
{
}
