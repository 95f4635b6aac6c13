/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ctl/json-output.h"

static void
check (const char *value, const char *expected)
{
  g_autoptr (GVariant) parsed = g_variant_ref_sink (g_variant_new_parsed (value));
  g_autofree char *text = json_output_text (parsed);
  g_assert_cmpstr (text, ==, expected);
}

static void
test_shapes (void)
{
  check ("true", "true");
  check ("uint64 18446744073709551615", "18446744073709551615");
  check ("int64 -5", "-5");
  check ("byte 7", "7");
  check ("@as []", "[]");
  check ("@a{sv} {}", "{}");
  check ("{'a': <['x', 'y']>, 'b': <{'c': <uint32 1>}>}",
         "{\"a\": [\"x\", \"y\"], \"b\": {\"c\": 1}}");
  check ("('x', true, <1>)", "[\"x\", true, 1]");
}

static void
test_strings (void)
{
  check ("'a\"b\\\\c'", "\"a\\\"b\\\\c\"");
  check ("'\\n\\t\\u001b\\u007f'", "\"\\u000a\\u0009\\u001b\\u007f\"");
  check ("'\\u00e9'", "\"\\u00e9\"");
  check ("'\\U0001f600'", "\"\\ud83d\\ude00\"");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json-output/shapes", test_shapes);
  g_test_add_func ("/json-output/strings", test_strings);
  return g_test_run ();
}
