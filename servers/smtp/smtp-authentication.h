/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/smtp/smtp-session.h"

/**
 * SECTION: smtp-authentication
 *
 * AUTH in a session (RFC 4954): who may use it when, and the lines between the command and the
 * question whether the password is right. What they mean, sasl knows.
 */

/** Whether EHLO lists it now. */
gboolean smtp_authentication_is_offered (const SmtpSession *session, const SmtpTerms *terms);

/** The handler of the verb. */
SmtpStep smtp_authentication_begin (SmtpSession *session,
                                    const SmtpTerms *terms,
                                    const SmtpCommand *command);

/** A line has come that answers the challenge. */
SmtpStep smtp_authentication_feed (SmtpSession *session,
                                   const SmtpTerms *terms,
                                   const char *line,
                                   gsize length);

/** The answer to the challenge was no line: the next one is a command again. */
void smtp_authentication_abandon (SmtpSession *session);
