/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * SECTION: envelope
 *
 * What the queue knows of a message beside its bytes: from whom, to whom, and how far its delivery
 * has come.
 */

typedef enum
{
  RECIPIENT_WAITING,
  RECIPIENT_DELIVERED,
  RECIPIENT_FAILED /* for good; a bounce is due, or has been made */
} RecipientState;

typedef struct
{
  char *address; /* (owned) "joe@example.org" */
  RecipientState state;
  char *reason; /* (owned) what the last attempt gave: "450 4.2.0 mailbox busy"; "" at first */
} Recipient;

typedef struct
{
  guint64 id;            /* given by the queue; grows with time; 0 before that */
  char *sender;          /* (owned) "" for the null sender */
  GPtrArray *recipients; /* (owned) (element-type Recipient) */
  gboolean eight_bit;    /* BODY=8BITMIME was said (RFC 6152) */
  guint64 size;          /* bytes of the content; the queue sets it when the message is added */
  gint64 arrived;        /* seconds since 1970, UTC */
  gint64 next_attempt;   /* the same; not before */
  guint attempts;
  char *client_address; /* (owned) for the log */
} Envelope;

Envelope *envelope_new (const char *sender);
Envelope *envelope_copy (const Envelope *envelope);
void envelope_free (Envelope *envelope);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Envelope, envelope_free)
void envelope_add_recipient (Envelope *envelope, const char *address);

/** Returns: (transfer none): the recipient at @index, which is below envelope->recipients->len */
Recipient *envelope_recipient (const Envelope *envelope, guint index);

/** Writes down what an attempt gave for @recipient. */
void recipient_settle (Recipient *recipient, RecipientState state, const char *reason);

/** How many recipients still wait; a message with none is done. */
guint envelope_count_waiting (const Envelope *envelope);

/** Returns: (transfer full): the record, as it is kept in the queue: format version, check sum,
 * GVariant; without the id */
GBytes *envelope_to_bytes (const Envelope *envelope);

/** Returns: (transfer full): the envelope with the id 0, or %NULL when @bytes are not one (damage)
 */
Envelope *envelope_from_bytes (GBytes *bytes);

/** The longest text of an id, with its NUL. */
#define ENVELOPE_ID_TEXT_MAX 20

/** Ids as people see them, in logs, replies and posternctl: 16 hexadecimal digits or fewer. */
const char *envelope_id_to_string (guint64 id, char text[ENVELOPE_ID_TEXT_MAX]);
gboolean envelope_id_parse (const char *text, guint64 *id) G_GNUC_WARN_UNUSED_RESULT;
