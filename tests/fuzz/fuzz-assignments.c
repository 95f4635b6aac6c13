/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ctl/assignments.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static GVariant *
parse (const char *type, const char *text)
{
  GVariant *variant = g_variant_parse (G_VARIANT_TYPE (type), text, NULL, NULL, NULL);
  g_assert_nonnull (variant);
  return variant;
}

/* A value that is shown can be said again, and is the same. */
static void
check_said_again (const char *name, GVariant *value, GVariant *descriptions, GVariant *settings)
{
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *text = assignments_value_to_text (value);
  g_autofree char *assignment = g_strdup_printf ("%s=%s", name, text);
  char *texts[] = { assignment, NULL };
  g_assert_true (assignments_is_one (assignment));
  g_autoptr (GVariant) changes = assignments_to_changes (texts, descriptions, settings, problems);
  g_assert_cmpuint (problems->len, ==, 0);
  g_autoptr (GVariant) again = g_variant_lookup_value (changes, name, NULL);
  g_assert_true (again != NULL && g_variant_equal (again, value));
}

/* Lines, each of them something that somebody gives to posternctl. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static GVariant *descriptions, *settings;
  if (descriptions == NULL)
    {
      descriptions = parse ("a{sa{sv}}", "{'b': {'type': <'boolean'>}, 'w': {'type': <'word'>},"
                                         "'i': {'type': <'integer'>, 'minimum': <uint32 1>},"
                                         "'l': {'type': <'list'>}, 'new': {'type': <'list'>}}");
      settings = parse ("a{sv}", "{'b': <true>, 'w': <'x'>, 'i': <uint32 5>, 'l': <['a', 'b,c']>}");
    }
  g_autofree char *text = g_strndup ((const char *) data, size);
  if (!g_utf8_validate (text, -1, NULL))
    return 0; /* the command line is UTF-8 */

  g_auto (GStrv) texts = g_strsplit (text, "\n", -1);
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GVariant) changes = assignments_to_changes (texts, descriptions, settings, problems);
  GVariantIter iterator;
  const char *name;
  GVariant *value;
  g_variant_iter_init (&iterator, changes);
  while (g_variant_iter_loop (&iterator, "{&sv}", &name, &value))
    check_said_again (name, value, descriptions, settings);
  return 0;
}
