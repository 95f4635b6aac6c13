/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "core/settings/schema.h"
#include "servers/policy/verdict.h"

static void
test_words (void)
{
  static const char *const words[]
      = { "local-domain",     "everybody",        "nobody",          "near-domain",
          "address-list",     "pop-client",       "authenticated",   "local-host",
          "no-rule",          "refused-address",  "no-restriction",  "excepted-address",
          "pop-override",     "blocklisted",      "submission-only", "blocklist-pop-override",
          "sender-not-users", "grant-recipients", "grant-messages",  NULL };

  for (Verdict verdict = 0; verdict < N_VERDICTS; verdict++)
    g_assert_true (g_strv_contains (words, verdict_word (verdict)));
}

static void
test_settings_exist (void)
{
  for (Verdict verdict = 0; verdict < N_VERDICTS; verdict++)
    g_assert_nonnull (schema_lookup (verdict_setting (verdict)));
}

static void
test_reasons (void)
{
  for (Verdict verdict = 0; verdict < N_VERDICTS; verdict++)
    {
      g_assert_cmpuint (strlen (verdict_reason (verdict)), >, 0);
      g_assert_true (verdict_allows (verdict) || strstr (verdict_reason (verdict), "denied") != NULL
                     || strstr (verdict_reason (verdict), "refused") != NULL
                     || strstr (verdict_reason (verdict), "required") != NULL);
      /* the cure follows the cause */
      g_assert_true (verdict_allows (verdict) || strpbrk (verdict_reason (verdict), ":;") != NULL);
    }
  g_assert_cmpstr (verdict_reason (VERDICT_NOBODY), ==,
                   "Relaying denied: this system relays for nobody");
  g_assert_cmpstr (verdict_reason (VERDICT_LOG_ON_FIRST), ==,
                   "Relaying denied: log on to the POP server first");
}

static void
test_allows (void)
{
  for (Verdict verdict = 0; verdict < N_VERDICTS; verdict++)
    g_assert_cmpint (verdict_allows (verdict), ==, verdict < VERDICT_NOBODY);
  g_assert_true (verdict_allows (VERDICT_LOCAL_DOMAIN));
  g_assert_true (verdict_allows (VERDICT_POP_CLIENT));
  g_assert_true (verdict_allows (VERDICT_CONNECTIONS_LOCAL_HOST));
  g_assert_false (verdict_allows (VERDICT_NOBODY));
  g_assert_false (verdict_allows (VERDICT_LOG_ON_FIRST));
  g_assert_false (verdict_allows (VERDICT_NO_RULE));
  g_assert_false (verdict_allows (VERDICT_REFUSED_ADDRESS));
  g_assert_false (verdict_allows (VERDICT_CONNECTIONS_NOBODY));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/verdict/words", test_words);
  g_test_add_func ("/verdict/settings-exist", test_settings_exist);
  g_test_add_func ("/verdict/reasons", test_reasons);
  g_test_add_func ("/verdict/allows", test_allows);
  return g_test_run ();
}
