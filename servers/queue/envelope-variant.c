/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/queue/envelope-variant.h"

/* Texts are byte strings (ay): an address or a reply need not be UTF-8. By version; what a version
 * has in common with the one before it stands at the same place, so that one reader does for all. */
static const char *const types[] = {
  NULL,
  "(aya(ayyay)btxxuay)",
  "(aya(ayyayuay)btxxuayayaybyybay)",
};

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

static GVariant *
open_variant (guint32 version, const guint8 *bytes, gsize length)
{
  g_autoptr (GBytes) copy = g_bytes_new (bytes, length);
  g_autoptr (GVariant) record = g_variant_ref_sink (
      g_variant_new_from_bytes (G_VARIANT_TYPE (types[version]), copy, FALSE));
  return g_variant_is_normal_form (record) ? g_steal_pointer (&record) : NULL;
}

Envelope *
envelope_variant_read (guint32 version, const guint8 *bytes, gsize length)
{
  g_return_val_if_fail (version > 0 && version <= ENVELOPE_VARIANT_LAST, NULL);
  g_autoptr (GVariant) record = open_variant (version, bytes, length);
  if (record == NULL)
    return NULL;
  g_autoptr (Envelope) envelope = envelope_new ("");
  read_common (envelope, record);
  if (envelope->next_attempt < 0 || !read_recipients (envelope, record, version)
      || (version >= 2 && !read_version_2 (envelope, record)))
    return NULL;
  return g_steal_pointer (&envelope);
}
