/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/settings/setting-value.h"

#include <string.h>

#include "core/settings/settings-error.h"

static char *
quote (const char *text)
{
  g_autofree char *shortened = settings_problem_shorten (text);

  return g_strdup_printf ("\"%s\"", shortened);
}

static char *
read_boolean (const char *text, gboolean *value)
{
  g_autofree char *quoted = NULL;

  if (g_str_equal (text, "true") || g_str_equal (text, "1"))
    *value = TRUE;
  else if (g_str_equal (text, "false") || g_str_equal (text, "0"))
    *value = FALSE;
  else
    {
      quoted = quote (text);
      return g_strdup_printf ("%s is neither true nor false", quoted);
    }
  return NULL;
}

static char *
read_integer (const SchemaEntry *schema, const char *text, guint *value)
{
  const char *digits = text + (*text == '-' ? 1 : 0);
  g_autofree char *quoted = NULL;
  guint64 number;

  if (*digits == '\0' || strspn (digits, "0123456789") != strlen (digits))
    {
      quoted = quote (text);
      return g_strdup_printf ("%s is not a whole number from %u to %u", quoted, schema->minimum,
                              schema->maximum);
    }
  number = g_ascii_strtoull (digits, NULL, 10);
  if (digits != text || number < schema->minimum || number > schema->maximum)
    return g_strdup_printf ("%.40s is outside the range %u to %u", text, schema->minimum,
                            schema->maximum);
  *value = (guint) number;
  return NULL;
}

static char *
read_word (const SchemaEntry *schema, const char *text, guint *value)
{
  g_autofree char *quoted = NULL;
  g_autofree char *words = NULL;

  /* The words of the schema stand in the order of the enumeration, which is of a guint's size; the
   * table of settings and a test hold the two together. */
  for (guint i = 0; schema->words[i] != NULL; i++)
    if (g_str_equal (schema->words[i], text))
      {
        *value = i;
        return NULL;
      }
  quoted = quote (text);
  words = g_strjoinv (", ", (char **) schema->words);
  return g_strdup_printf ("%s is none of %s", quoted, words);
}

char *
setting_value_read (const Setting *setting, const char *text, Settings *settings)
{
  const SchemaEntry *schema = schema_lookup (setting->name);
  gpointer member = (guint8 *) settings + setting->offset;

  switch (setting->kind)
    {
    case SETTING_BOOLEAN:
      return read_boolean (text, member);
    case SETTING_INTEGER:
      return read_integer (schema, text, member);
    case SETTING_WORD:
      return read_word (schema, text, member);
    case SETTING_TEXT:
      setting_clear (setting, settings);
      *(char **) member = g_strdup (text);
      return NULL;
    default:
      g_assert_not_reached ();
    }
}

char *
setting_value_read_row (const Setting *setting, const char *text, ListRow *row)
{
  return list_row_parse (setting->kind, text, row) ? NULL : setting_value_refusal (setting, text);
}

void
setting_value_set_rows (const Setting *setting,
                        const ListRow *rows,
                        gsize length,
                        Settings *settings)
{
  setting_clear (setting, settings);
  list_row_store (setting->kind, (guint8 *) settings + setting->offset, rows, length);
}

char *
setting_value_text (GVariant *value)
{
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN))
    return g_strdup (g_variant_get_boolean (value) ? "true" : "false");
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_UINT32))
    return g_strdup_printf ("%u", g_variant_get_uint32 (value));
  return g_variant_dup_string (value, NULL);
}

char *
setting_value_refusal (const Setting *setting, const char *text)
{
  g_autofree char *quoted = quote (text);

  return g_strdup_printf ("%s is not %s", quoted, schema_lookup (setting->name)->expected);
}
