/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/queue/envelope-record.h"

#include <string.h>

/* Texts are byte strings (ay): an address or a reply need not be UTF-8. Endianness is the
 * machine's: a queue stays at home. */
#define COMMON_TYPE "btxxuay"
#define RECIPIENT_TYPE_1 "(ayyay)"
#define RECIPIENT_TYPE_2 "(ayyayuay)"

/* By version; 0 was never one. What a version has in common with the one before it stands at the
 * same place, so that one reader does for all. */
static const char *const record_types[] = {
  NULL,
  "(aya" RECIPIENT_TYPE_1 COMMON_TYPE ")",
  "(aya" RECIPIENT_TYPE_2 COMMON_TYPE "ayaybyybay)",
};

#define RECORD_VERSION (G_N_ELEMENTS (record_types) - 1)

/* Where in the record; from USER on since version 2. */
enum
{
  SENDER,
  RECIPIENTS,
  EIGHT_BIT,
  SIZE,
  ARRIVED,
  NEXT_ATTEMPT,
  ATTEMPTS,
  CLIENT_ADDRESS,
  USER,
  ENVELOPE_ID,
  UTF8,
  DSN_RETURN,
  HOLD,
  DELAY_TOLD,
  HOLD_REASON
};

/* Goes before the GVariant; eight bytes, so that the GVariant stays aligned. */
typedef struct
{
  guint32 version;
  guint32 check_sum;
} RecordHead;

/* FNV-1a: finds damage, not forgery. */
static guint32
check_sum (const guint8 *bytes, gsize length)
{
  guint32 sum = 2166136261u;
  for (gsize i = 0; i < length; i++)
    sum = (sum ^ bytes[i]) * 16777619u;
  return sum;
}

static GVariant *
to_variant (const Envelope *envelope)
{
  GVariantBuilder recipients;
  g_variant_builder_init (&recipients, G_VARIANT_TYPE ("a" RECIPIENT_TYPE_2));
  for (guint i = 0; i < envelope->recipients->len; i++)
    {
      const Recipient *recipient = envelope_recipient (envelope, i);
      g_variant_builder_add (&recipients, "(^ayy^ayu^ay)", recipient->address,
                             (guchar) recipient->state, recipient->reason, recipient->notify,
                             recipient->original);
    }
  return g_variant_new ("(^aya" RECIPIENT_TYPE_2 "btxxu^ay^ay^aybyyb^ay)", envelope->sender,
                        &recipients, envelope->eight_bit, envelope->size, envelope->arrived,
                        envelope->next_attempt, envelope->attempts, envelope->client_address,
                        envelope->user, envelope->envelope_id, envelope->utf8,
                        (guchar) envelope->dsn_return, (guchar) envelope->hold,
                        envelope->delay_told, envelope->hold_reason);
}

GBytes *
envelope_to_bytes (const Envelope *envelope)
{
  g_autoptr (GVariant) record = g_variant_ref_sink (to_variant (envelope));
  gsize length = g_variant_get_size (record);
  guint8 *bytes = g_malloc (sizeof (RecordHead) + length);
  g_variant_store (record, bytes + sizeof (RecordHead));
  RecordHead head = { RECORD_VERSION, check_sum (bytes + sizeof (RecordHead), length) };
  memcpy (bytes, &head, sizeof head);
  return g_bytes_new_take (bytes, sizeof head + length);
}

/* Returns the GVariant behind a head that fits it, or NULL. */
static GVariant *
open_record (GBytes *bytes, guint32 *version)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);
  RecordHead head;
  if (length <= sizeof head)
    return NULL;
  memcpy (&head, data, sizeof head);
  length -= sizeof head;
  if (head.version == 0 || head.version > RECORD_VERSION
      || head.check_sum != check_sum (data + sizeof head, length))
    return NULL;

  *version = head.version;
  g_autoptr (GBytes) rest = g_bytes_new_from_bytes (bytes, sizeof head, length);
  g_autoptr (GVariant) record = g_variant_ref_sink (
      g_variant_new_from_bytes (G_VARIANT_TYPE (record_types[head.version]), rest, FALSE));
  return g_variant_is_normal_form (record) ? g_steal_pointer (&record) : NULL;
}

