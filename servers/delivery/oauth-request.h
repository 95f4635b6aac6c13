/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/delivery/oauth-answer.h"

/** What a token server is asked with (RFC 6749, section 4.4.2). All texts are unowned. */
typedef struct
{
  const char *address; /* an https: URL; http: for a loopback address only */
  const char *client_id;
  const char *client_secret;
  const char *scope;
  const char *ca_file;    /* "" for the system's authorities */
  const gint *is_stopped; /* an atomic: once it is not 0, the request ends soon */
} OauthRequest;

/**
 * oauth_request_send:
 * @problem: (transfer full): gets what went wrong, for people, with the server's name; never a
 * secret
 *
 * Asks for an access token by client credentials, and waits for the answer: at most 30 s. Never
 * follows a redirection, as that could take the secret elsewhere. Blocks.
 */
gboolean oauth_request_send (const OauthRequest *request, OauthToken *token, char **problem);
