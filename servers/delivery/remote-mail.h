/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/delivery/attempt.h"
#include "servers/delivery/dot-stuffer.h"
#include "servers/delivery/smtp-client.h"
#include "servers/net/connection.h"

/** The untried recipients of an attempt and their message, as they go over one connection. */
typedef struct
{
  Attempt *attempt;   /* (unowned) */
  SmtpMail mail;      /* what the SMTP client is told; the envelope owns its texts */
  GBytes *content;    /* (owned) */
  DotStuffer stuffer; /* of the content that is on its way */
  GArray *recipients; /* (owned) (element-type SmtpMailRecipient) */
  GArray *indices;    /* (owned) (element-type guint) of the same, in the attempt */
} RemoteMail;

/** @attempt: outlives the mail */
void remote_mail_init (RemoteMail *mail, Attempt *attempt);
void remote_mail_clear (RemoteMail *mail);

/** Takes @content, in which there are no 8-bit bytes, in place of the original. */
void remote_mail_take_seven_bit (RemoteMail *mail, GBytes *content);

/** Begins to send the content, again for each transaction. */
void remote_mail_rewind (RemoteMail *mail);

/** Sends all of the content as it is. */
void remote_mail_send_chunk (const RemoteMail *mail, Connection *connection);

/** Sends as much of the content as @connection takes now. Returns whether that was the rest. */
gboolean remote_mail_send (RemoteMail *mail, Connection *connection);

/**
 * remote_mail_conclude:
 * @place: where it was tried
 * @tls: as in #AttemptResult
 *
 * Hands what became of the recipients over to the attempt.
 *
 * Returns: (transfer full): why some are left untried; "" when there are none
 */
char *remote_mail_conclude (RemoteMail *mail,
                            const SmtpClient *client,
                            const char *place,
                            const char *tls);
