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
  RECIPIENT_DELIVERED, /* and the sender is told, or did not ask for that */
  RECIPIENT_FAILED,    /* for good; a bounce is due, or has been made */
  /* These two wait for a report that the sender has asked for (RFC 3461, NOTIFY=SUCCESS); nothing
   * else is to be done. */
  RECIPIENT_DELIVERED_UNTOLD, /* in a mailbox here */
  RECIPIENT_RELAYED_UNTOLD    /* taken by a host that does not report itself */
} RecipientState;

/** When the sender wants to be told of a recipient (RFC 3461, section 4.1), added together. */
typedef enum
{
  NOTIFY_SUCCESS = 1,
  NOTIFY_FAILURE = 2,
  NOTIFY_DELAY = 4,
  NOTIFY_NEVER = 8 /* stands alone */
} RecipientNotify;

#define RECIPIENT_NOTIFY_ALL (NOTIFY_SUCCESS | NOTIFY_FAILURE | NOTIFY_DELAY | NOTIFY_NEVER)

typedef struct
{
  char *address; /* (owned) "joe@example.org" */
  RecipientState state;
  char *reason;   /* (owned) what the last attempt gave: "450 4.2.0 mailbox busy"; "" at first */
  guint notify;   /* of #RecipientNotify; 0: not said, which means failure and delay */
  char *original; /* (owned) ORCPT as it came, xtext and all: "rfc822;joe@example.org"; "" for none
                   */
} Recipient;

/** How much of the message a bounce gives back (RFC 3461, section 4.3). */
typedef enum
{
  DSN_RETURN_UNSAID,
  DSN_RETURN_FULL,
  DSN_RETURN_HEADERS
} DsnReturn;

/** Why a message is not delivered although it could be. */
typedef enum
{
  ENVELOPE_FREE,
  ENVELOPE_HELD, /* by an administrator */
  ENVELOPE_KEPT  /* by a filter */
} EnvelopeHold;

typedef struct
{
  guint64 id;            /* given by the queue; grows with time; 0 before that */
  char *sender;          /* (owned) "" for the null sender */
  GPtrArray *recipients; /* (owned) (element-type Recipient) */
  gboolean eight_bit;    /* BODY=8BITMIME was said (RFC 6152) */
  gboolean utf8;         /* SMTPUTF8 was said (RFC 6531) */
  guint64 size;          /* bytes of the content; the queue sets it when the message is added */
  gint64 arrived;        /* seconds since 1970, UTC */
  gint64 next_attempt;   /* the same; not before; of no meaning while the message is held */
  guint attempts;
  char *client_address; /* (owned) for the log */
  char *user;           /* (owned) who had logged on, or authenticated; "" for nobody */
  char *envelope_id; /* (owned) ENVID as it came, in xtext (RFC 3461, section 4.4); "" for none */
  DsnReturn dsn_return;
  EnvelopeHold hold;   /* anything but ENVELOPE_FREE: not due until queue_release() */
  char *hold_reason;   /* (owned) "filter: keep subject *offer*", or who holds it; "" while free */
  gboolean delay_told; /* the sender has been told that the message is late */
} Envelope;

/** The texts are "" at first, and all else 0. */
Envelope *envelope_new (const char *sender);
Envelope *envelope_copy (const Envelope *envelope);
void envelope_free (Envelope *envelope);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Envelope, envelope_free)

/** Sets one of the envelope's texts: envelope_set_text (&envelope->user, "ann"). */
void envelope_set_text (char **text, const char *value);

void envelope_set_hold (Envelope *envelope, EnvelopeHold hold, const char *reason);

void envelope_add_recipient (Envelope *envelope, const char *address);

/** @notify: of #RecipientNotify, 0 for not said; @original: ORCPT as it came, "" for none.
 * Returns: (transfer none) */
Recipient *envelope_add_recipient_full (Envelope *envelope,
                                        const char *address,
                                        guint notify,
                                        const char *original);

/** Returns: (transfer none): the recipient at @index, which is below envelope->recipients->len */
Recipient *envelope_recipient (const Envelope *envelope, guint index);

/** Writes down what an attempt gave for @recipient. */
void recipient_settle (Recipient *recipient, RecipientState state, const char *reason);

/** Whether the sender is to be told when @event, one of #RecipientNotify, befalls @recipient. */
gboolean recipient_is_told_of (const Recipient *recipient, RecipientNotify event);

/** How many recipients still wait; a message with none is done. */
guint envelope_count_waiting (const Envelope *envelope);

/** The longest text of an id, with its NUL. */
#define ENVELOPE_ID_TEXT_MAX 20

/** Ids as people see them, in logs, replies and posternctl: 16 hexadecimal digits or fewer. */
const char *envelope_id_to_string (guint64 id, char text[ENVELOPE_ID_TEXT_MAX]);
gboolean envelope_id_parse (const char *text, guint64 *id) G_GNUC_WARN_UNUSED_RESULT;
