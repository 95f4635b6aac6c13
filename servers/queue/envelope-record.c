/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/queue/envelope-record.h"

#include "servers/queue/envelope-variant.h"

#include <string.h>

/* Numbers stand as the machine has them: a queue stays at home. */
#define RECORD_VERSION 3

typedef struct
{
  guint32 version;
  guint32 check_sum; /* of all that follows; since version 3, of the version before it, too */
} RecordHead;

/* Behind the head; then come the envelope's texts, then the recipients. A text ends with a NUL. */
typedef struct
{
  guint64 size;
  gint64 arrived;
  gint64 next_attempt;
  guint32 attempts;
  guint32 n_recipients;
  guint8 eight_bit, utf8, dsn_return, hold, delay_told;
  guint8 unused[3];
} RecordFacts;

/* Then come the recipient's texts. */
typedef struct
{
  guint8 state;
  guint8 notify;
} RecordRecipient;

G_STATIC_ASSERT (sizeof (RecordFacts) == 40 && sizeof (RecordRecipient) == 2);

#define CHECK_SUM_START 2166136261u

/* FNV-1a: finds damage, not forgery. */
static guint32
check_sum (guint32 sum, const void *bytes, gsize length)
{
  const guint8 *at = bytes;
  for (gsize i = 0; i < length; i++)
    sum = (sum ^ at[i]) * 16777619u;
  return sum;
}

static guint32
check_sum_of (guint32 version, const guint8 *bytes, gsize length)
{
  guint32 start = version <= ENVELOPE_VARIANT_LAST
                      ? CHECK_SUM_START
                      : check_sum (CHECK_SUM_START, &version, sizeof version);
  return check_sum (start, bytes, length);
}

/* --- Writing --- */

static void
append (GByteArray *record, const void *bytes, gsize length)
{
  g_byte_array_append (record, bytes, (guint) length);
}

static void
append_text (GByteArray *record, const char *text)
{
  append (record, text, strlen (text) + 1);
}

static void
append_facts (GByteArray *record, const Envelope *envelope)
{
  RecordFacts facts = { .size = envelope->size,
                        .arrived = envelope->arrived,
                        .next_attempt = envelope->next_attempt,
                        .attempts = envelope->attempts,
                        .n_recipients = envelope->recipients->len,
                        .eight_bit = envelope->eight_bit,
                        .utf8 = envelope->utf8,
                        .dsn_return = (guint8) envelope->dsn_return,
                        .hold = (guint8) envelope->hold,
                        .delay_told = envelope->delay_told };
  append (record, &facts, sizeof facts);
}

static void
append_recipient (GByteArray *record, const Recipient *recipient)
{
  RecordRecipient facts = { (guint8) recipient->state, (guint8) recipient->notify };
  append (record, &facts, sizeof facts);
  append_text (record, recipient->address);
  append_text (record, recipient->reason);
  append_text (record, recipient->original);
}

GBytes *
envelope_to_bytes (const Envelope *envelope)
{
  RecordHead head = { RECORD_VERSION, 0 };
  g_autoptr (GByteArray) record = g_byte_array_sized_new (512);
  append (record, &head, sizeof head);
  append_facts (record, envelope);
  append_text (record, envelope->sender);
  append_text (record, envelope->client_address);
  append_text (record, envelope->user);
  append_text (record, envelope->envelope_id);
  append_text (record, envelope->hold_reason);
  for (guint i = 0; i < envelope->recipients->len; i++)
    append_recipient (record, envelope_recipient (envelope, i));
  head.check_sum
      = check_sum_of (head.version, record->data + sizeof head, record->len - sizeof head);
  memcpy (record->data, &head, sizeof head);
  return g_byte_array_free_to_bytes (g_steal_pointer (&record));
}

/* --- Reading --- */

/* What is left to be read. */
typedef struct
{
  const guint8 *at;
  gsize length;
} Rest;

/* FALSE when there is less. */
static gboolean
take (Rest *rest, void *bytes, gsize length)
{
  if (rest->length < length)
    return FALSE;
  memcpy (bytes, rest->at, length);
  rest->at += length;
  rest->length -= length;
  return TRUE;
}

/* Returns: (transfer none) (nullable) */
static const char *
take_text (Rest *rest)
{
  const guint8 *end = rest->length > 0 ? memchr (rest->at, '\0', rest->length) : NULL;
  if (end == NULL)
    return NULL;
  const char *text = (const char *) rest->at;
  rest->length -= (gsize) (end + 1 - rest->at);
  rest->at = end + 1;
  return text;
}

static gboolean
read_text (Rest *rest, char **text)
{
  const char *value = take_text (rest);
  if (value != NULL && *value != '\0')
    envelope_set_text (text, value);
  return value != NULL;
}

/* As all readers here: FALSE for what no envelope of ours can have. */
static gboolean
read_facts (Envelope *envelope, Rest *rest, guint32 *n_recipients)
{
  RecordFacts facts;
  if (!take (rest, &facts, sizeof facts) || facts.next_attempt < 0 || facts.n_recipients == 0
      || facts.dsn_return > DSN_RETURN_HEADERS || facts.hold > ENVELOPE_KEPT)
    return FALSE;
  envelope->size = facts.size;
  envelope->arrived = facts.arrived;
  envelope->next_attempt = facts.next_attempt;
  envelope->attempts = facts.attempts;
  envelope->eight_bit = facts.eight_bit != 0;
  envelope->utf8 = facts.utf8 != 0;
  envelope->dsn_return = (DsnReturn) facts.dsn_return;
  envelope->hold = (EnvelopeHold) facts.hold;
  envelope->delay_told = facts.delay_told != 0;
  *n_recipients = facts.n_recipients;
  return TRUE;
}

static gboolean
read_recipient (Envelope *envelope, Rest *rest)
{
  RecordRecipient facts;
  if (!take (rest, &facts, sizeof facts))
    return FALSE;
  const char *address = take_text (rest);
  const char *reason = take_text (rest);
  const char *original = take_text (rest);
  if (original == NULL || *address == '\0' || facts.state > RECIPIENT_RELAYED_UNTOLD
      || facts.notify > RECIPIENT_NOTIFY_ALL)
    return FALSE;
  recipient_settle (envelope_add_recipient_full (envelope, address, facts.notify, original),
                    (RecipientState) facts.state, reason);
  return TRUE;
}

static Envelope *
read_flat (Rest *rest)
{
  guint32 n_recipients;
  g_autoptr (Envelope) envelope = envelope_new ("");
  if (!read_facts (envelope, rest, &n_recipients) || !read_text (rest, &envelope->sender)
      || !read_text (rest, &envelope->client_address) || !read_text (rest, &envelope->user)
      || !read_text (rest, &envelope->envelope_id) || !read_text (rest, &envelope->hold_reason))
    return NULL;
  for (guint32 i = 0; i < n_recipients; i++)
    if (!read_recipient (envelope, rest))
      return NULL;
  return rest->length == 0 ? g_steal_pointer (&envelope) : NULL;
}

Envelope *
envelope_from_bytes (GBytes *bytes)
{
  RecordHead head;
  Rest rest;
  rest.at = g_bytes_get_data (bytes, &rest.length);
  if (!take (&rest, &head, sizeof head) || head.version == 0 || head.version > RECORD_VERSION
      || head.check_sum != check_sum_of (head.version, rest.at, rest.length))
    return NULL;
  return head.version <= ENVELOPE_VARIANT_LAST
             ? envelope_variant_read (head.version, rest.at, rest.length)
             : read_flat (&rest);
}
