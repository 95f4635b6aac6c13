/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/live/queue-deed.h"

#include <glib/gi18n.h>

/* As many go into one call: few enough for a bar that moves. */
#define PART 500

/* --- what is told of each --- */

static char *
tell_held (guint count)
{
  return g_strdup_printf (ngettext ("%u message is held.", "%u messages are held.", count), count);
}

static char *
tell_released (guint count)
{
  return g_strdup_printf (
      ngettext ("%u message was released.", "%u messages were released.", count), count);
}

static char *
tell_retried (guint count)
{
  return g_strdup_printf (
      ngettext ("%u message is tried now.", "%u messages are tried now.", count), count);
}

static char *
tell_removed (guint count)
{
  return g_strdup_printf (ngettext ("%u message was removed.", "%u messages were removed.", count),
                          count);
}

const QueueDeed queue_deed_hold = { "Queue1.Hold", tell_held };
const QueueDeed queue_deed_release = { "Queue1.Release", tell_released };
const QueueDeed queue_deed_retry = { "Queue1.Retry", tell_retried };
const QueueDeed queue_deed_remove = { "Queue1.Remove", tell_removed };

/* --- the work --- */

typedef struct
{
  const QueueDeed *deed;
  PosternClient *client;     /* (owned) */
  GPtrArray *ids;            /* (owned) */
  GCancellable *cancellable; /* (owned) */
  const QueueDeedListener *listener;
  gpointer user_data;
  guint next;
  guint count;
} Work;

static void go_on (Work *work);

static void
end (Work *work, const GError *error)
{
  work->listener->ended (work->user_data, work->deed, work->count, error);
  g_object_unref (work->client);
  g_object_unref (work->cancellable);
  g_ptr_array_unref (work->ids);
  g_free (work);
}

static void
on_answered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Work *work = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = postern_client_call_finish (POSTERN_CLIENT (source), result, &error);
  guint count;

  if (reply == NULL)
    {
      end (work, error);
      return;
    }
  g_variant_get (reply, "(u)", &count);
  work->count += count;
  work->listener->progress (work->user_data, (double) work->next / work->ids->len);
  go_on (work);
}

/* A call that has been sent is awaited: its count belongs to what is told. */
static void
go_on (Work *work)
{
  GVariantBuilder ids;
  guint last = MIN (work->next + PART, work->ids->len);

  if (work->next == work->ids->len || g_cancellable_is_cancelled (work->cancellable))
    {
      end (work, NULL);
      return;
    }
  g_variant_builder_init (&ids, G_VARIANT_TYPE ("as"));
  for (; work->next < last; work->next++)
    g_variant_builder_add (&ids, "s", g_ptr_array_index (work->ids, work->next));
  postern_client_call (work->client, POSTERN_PEER_DELIVERY, work->deed->method,
                       g_variant_new ("(as)", &ids), TRUE, NULL, on_answered, work);
}

void
queue_deed_start (const QueueDeed *deed,
                  PosternClient *client,
                  GPtrArray *ids,
                  GCancellable *cancellable,
                  const QueueDeedListener *listener,
                  gpointer user_data)
{
  Work *work = g_new0 (Work, 1);

  work->deed = deed;
  work->client = g_object_ref (client);
  work->ids = ids;
  work->cancellable = g_object_ref (cancellable);
  work->listener = listener;
  work->user_data = user_data;
  go_on (work);
}
