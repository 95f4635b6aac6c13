/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/oauth-answer.h"

#include <string.h>

static void
test_tokens (void)
{
  const struct
  {
    const char *text, *token;
    guint64 life_s;
  } rows[] = {
    { "{\"token_type\":\"Bearer\",\"expires_in\":3599,\"access_token\":\"eyJ.a-b_c\"}", "eyJ.a-b_c",
      3599 },
    { " {\"access_token\":\"a\",\"token_type\":\"bearer\",\"more\":[1,{\"x\":null}]}\n", "a", 300 },
    { "{\"access_token\":\"a\",\"expires_in\":\"1800\"}", "a", 1800 },
    { "{\"access_token\":\"a\",\"expires_in\":-5}", "a", 300 },
    { "{\"access_token\":\"a\",\"expires_in\":1e300}", "a", 0 },
    { "{\"access_token\":\"a\",\"expires_in\":99999999}", "a", 24 * 3600 },
    { "{\"access_token\":\"a\",\"expires_in\":{}}", "a", 300 },
  };
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      OauthToken token = { 0 };
      char *problem = NULL;
      g_assert_true (
          oauth_answer_parse (200, rows[i].text, strlen (rows[i].text), &token, &problem));
      g_assert_cmpstr (token.token, ==, rows[i].token);
      if (rows[i].life_s > 0)
        g_assert_cmpuint (token.life_s, ==, rows[i].life_s);
      g_assert_null (problem);
      oauth_token_clear (&token);
    }
}

static void
test_problems (void)
{
  const struct
  {
    guint status;
    const char *text, *problem;
  } rows[] = {
    { 200, "", "its answer is not the JSON of an access token" },
    { 200, "[]", "its answer is not the JSON of an access token" },
    { 200, "{", "its answer is not the JSON of an access token" },
    { 200, "{\"a\":\"\xff\"}", "its answer is not the JSON of an access token" },
    { 200, "{}", "there is no access token in its answer" },
    { 200, "{\"access_token\":7}", "there is no access token in its answer" },
    { 200, "{\"access_token\":\"\"}", "there is no access token in its answer" },
    { 200, "{\"access_token\":\"a b\"}", "there is no access token in its answer" },
    { 200, "{\"access_token\":\"a\\u0001auth=\"}", "there is no access token in its answer" },
    { 200, "{\"access_token\":\"a\",\"token_type\":\"mac\"}",
      "the token in its answer is none of the type Bearer" },
    { 400, "{\"error\":\"invalid_scope\"}", "it refused with invalid_scope" },
    { 401, "{\"error\":\"invalid_client\",\"error_description\":\"wrong\\r\\nTrace: 1\"}",
      "it refused with invalid_client: wrong  Trace: 1" },
    { 400, "{\"access_token\":\"a\"}", "it answered with HTTP status 400, and no reason" },
    { 503, "<html>", "it answered with HTTP status 503, and no reason" },
  };
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      OauthToken token = { 0 };
      g_autofree char *problem = NULL;
      g_assert_false (oauth_answer_parse (rows[i].status, rows[i].text, strlen (rows[i].text),
                                          &token, &problem));
      g_assert_cmpstr (problem, ==, rows[i].problem);
      g_assert_null (token.token);
    }
}

/* What would take the library to the end of the stack, or us to the end of the memory. */
static void
test_bounds (void)
{
  g_autofree char *deep = g_strnfill (OAUTH_ANSWER_MAX, '[');
  g_autofree char *token_text = g_strnfill (OAUTH_TOKEN_MAX + 1, 'a');
  g_autofree char *long_token = g_strdup_printf ("{\"access_token\":\"%s\"}", token_text);
  g_autofree char *long_answer = g_strnfill (OAUTH_ANSWER_MAX + 1, ' ');
  const char *const texts[] = { deep, long_token, long_answer };
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      OauthToken token = { 0 };
      g_autofree char *problem = NULL;
      g_assert_false (oauth_answer_parse (200, texts[i], strlen (texts[i]), &token, &problem));
      g_assert_cmpuint (strlen (problem), <, 100);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/oauth-answer/tokens", test_tokens);
  g_test_add_func ("/oauth-answer/problems", test_problems);
  g_test_add_func ("/oauth-answer/bounds", test_bounds);
  return g_test_run ();
}
