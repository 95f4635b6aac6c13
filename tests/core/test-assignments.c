/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ctl/assignments.h"

#include <string.h>

#define DESCRIPTIONS                                                                               \
  "{'on': {'type': <'boolean'>}, 'many': {'type': <'list'>}, 'word': {'type': <'word'>},"          \
  " 'number': {'type': <'integer'>, 'minimum': <uint32 15>, 'maximum': <uint32 65535>}}"
#define SETTINGS "{'on': <true>, 'many': <['a', 'b']>, 'word': <'x'>, 'number': <uint32 20>}"

/* @expected: the changes as GVariant text, or what the only problem says */
static void
check (const char *assignments, const char *expected, gboolean valid)
{
  g_autoptr (GVariant) descriptions = g_variant_ref_sink (g_variant_new_parsed (DESCRIPTIONS));
  g_autoptr (GVariant) settings = g_variant_ref_sink (g_variant_new_parsed (SETTINGS));
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_auto (GStrv) texts = g_strsplit (assignments, " ", -1);
  g_autoptr (GVariant) changes = assignments_to_changes (texts, descriptions, settings, problems);
  g_autofree char *text = g_variant_print (changes, TRUE);

  if (valid)
    {
      g_assert_cmpuint (problems->len, ==, 0);
      g_assert_cmpstr (text, ==, expected);
      return;
    }
  g_assert_cmpuint (problems->len, ==, 1);
  g_test_message ("%s", (char *) problems->pdata[0]);
  g_assert_nonnull (strstr (problems->pdata[0], expected));
}

static void
test_values (void)
{
  check ("on=no", "{'on': <false>}", TRUE);
  check ("on=true", "{'on': <true>}", TRUE);
  check ("number=65536", "{'number': <uint32 65536>}", TRUE);
  check ("word=y=z", "{'word': <'y=z'>}", TRUE);
  check ("word=", "{'word': <''>}", TRUE);
  check ("many=", "{'many': <@as []>}", TRUE);
  check ("many=c,,d,", "{'many': <['c', 'd']>}", TRUE);
  check ("many=c\\,d,e", "{'many': <['c,d', 'e']>}", TRUE);
  check ("many=c\\d,\\", "{'many': <['c\\\\d', '\\\\']>}", TRUE);
}

static void
test_lists (void)
{
  check ("many+=c", "{'many': <['a', 'b', 'c']>}", TRUE);
  check ("many+=a", "{'many': <['a', 'b']>}", TRUE);
  check ("many-=a,b", "{'many': <@as []>}", TRUE);
  check ("many+=c many-=a", "{'many': <['b', 'c']>}", TRUE);
  check ("many=x many+=y", "{'many': <['x', 'y']>}", TRUE);
}

static void
test_problems (void)
{
  check ("on=maybe", "on: ", FALSE);
  check ("number=abc", "15 to 65535", FALSE);
  check ("number=-1", "number: ", FALSE);
  check ("number=4294967296", "number: ", FALSE);
  check ("number=", "number: ", FALSE);
  check ("number+=1", "number: ", FALSE);
  check ("many-=c", "many: ", FALSE);
  check ("no.such=1", "no.such: ", FALSE);
  check ("nothing", "nothing: ", FALSE);
}

static void
test_shape (void)
{
  g_assert_true (assignments_is_one ("a=b"));
  g_assert_true (assignments_is_one ("a+="));
  g_assert_false (assignments_is_one ("a"));
  g_assert_false (assignments_is_one ("=a"));
  g_assert_false (assignments_is_one ("+=a"));
  g_assert_false (assignments_is_one (""));
}

static void
check_text (const char *value, const char *expected)
{
  g_autoptr (GVariant) parsed = g_variant_ref_sink (g_variant_new_parsed (value));
  g_autofree char *text = assignments_value_to_text (parsed);
  g_assert_cmpstr (text, ==, expected);
}

static void
test_text (void)
{
  check_text ("true", "true");
  check_text ("uint32 15", "15");
  check_text ("'word'", "word");
  check_text ("['a', 'b']", "a,b");
  check_text ("['a: b, c', 'd']", "a: b\\, c,d");
  check_text ("@as []", "");
  check_text ("['a\\\\', 'b']", "a\\ ,b");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/assignments/values", test_values);
  g_test_add_func ("/assignments/lists", test_lists);
  g_test_add_func ("/assignments/problems", test_problems);
  g_test_add_func ("/assignments/shape", test_shape);
  g_test_add_func ("/assignments/text", test_text);
  return g_test_run ();
}
