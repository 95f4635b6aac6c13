/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/net/worker.h"
#include "servers/smtp/smtp-intake.h"
#include "servers/smtp/smtp-services.h"

/**
 * SECTION: smtp-message
 *
 * A message on its way from DATA or BDAT into the queue, with our Received field in front. What goes
 * wrong on the way is told at the end, since only there a reply is due. Used in its worker's thread.
 */
typedef struct _SmtpMessage SmtpMessage;

/** What a message takes from the connection and the settings. */
typedef struct
{
  const char *host_name;
  const SmtpCaller *caller;
  const char *user; /* (nullable) who has authenticated, or logged on to the POP server */
  gboolean is_own;  /* of a client of ours: a missing Date and Message-ID are added (RFC 6409) */
} SmtpMessageOrigin;

/** Begins the message whose transaction stands in @session. */
SmtpMessage *smtp_message_new (SmtpServices *services,
                               const SmtpSession *session,
                               const SmtpMessageOrigin *origin);

/** Gives up a message that was not added. */
void smtp_message_free (SmtpMessage *message);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmtpMessage, smtp_message_free)

/** The fields that its header needs, and nobody may have given; they live as long as it. */
SmtpHeaderFields smtp_message_fields (const SmtpMessage *message);

void smtp_message_append (SmtpMessage *message, const char *bytes, gsize length);

/** As it was given to the queue; as text in replies and logs. */
guint64 smtp_message_id (const SmtpMessage *message);
gsize smtp_message_size (const SmtpMessage *message);
const char *smtp_message_sender (const SmtpMessage *message);
const char *smtp_message_user (const SmtpMessage *message); /* (nullable) */

/** What has become of a message that was added. */
typedef enum
{
  SMTP_FATE_QUEUED,
  SMTP_FATE_KEPT,     /* in the queue, but a filter keeps it from being delivered */
  SMTP_FATE_DISCARDED /* a filter has thrown it away; the client is told nothing of that */
} SmtpFate;

SmtpFate smtp_message_fate (const SmtpMessage *message);

/** Returns: (nullable): which filter has caught it: "filter: keep subject *offer*" */
const char *smtp_message_filter (const SmtpMessage *message);

/** Called in the worker's thread: the message is on the disk (or is thrown away, as a filter wants
 * it), or @error says why it is not in the queue. */
typedef void (*SmtpMessageAdded) (gpointer user, const GError *error);

/**
 * smtp_message_add:
 * @transaction: lives, and does not change, until @added
 *
 * Makes the promise. Filters look at the message, and aliases become what they stand for, as the
 * settings of this moment say. @added always follows, from the
 * worker's loop, never from inside this call; then @message may be freed.
 */
void smtp_message_add (SmtpMessage *message,
                       const SmtpTransaction *transaction,
                       Worker *worker,
                       SmtpMessageAdded added,
                       gpointer user);
