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

gboolean
due_message_read (DueMessage *message, Queue *queue, guint64 id, GError **error)
{
  g_autoptr (GError) failure = NULL;
  message->envelope = queue_envelope (queue, id, &failure);
  if (message->envelope != NULL && message->envelope->hold != ENVELOPE_FREE)
    return TRUE; /* held since it was found due */
  if (message->envelope != NULL)
    message->content = queue_content (queue, id, &failure);
  if (message->content != NULL)
    {
      message->eight_bit = message->envelope->eight_bit && has_eight_bit (message->content);
      return TRUE;
    }
  /* Without an error, there is no such message, but it is still named as due: then that goes. */
  if (failure != NULL && !queue_error_is_lost (failure))
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  if (failure != NULL)
    {
      char text[ENVELOPE_ID_TEXT_MAX];
      g_warning ("%s: set aside, it can't be delivered: %s", envelope_id_to_string (id, text),
                 failure->message);
    }
  return queue_set_aside (queue, id, error);
}

void
due_message_clear (DueMessage *message)
{
  g_clear_pointer (&message->envelope, envelope_free);
  g_clear_pointer (&message->content, g_bytes_unref);
}
