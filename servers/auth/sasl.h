/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * SECTION: sasl
 *
 * The server's side of SASL PLAIN (RFC 4616) and LOGIN (never standardised; as clients speak it),
 * for AUTH of SMTP (RFC 4954) and of POP3 (RFC 5034): a machine without a socket. It says what the
 * client claims; whether the password is right is for credentials to say.
 *
 *     SaslExchange exchange = { 0 };
 *     step = sasl_exchange_start (&exchange, SASL_PLAIN, initial, length);
 *     while (step == SASL_CHALLENGE)
 *       send "334 " or "+ ", then sasl_exchange_challenge (); step = sasl_exchange_feed (line);
 *     if (step == SASL_DONE) check exchange.user and exchange.password
 *     sasl_exchange_clear (&exchange);
 *
 * Base64 is read strictly (RFC 4648, section 3): no white space, no other alphabet, padding to the
 * end, and no bits left over that are not zero. Names and passwords are bytes, UTF-8 as a rule.
 */
typedef enum
{
  SASL_PLAIN,
  SASL_LOGIN
} SaslMechanism;

typedef enum
{
  SASL_CHALLENGE, /* send the challenge, and feed the next line */
  SASL_DONE,      /* user and password are there */
  SASL_CANCELLED, /* the client sent "*": SMTP 501, POP3 -ERR */
  SASL_MALFORMED, /* no base64, or not what the mechanism asks for: SMTP 501 5.5.2 */
  SASL_REFUSED    /* somebody wants to act as somebody else: SMTP 535 5.7.8 */
} SaslStep;

/** The longest line of base64, without its end (RFC 4954, section 4.2). A line reader's limit is
 * to be this for the time of the exchange. */
#define SASL_LINE_MAX 12288

/** The longest name of a user, in bytes (RFC 4616, section 2). */
#define SASL_USER_MAX 255

typedef struct
{
  SaslMechanism mechanism;
  char *authzid;  /* (owned) (nullable) whom the client wants to act as; "" for itself */
  char *user;     /* (owned) (nullable) 1..SASL_USER_MAX bytes, no control byte */
  char *password; /* (owned) (nullable) 1 byte at least, no NUL; cleared when it goes */
} SaslExchange;

/** The mechanisms that there are, for the lists of EHLO and CAPA: "PLAIN LOGIN". */
extern const char sasl_mechanisms[];

/** @name: (array length=length): in any case. FALSE for a mechanism that is not known. */
gboolean sasl_mechanism_parse (const char *name, gsize length, SaslMechanism *mechanism);

/**
 * sasl_exchange_start:
 * @exchange: all zero, or cleared
 * @initial: (array length=length) (nullable): the initial response as it stands behind the
 * mechanism's name, base64; "=" is an empty one (RFC 4954, section 4); %NULL for none
 */
SaslStep sasl_exchange_start (SaslExchange *exchange,
                              SaslMechanism mechanism,
                              const char *initial,
                              gsize length) G_GNUC_WARN_UNUSED_RESULT;

/** @line: (array length=length): the client's answer to the challenge, without its line end. After
 * any step but SASL_CHALLENGE the exchange is over and may only be read and cleared. */
SaslStep sasl_exchange_feed (SaslExchange *exchange,
                             const char *line,
                             gsize length) G_GNUC_WARN_UNUSED_RESULT;

/** What goes behind "334 " or "+ ": base64, "" for an empty challenge. */
const char *sasl_exchange_challenge (const SaslExchange *exchange);

/** Forgets everything; secrets are overwritten. */
void sasl_exchange_clear (SaslExchange *exchange);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SaslExchange, sasl_exchange_clear)
