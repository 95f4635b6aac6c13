/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdint.h>
#include <string.h>

#include "servers/auth/sasl.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
check_result (const SaslExchange *exchange, SaslStep step)
{
  g_assert_cmpint (exchange->password != NULL, ==, step == SASL_DONE);
  g_assert_nonnull (sasl_exchange_challenge (exchange));
  if (step != SASL_DONE)
    return;
  g_assert_cmpuint (strlen (exchange->user), <=, SASL_USER_MAX);
  g_assert_cmpuint (strlen (exchange->password), >, 0);
  g_assert_true (*exchange->authzid == '\0'
                 || g_ascii_strcasecmp (exchange->authzid, exchange->user) == 0);
  for (const char *at = exchange->user; *at != '\0'; at++)
    g_assert_false (g_ascii_iscntrl (*at));
}

/* The first line is the initial response, where there is more than one; the others are answers. */
static void
play (SaslMechanism mechanism, const char *text, gsize length)
{
  g_auto (SaslExchange) exchange = { 0 };
  const char *end = text + length;
  const char *line_end = memchr (text, '\n', length);
  SaslStep step = sasl_exchange_start (&exchange, mechanism, line_end != NULL ? text : NULL,
                                       line_end != NULL ? line_end - text : 0);

  for (const char *line = line_end != NULL ? line_end + 1 : text;
       step == SASL_CHALLENGE && line <= end; line = line_end + 1)
    {
      line_end = memchr (line, '\n', end - line);
      if (line_end == NULL)
        line_end = end;
      step = sasl_exchange_feed (&exchange, line, line_end - line);
    }
  check_result (&exchange, step);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  SaslMechanism mechanism;
  g_autofree char *text = g_malloc (size + 1);

  memcpy (text, data, size);
  (void) sasl_mechanism_parse (text, size, &mechanism);
  play (SASL_PLAIN, text, size);
  play (SASL_LOGIN, text, size);
  return 0;
}
