/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/live/address-deeds.h"

typedef struct
{
  PosternClient *client;     /* (owned) */
  GCancellable *cancellable; /* (owned) */
  char *method;              /* (owned) */
  GPtrArray *addresses;      /* (owned) */
  guint next;
  guint done;
  AddressDeedsEnded ended;
  gpointer user_data;
} AddressDeeds;

static void on_answered (GObject *source, GAsyncResult *result, gpointer data);

static void
end (AddressDeeds *deeds, const GError *error)
{
  if (!g_cancellable_is_cancelled (deeds->cancellable))
    deeds->ended (deeds->user_data, deeds->done, error);
  g_object_unref (deeds->client);
  g_object_unref (deeds->cancellable);
  g_ptr_array_unref (deeds->addresses);
  g_free (deeds->method);
  g_free (deeds);
}

static void
go_on (AddressDeeds *deeds)
{
  if (deeds->next == deeds->addresses->len)
    {
      end (deeds, NULL);
      return;
    }
  const char *address = g_ptr_array_index (deeds->addresses, deeds->next++);
  postern_client_call (deeds->client, POSTERN_PEER_POP, deeds->method,
                       g_variant_new ("(s)", address), TRUE, deeds->cancellable, on_answered,
                       deeds);
}

static void
on_answered (GObject *source, GAsyncResult *result, gpointer data)
{
  AddressDeeds *deeds = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = postern_client_call_finish (POSTERN_CLIENT (source), result, &error);
  gboolean is_done = FALSE;

  if (reply == NULL)
    {
      end (deeds, error);
      return;
    }
  g_variant_get (reply, "(b)", &is_done);
  deeds->done += is_done;
  go_on (deeds);
}

void
address_deeds_start (PosternClient *client,
                     const char *method,
                     GPtrArray *addresses,
                     GCancellable *cancellable,
                     AddressDeedsEnded ended,
                     gpointer user_data)
{
  AddressDeeds *deeds = g_new0 (AddressDeeds, 1);

  deeds->client = g_object_ref (client);
  deeds->cancellable = g_object_ref (cancellable);
  deeds->method = g_strdup (method);
  deeds->addresses = addresses;
  deeds->ended = ended;
  deeds->user_data = user_data;
  go_on (deeds);
}
