/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/smtp/smtp-session.h"

/** Adds the answer to EHLO to the session's reply: our name, and a line for each extension that can
 * be had now. They stand in one table. */
SmtpStep smtp_extensions_list (SmtpSession *session, const SmtpTerms *terms);
