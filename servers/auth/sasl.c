/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/auth/sasl.h"

#include <string.h>

/* LOGIN's challenges, "Username:" and "Password:" in base64: clients look at the words. */
#define ASK_USER "VXNlcm5hbWU6"
#define ASK_PASSWORD "UGFzc3dvcmQ6"

#define CANCEL "*"
#define EMPTY_INITIAL "="

#define PLAIN "PLAIN"
#define LOGIN "LOGIN"

static const char *const names[] = { [SASL_PLAIN] = PLAIN, [SASL_LOGIN] = LOGIN };

const char sasl_mechanisms[] = PLAIN " " LOGIN;

gboolean
sasl_mechanism_parse (const char *name, gsize length, SaslMechanism *mechanism)
{
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (strlen (names[i]) == length && g_ascii_strncasecmp (names[i], name, length) == 0)
      {
        *mechanism = (SaslMechanism) i;
        return TRUE;
      }
  return FALSE;
}

/* --- Base64 --- */

/* The value of a character, -1 for one that is not of the alphabet. */
static int
digit_of (char character)
{
  static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const char *at = character != '\0' ? strchr (alphabet, character) : NULL;

  return at != NULL ? (int) (at - alphabet) : -1;
}

/* Four characters, @padding of them "=" at the end. Returns FALSE where they are no base64. */
static gboolean
decode_group (const char *group, gsize padding, char **to)
{
  guint32 bits = 0;

  for (gsize i = 0; i < 4; i++)
    {
      int digit = i < 4 - padding ? digit_of (group[i]) : 0;

      if (digit < 0)
        return FALSE;
      bits = bits << 6 | (guint32) digit;
    }
  if ((bits & ((1u << (8 * padding)) - 1)) != 0)
    return FALSE;
  for (gsize i = 0; i < 3 - padding; i++)
    *(*to)++ = (char) (bits >> (16 - 8 * i) & 0xff);
  return TRUE;
}

static void
forget_text (char *text, gsize length)
{
  if (text != NULL)
    explicit_bzero (text, length);
  g_free (text);
}

/* Returns: (transfer full) (nullable): the bytes, with a NUL behind them, or %NULL where @text is no
 * base64; to be forgotten */
static char *
decode (const char *text, gsize length, gsize *decoded)
{
  gsize padding = 0;
  char *bytes, *end;

  if (length % 4 != 0 || length > SASL_LINE_MAX)
    return NULL;
  while (padding < 2 && padding < length && text[length - padding - 1] == '=')
    padding++;

  bytes = end = g_malloc0 (length / 4 * 3 + 1);
  for (gsize at = 0; at < length; at += 4)
    if (!decode_group (text + at, at + 4 == length ? padding : 0, &end))
      {
        forget_text (bytes, length / 4 * 3);
        return NULL;
      }
  *decoded = end - bytes;
  return bytes;
}

/* --- The mechanisms --- */

static gboolean
is_name (const char *bytes, gsize length)
{
  if (length == 0 || length > SASL_USER_MAX)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    if (g_ascii_iscntrl (bytes[i]))
      return FALSE;
  return TRUE;
}

/* authzid NUL user NUL password (RFC 4616, section 2) */
static SaslStep
take_plain (SaslExchange *exchange, const char *message, gsize length)
{
  const char *end = message + length;
  const char *user = memchr (message, '\0', length);
  const char *password = user != NULL ? memchr (user + 1, '\0', end - user - 1) : NULL;

  if (password == NULL)
    return SASL_MALFORMED;
  user++;
  password++;
  if ((message[0] != '\0' && !is_name (message, user - 1 - message))
      || !is_name (user, password - 1 - user) || password == end
      || memchr (password, '\0', end - password) != NULL)
    return SASL_MALFORMED;
  if (message[0] != '\0' && g_ascii_strcasecmp (message, user) != 0)
    return SASL_REFUSED;

  exchange->authzid = g_strdup (message);
  exchange->user = g_strdup (user);
  exchange->password = g_strdup (password);
  return SASL_DONE;
}

/* The user, then the password. */
static SaslStep
take_login (SaslExchange *exchange, const char *message, gsize length)
{
  if (exchange->user == NULL)
    {
      if (!is_name (message, length))
        return SASL_MALFORMED;
      exchange->user = g_strdup (message);
      return SASL_CHALLENGE;
    }
  if (length == 0 || memchr (message, '\0', length) != NULL)
    return SASL_MALFORMED;
  exchange->authzid = g_strdup ("");
  exchange->password = g_strdup (message);
  return SASL_DONE;
}

static SaslStep
take (SaslExchange *exchange, const char *text, gsize length)
{
  gsize decoded;
  char *message = decode (text, length, &decoded);
  SaslStep step;

  if (message == NULL)
    return SASL_MALFORMED;
  step = exchange->mechanism == SASL_PLAIN ? take_plain (exchange, message, decoded)
                                           : take_login (exchange, message, decoded);
  forget_text (message, decoded);
  return step;
}

SaslStep
sasl_exchange_start (SaslExchange *exchange,
                     SaslMechanism mechanism,
                     const char *initial,
                     gsize length)
{
  g_return_val_if_fail (exchange->user == NULL, SASL_MALFORMED);

  exchange->mechanism = mechanism;
  if (initial == NULL)
    return SASL_CHALLENGE;
  if (length == strlen (EMPTY_INITIAL) && initial[0] == EMPTY_INITIAL[0])
    return take (exchange, "", 0);
  return length > 0 ? take (exchange, initial, length) : SASL_MALFORMED;
}

SaslStep
sasl_exchange_feed (SaslExchange *exchange, const char *line, gsize length)
{
  if (length == strlen (CANCEL) && line[0] == CANCEL[0])
    return SASL_CANCELLED;
  return take (exchange, line, length);
}

const char *
sasl_exchange_challenge (const SaslExchange *exchange)
{
  if (exchange->mechanism == SASL_PLAIN)
    return "";
  return exchange->user == NULL ? ASK_USER : ASK_PASSWORD;
}

void
sasl_exchange_clear (SaslExchange *exchange)
{
  if (exchange->password != NULL)
    forget_text (exchange->password, strlen (exchange->password));
  g_free (exchange->authzid);
  g_free (exchange->user);
  *exchange = (SaslExchange){ 0 };
}
