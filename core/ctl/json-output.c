/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ctl/json-output.h"

#include <stdio.h>

static void
append_character (GString *out, gunichar c)
{
  if (c == '"' || c == '\\')
    g_string_append_printf (out, "\\%c", (char) c);
  else if (c >= 0x20 && c < 0x7f)
    g_string_append_c (out, (char) c);
  else if (c < 0x10000)
    g_string_append_printf (out, "\\u%04x", c);
  else
    g_string_append_printf (out, "\\u%04x\\u%04x", 0xd800 + ((c - 0x10000) >> 10),
                            0xdc00 + ((c - 0x10000) & 0x3ff));
}

/* Plain ASCII comes out, so that the text arrives whole in any locale. GVariant's strings are valid
 * UTF-8. */
static void
append_string (GString *out, const char *text)
{
  g_string_append_c (out, '"');
  for (const char *c = text; *c != '\0'; c = g_utf8_next_char (c))
    append_character (out, g_utf8_get_char (c));
  g_string_append_c (out, '"');
}

static void append (GString *out, GVariant *value);

static void
append_children (GString *out, GVariant *value)
{
  gboolean object = g_variant_is_of_type (value, G_VARIANT_TYPE ("a{s*}"));
  gsize length = g_variant_n_children (value);

  g_string_append_c (out, object ? '{' : '[');
  for (gsize i = 0; i < length; i++)
    {
      g_autoptr (GVariant) child = g_variant_get_child_value (value, i);
      if (i > 0)
        g_string_append (out, ", ");
      if (!object)
        {
          append (out, child);
          continue;
        }
      g_autoptr (GVariant) key = g_variant_get_child_value (child, 0);
      g_autoptr (GVariant) member = g_variant_get_child_value (child, 1);
      append_string (out, g_variant_get_string (key, NULL));
      g_string_append (out, ": ");
      append (out, member);
    }
  g_string_append_c (out, object ? '}' : ']');
}

static void
append (GString *out, GVariant *value)
{
  switch (g_variant_classify (value))
    {
    case G_VARIANT_CLASS_BOOLEAN:
      g_string_append (out, g_variant_get_boolean (value) ? "true" : "false");
      break;
    case G_VARIANT_CLASS_STRING:
    case G_VARIANT_CLASS_OBJECT_PATH:
    case G_VARIANT_CLASS_SIGNATURE:
      append_string (out, g_variant_get_string (value, NULL));
      break;
    case G_VARIANT_CLASS_VARIANT:
      {
        g_autoptr (GVariant) inner = g_variant_get_variant (value);
        append (out, inner);
        break;
      }
    case G_VARIANT_CLASS_ARRAY:
    case G_VARIANT_CLASS_TUPLE:
      append_children (out, value);
      break;
    case G_VARIANT_CLASS_BYTE:
      g_string_append_printf (out, "%u", g_variant_get_byte (value));
      break;
    default:
      {
        /* What is left are numbers; GVariant's text of them is JSON's, too. */
        g_autofree char *number = g_variant_print (value, FALSE);
        g_string_append (out, number);
        break;
      }
    }
}

char *
json_output_text (GVariant *value)
{
  GString *out = g_string_new (NULL);
  append (out, value);
  return g_string_free (out, FALSE);
}

void
json_output_print (GVariant *value)
{
  g_autoptr (GVariant) owned = g_variant_ref_sink (value);
  g_autofree char *text = json_output_text (owned);
  puts (text);
}
