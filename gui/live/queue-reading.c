/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/live/queue-reading.h"

#include <glib/gi18n.h>

/* Messages that one answer holds. */
#define PART 5000

typedef struct
{
  PosternClient *client;     /* (owned) */
  GCancellable *cancellable; /* (owned) */
  GVariantDict *filter;      /* (owned) */
  GVariantBuilder messages;
  QueueReadingEnded ended;
  gpointer user_data;
} QueueReading;

static void ask (QueueReading *reading, const char *after);

static void
end (QueueReading *reading, const GError *error)
{
  g_autoptr (GVariant) messages = g_variant_ref_sink (g_variant_builder_end (&reading->messages));

  if (!g_cancellable_is_cancelled (reading->cancellable))
    reading->ended (reading->user_data, error == NULL ? messages : NULL, error);
  g_object_unref (reading->client);
  g_object_unref (reading->cancellable);
  g_variant_dict_unref (reading->filter);
  g_free (reading);
}

static void
on_listed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  QueueReading *reading = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = postern_client_call_finish (POSTERN_CLIENT (source), result, &error);
  g_autoptr (GVariant) part = NULL;
  const char *last = NULL;
  GVariantIter iter;
  GVariant *message;

  if (reply == NULL || !g_variant_is_of_type (reply, G_VARIANT_TYPE ("(aa{sv})")))
    {
      end (reading, error);
      return;
    }
  part = g_variant_get_child_value (reply, 0);
  g_variant_iter_init (&iter, part);
  while ((message = g_variant_iter_next_value (&iter)) != NULL)
    {
      g_variant_builder_add_value (&reading->messages, message);
      g_variant_lookup (message, "id", "&s", &last);
      g_variant_unref (message);
    }
  if (g_variant_n_children (part) == PART && last != NULL)
    ask (reading, last);
  else
    end (reading, NULL);
}

/* @after: (nullable): the highest id that is known */
static void
ask (QueueReading *reading, const char *after)
{
  GVariantDict filter;
  g_autoptr (GVariant) base = NULL;

  if (after != NULL)
    g_variant_dict_insert (reading->filter, "after", "s", after);
  base = g_variant_ref_sink (g_variant_dict_end (reading->filter));
  g_variant_dict_unref (reading->filter);
  reading->filter = g_variant_dict_new (base);
  g_variant_dict_init (&filter, base);
  postern_client_call (reading->client, POSTERN_PEER_DELIVERY, "Queue1.List",
                       g_variant_new ("(@a{sv}u)", g_variant_dict_end (&filter), (guint) PART),
                       FALSE, reading->cancellable, on_listed, reading);
}

void
queue_reading_start (PosternClient *client,
                     GVariantDict *filter,
                     GCancellable *cancellable,
                     QueueReadingEnded ended,
                     gpointer user_data)
{
  QueueReading *reading = g_new0 (QueueReading, 1);

  reading->client = g_object_ref (client);
  reading->cancellable = g_object_ref (cancellable);
  reading->filter = filter;
  reading->ended = ended;
  reading->user_data = user_data;
  g_variant_builder_init (&reading->messages, G_VARIANT_TYPE ("aa{sv}"));
  ask (reading, NULL);
}
