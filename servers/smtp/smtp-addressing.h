/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/queue/envelope.h"
#include "servers/smtp/smtp-services.h"

/**
 * smtp_addressing_add:
 *
 * Puts the recipients of @transaction on @envelope, each once: for a local address those who get its
 * mail, by the directory of this moment. Where that is somebody else, the address that the sender
 * knows goes along (ORCPT, RFC 3461), so that reports name it. An address that nobody has any more
 * stays as it is: the delivery tells the sender.
 */
void smtp_addressing_add (SmtpServices *services,
                          const SmtpTransaction *transaction,
                          Envelope *envelope);

/** Whether that may have to wait for the system's name service, or takes time: an alias may stand for
 * thousands. */
gboolean smtp_addressing_may_block (SmtpServices *services, const SmtpTransaction *transaction);