static void
read_text (GVariant *record, gsize at, char **text)
{
  g_autoptr (GVariant) bytes = g_variant_get_child_value (record, at);
  envelope_set_text (text, g_variant_get_bytestring (bytes));
}

static guchar
read_byte (GVariant *record, gsize at)
{
  guchar byte;
  g_variant_get_child (record, at, "y", &byte);
  return byte;
}

/* Returns FALSE for a recipient that no envelope of ours can have. */
static gboolean
read_recipient (Envelope *envelope, GVariant *row, guint32 version)
{
  const char *address, *reason, *original = "";
  guchar state;
  guint32 notify = 0;
  if (version == 1)
    g_variant_get (row, "(^&ayy^&ay)", &address, &state, &reason);
  else
    g_variant_get (row, "(^&ayy^&ayu^&ay)", &address, &state, &reason, &notify, &original);
  if (state > RECIPIENT_RELAYED_UNTOLD || *address == '\0' || notify > RECIPIENT_NOTIFY_ALL)
    return FALSE;
  recipient_settle (envelope_add_recipient_full (envelope, address, notify, original),
                    (RecipientState) state, reason);
  return TRUE;
}

static gboolean
read_recipients (Envelope *envelope, GVariant *record, guint32 version)
{
  g_autoptr (GVariant) rows = g_variant_get_child_value (record, RECIPIENTS);
  for (gsize i = 0; i < g_variant_n_children (rows); i++)
    {
      g_autoptr (GVariant) row = g_variant_get_child_value (rows, i);
      if (!read_recipient (envelope, row, version))
        return FALSE;
    }
  return envelope->recipients->len > 0;
}

static void
read_common (Envelope *envelope, GVariant *record)
{
  read_text (record, SENDER, &envelope->sender);
  g_variant_get_child (record, EIGHT_BIT, "b", &envelope->eight_bit);
  g_variant_get_child (record, SIZE, "t", &envelope->size);
  g_variant_get_child (record, ARRIVED, "x", &envelope->arrived);
  g_variant_get_child (record, NEXT_ATTEMPT, "x", &envelope->next_attempt);
  g_variant_get_child (record, ATTEMPTS, "u", &envelope->attempts);
  read_text (record, CLIENT_ADDRESS, &envelope->client_address);
}

/* Returns FALSE for what no envelope of ours can have. */
static gboolean
read_version_2 (Envelope *envelope, GVariant *record)
{
  guchar dsn_return = read_byte (record, DSN_RETURN);
  guchar hold = read_byte (record, HOLD);
  if (dsn_return > DSN_RETURN_HEADERS || hold > ENVELOPE_KEPT)
    return FALSE;
  envelope->dsn_return = (DsnReturn) dsn_return;
  envelope->hold = (EnvelopeHold) hold;
  read_text (record, USER, &envelope->user);
  read_text (record, ENVELOPE_ID, &envelope->envelope_id);
  g_variant_get_child (record, UTF8, "b", &envelope->utf8);
  g_variant_get_child (record, DELAY_TOLD, "b", &envelope->delay_told);
  read_text (record, HOLD_REASON, &envelope->hold_reason);
  return TRUE;
}

Envelope *
envelope_from_bytes (GBytes *bytes)
{
  guint32 version;
  g_autoptr (GVariant) record = open_record (bytes, &version);
  if (record == NULL)
    return NULL;
  g_autoptr (Envelope) envelope = envelope_new ("");
  read_common (envelope, record);
  if (envelope->next_attempt < 0 || !read_recipients (envelope, record, version)
      || (version >= 2 && !read_version_2 (envelope, record)))
    return NULL;
  return g_steal_pointer (&envelope);
}
