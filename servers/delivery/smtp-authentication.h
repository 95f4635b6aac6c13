/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/host-credential.h"

/**
 * SECTION: smtp-authentication
 *
 * The client's side of AUTH (RFC 4954): PLAIN (RFC 4616), LOGIN, and XOAUTH2, where the secret is
 * an access token. Pure: what to say first, and in answer to each challenge. What is said holds the
 * secret: who sends it clears it. What is said in answer may hold it, too.
 */

#define SMTP_AUTHENTICATION_METHODS (HOST_CREDENTIAL_XOAUTH2 + 1)

/** "PLAIN", "LOGIN", "XOAUTH2" */
const char *smtp_authentication_name (HostCredentialMethod method);

/** How far it has come. All zero is the beginning. */
typedef struct
{
  gboolean has_initial; /* the first response went along with the command */
  guint challenges;     /* that were answered */
} SmtpAuthentication;

/** Appends the AUTH command, with CR LF; with the first response in it where the line does not
 * become longer than any server must take (RFC 4954, section 4). */
void smtp_authentication_begin (SmtpAuthentication *authentication,
                                HostCredentialMethod method,
                                const char *user,
                                const char *secret,
                                GString *output);

/** Appends the answer to the next challenge, a 334, with CR LF; to one too many, "*", which ends
 * the exchange. XOAUTH2 has its errors told in a challenge, whose answer is an empty line. */
void smtp_authentication_answer (SmtpAuthentication *authentication,
                                 HostCredentialMethod method,
                                 const char *user,
                                 const char *secret,
                                 GString *output);

/** Hides what @reply, the host's, has of @secret: as it is, or as it was said. */
void smtp_authentication_hide (HostCredentialMethod method,
                               const char *user,
                               const char *secret,
                               char *reply);
