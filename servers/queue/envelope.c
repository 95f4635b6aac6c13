/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/queue/envelope.h"

#include <string.h>

static void
recipient_free (Recipient *recipient)
{
  g_free (recipient->address);
  g_free (recipient->reason);
  g_free (recipient->original);
  g_free (recipient);
}

Envelope *
envelope_new (const char *sender)
{
  Envelope *envelope = g_new0 (Envelope, 1);
  envelope->sender = g_strdup (sender);
  envelope->recipients = g_ptr_array_new_with_free_func ((GDestroyNotify) recipient_free);
  envelope->client_address = g_strdup ("");
  envelope->user = g_strdup ("");
  envelope->envelope_id = g_strdup ("");
  envelope->hold_reason = g_strdup ("");
  return envelope;
}

void
envelope_free (Envelope *envelope)
{
  if (envelope == NULL)
    return;
  g_free (envelope->sender);
  g_ptr_array_unref (envelope->recipients);
  g_free (envelope->client_address);
  g_free (envelope->user);
  g_free (envelope->envelope_id);
  g_free (envelope->hold_reason);
  g_free (envelope);
}

void
envelope_set_text (char **text, const char *value)
{
  char *copy = g_strdup (value);
  g_free (*text);
  *text = copy;
}

void
envelope_set_hold (Envelope *envelope, EnvelopeHold hold, const char *reason)
{
  envelope->hold = hold;
  envelope_set_text (&envelope->hold_reason, reason);
}

Recipient *
envelope_add_recipient_full (Envelope *envelope,
                             const char *address,
                             guint notify,
                             const char *original)
{
  Recipient *recipient = g_new (Recipient, 1);
  *recipient = (Recipient){ .address = g_strdup (address),
                            .state = RECIPIENT_WAITING,
                            .reason = g_strdup (""),
                            .notify = notify,
                            .original = g_strdup (original) };
  g_ptr_array_add (envelope->recipients, recipient);
  return recipient;
}

void
envelope_add_recipient (Envelope *envelope, const char *address)
{
  envelope_add_recipient_full (envelope, address, 0, "");
}

Recipient *
envelope_recipient (const Envelope *envelope, guint index)
{
  g_return_val_if_fail (index < envelope->recipients->len, NULL);
  return g_ptr_array_index (envelope->recipients, index);
}

void
recipient_settle (Recipient *recipient, RecipientState state, const char *reason)
{
  envelope_set_text (&recipient->reason, reason);
  recipient->state = state;
}

gboolean
recipient_is_told_of (const Recipient *recipient, RecipientNotify event)
{
  guint notify = recipient->notify != 0 ? recipient->notify : NOTIFY_FAILURE | NOTIFY_DELAY;
  return (notify & event) != 0 && (notify & NOTIFY_NEVER) == 0;
}

Envelope *
envelope_copy (const Envelope *envelope)
{
  Envelope *copy = g_memdup2 (envelope, sizeof *envelope);
  copy->sender = g_strdup (envelope->sender);
  copy->client_address = g_strdup (envelope->client_address);
  copy->user = g_strdup (envelope->user);
  copy->envelope_id = g_strdup (envelope->envelope_id);
  copy->hold_reason = g_strdup (envelope->hold_reason);
  copy->recipients = g_ptr_array_new_with_free_func ((GDestroyNotify) recipient_free);
  for (guint i = 0; i < envelope->recipients->len; i++)
    {
      const Recipient *recipient = envelope_recipient (envelope, i);
      Recipient *added = envelope_add_recipient_full (copy, recipient->address, recipient->notify,
                                                      recipient->original);
      recipient_settle (added, recipient->state, recipient->reason);
    }
  return copy;
}

guint
envelope_count_waiting (const Envelope *envelope)
{
  guint waiting = 0;
  for (guint i = 0; i < envelope->recipients->len; i++)
    waiting += envelope_recipient (envelope, i)->state == RECIPIENT_WAITING;
  return waiting;
}

const char *
envelope_id_to_string (guint64 id, char text[ENVELOPE_ID_TEXT_MAX])
{
  g_snprintf (text, ENVELOPE_ID_TEXT_MAX, "%" G_GINT64_MODIFIER "X", id);
  return text;
}

gboolean
envelope_id_parse (const char *text, guint64 *id)
{
  gsize length = strlen (text);
  if (length == 0 || length > 16 || strspn (text, "0123456789ABCDEFabcdef") != length)
    return FALSE;
  *id = g_ascii_strtoull (text, NULL, 16);
  return *id != 0;
}
