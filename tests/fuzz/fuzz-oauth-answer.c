/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/oauth-answer.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* The first byte says whether the status is 200; the answer follows. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  if (size == 0)
    return 0;
  OauthToken token = { 0 };
  g_autofree char *problem = NULL;
  guint status = data[0] & 1 ? 200 : 400;
  g_autofree char *text = g_strndup ((const char *) data + 1, size - 1);
  if (oauth_answer_parse (status, text, size - 1, &token, &problem))
    {
      g_assert_cmpuint (status, ==, 200);
      g_assert_true (g_str_is_ascii (token.token) && strpbrk (token.token, " \r\n\1") == NULL);
      g_assert_true (token.life_s > 0 && token.life_s <= 24 * 3600);
      g_assert_null (problem);
    }
  else
    {
      g_assert_null (token.token);
      g_assert_true (g_str_is_ascii (problem) && strpbrk (problem, "\r\n") == NULL);
    }
  oauth_token_clear (&token);
  return 0;
}
