/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/** The longest answer of a token server that is read, in bytes. */
#define OAUTH_ANSWER_MAX (64 * 1024)

/** Longer tokens are no tokens. */
#define OAUTH_TOKEN_MAX (16 * 1024)

/** An access token (RFC 6749, section 5.1). */
typedef struct
{
  char *token;    /* (owned) */
  guint64 life_s; /* from its issue on */
} OauthToken;

void oauth_token_clear (OauthToken *token);

/**
 * oauth_answer_parse:
 * @status: of HTTP
 * @text: (array length=length): the body, JSON, from a stranger
 * @problem: (transfer full): gets what is wrong, for people: the server's own error code and words
 * where there are some, in printable ASCII; never the token
 *
 * Reads the answer to a request for a token (RFC 6749, sections 5.1 and 5.2).
 *
 * Returns: TRUE with @token, which is all in printable ASCII; FALSE with @problem
 */
gboolean oauth_answer_parse (
    guint status, const char *text, gsize length, OauthToken *token, char **problem);
