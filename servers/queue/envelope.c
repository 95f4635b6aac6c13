/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/queue/envelope.h"

#include <string.h>

/* Texts are byte strings (ay): an address or a reply need not be UTF-8. Endianness is the
 * machine's: a queue stays at home. */
#define RECORD_TYPE "(aya(ayyay)btxxuay)"
#define RECORD_VERSION 1

/* Goes before the GVariant; eight bytes, so that the GVariant stays aligned. */
typedef struct
{
  guint32 version;
  guint32 check_sum;
} RecordHead;

static void
recipient_free (Recipient *recipient)
{
  g_free (recipient->address);
  g_free (recipient->reason);
  g_free (recipient);
}

Envelope *
envelope_new (const char *sender)
{
  Envelope *envelope = g_new0 (Envelope, 1);
  envelope->sender = g_strdup (sender);
  envelope->recipients = g_ptr_array_new_with_free_func ((GDestroyNotify) recipient_free);
  envelope->client_address = g_strdup ("");
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
  g_free (envelope);
}

static Recipient *
add_recipient (Envelope *envelope, const char *address, RecipientState state, const char *reason)
{
  Recipient *recipient = g_new (Recipient, 1);
  recipient->address = g_strdup (address);
  recipient->state = state;
  recipient->reason = g_strdup (reason);
  g_ptr_array_add (envelope->recipients, recipient);
  return recipient;
}

void
envelope_add_recipient (Envelope *envelope, const char *address)
{
  add_recipient (envelope, address, RECIPIENT_WAITING, "");
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
  char *copy = g_strdup (reason);
  g_free (recipient->reason);
  recipient->reason = copy;
  recipient->state = state;
}

Envelope *
envelope_copy (const Envelope *envelope)
{
  Envelope *copy = envelope_new (envelope->sender);
  for (guint i = 0; i < envelope->recipients->len; i++)
    {
      const Recipient *recipient = envelope_recipient (envelope, i);
      add_recipient (copy, recipient->address, recipient->state, recipient->reason);
    }
  copy->id = envelope->id;
  copy->eight_bit = envelope->eight_bit;
  copy->size = envelope->size;
  copy->arrived = envelope->arrived;
  copy->next_attempt = envelope->next_attempt;
  copy->attempts = envelope->attempts;
  g_free (copy->client_address);
  copy->client_address = g_strdup (envelope->client_address);
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

/* FNV-1a: finds damage, not forgery. */
static guint32
check_sum (const guint8 *bytes, gsize length)
{
  guint32 sum = 2166136261u;
  for (gsize i = 0; i < length; i++)
    sum = (sum ^ bytes[i]) * 16777619u;
  return sum;
}

GBytes *
envelope_to_bytes (const Envelope *envelope)
{
  GVariantBuilder recipients;
  g_variant_builder_init (&recipients, G_VARIANT_TYPE ("a(ayyay)"));
  for (guint i = 0; i < envelope->recipients->len; i++)
    {
      const Recipient *recipient = envelope_recipient (envelope, i);
      g_variant_builder_add (&recipients, "(^ayy^ay)", recipient->address,
                             (guchar) recipient->state, recipient->reason);
    }
  g_autoptr (GVariant) record = g_variant_ref_sink (g_variant_new (
      "(^aya(ayyay)btxxu^ay)", envelope->sender, &recipients, envelope->eight_bit, envelope->size,
      envelope->arrived, envelope->next_attempt, envelope->attempts, envelope->client_address));

  gsize length = g_variant_get_size (record);
  guint8 *bytes = g_malloc (sizeof (RecordHead) + length);
  g_variant_store (record, bytes + sizeof (RecordHead));
  RecordHead head = { RECORD_VERSION, check_sum (bytes + sizeof (RecordHead), length) };
  memcpy (bytes, &head, sizeof head);
  return g_bytes_new_take (bytes, sizeof head + length);
}

/* Returns the GVariant behind a head that fits it, or NULL. */
static GVariant *
open_record (GBytes *bytes)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);
  RecordHead head;
  if (length <= sizeof head)
    return NULL;
  memcpy (&head, data, sizeof head);
  length -= sizeof head;
  if (head.version != RECORD_VERSION || head.check_sum != check_sum (data + sizeof head, length))
    return NULL;

  g_autoptr (GBytes) rest = g_bytes_new_from_bytes (bytes, sizeof head, length);
  g_autoptr (GVariant) record
      = g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE (RECORD_TYPE), rest, FALSE));
  return g_variant_is_normal_form (record) ? g_steal_pointer (&record) : NULL;
}

/* Returns FALSE for a recipient that no envelope of ours can have. */
static gboolean
read_recipients (Envelope *envelope, GVariantIter *iter)
{
  const char *address, *reason;
  guchar state;
  while (g_variant_iter_next (iter, "(^&ayy^&ay)", &address, &state, &reason))
    {
      if (state > RECIPIENT_FAILED || *address == '\0')
        return FALSE;
      add_recipient (envelope, address, (RecipientState) state, reason);
    }
  return envelope->recipients->len > 0;
}

Envelope *
envelope_from_bytes (GBytes *bytes)
{
  g_autoptr (GVariant) record = open_record (bytes);
  if (record == NULL)
    return NULL;

  const char *sender, *client_address;
  g_autoptr (GVariantIter) recipients = NULL;
  g_autoptr (Envelope) envelope = envelope_new ("");
  g_variant_get (record, "(^&aya(ayyay)btxxu^&ay)", &sender, &recipients, &envelope->eight_bit,
                 &envelope->size, &envelope->arrived, &envelope->next_attempt, &envelope->attempts,
                 &client_address);
  g_free (envelope->sender);
  envelope->sender = g_strdup (sender);
  g_free (envelope->client_address);
  envelope->client_address = g_strdup (client_address);
  if (envelope->next_attempt < 0 || !read_recipients (envelope, recipients))
    return NULL;
  return g_steal_pointer (&envelope);
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
