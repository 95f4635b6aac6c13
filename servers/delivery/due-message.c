/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/due-message.h"

static gboolean
has_eight_bit (GBytes *content)
{
  gsize length;
  const guint8 *bytes = g_bytes_get_data (content, &length);
  guint8 all = 0;
  for (gsize i = 0; i < length; i++)
    all |= bytes[i];
  return (all & 0x80) != 0;
}

void
due_message_read (DueMessage *message, Queue *queue)
{
  g_autoptr (GError) failure = NULL;
  message->envelope = queue_envelope (queue, message->id, &failure);
  if (message->envelope != NULL && message->envelope->hold != ENVELOPE_FREE)
    return; /* held since it was found due */
  if (message->envelope != NULL)
    message->content = queue_content (queue, message->id, &failure);
  if (message->envelope != NULL && message->content != NULL)
    {
      message->eight_bit = message->envelope->eight_bit && has_eight_bit (message->content);
      return;
    }
  /* Without an error, there is no such message, but it is still named as due: then that goes. */
  if (failure != NULL && !queue_error_is_lost (failure))
    {
      message->error = g_steal_pointer (&failure);
      return;
    }
  if (failure != NULL)
    {
      char text[ENVELOPE_ID_TEXT_MAX];
      g_warning ("%s: set aside, it can't be delivered: %s",
                 envelope_id_to_string (message->id, text), failure->message);
    }
  /* What comes of it is told by the error. */
  (void) !queue_set_aside (queue, message->id, &message->error);
}

void
due_message_clear (DueMessage *message)
{
  g_clear_pointer (&message->envelope, envelope_free);
  g_clear_pointer (&message->content, g_bytes_unref);
  g_clear_error (&message->error);
}
