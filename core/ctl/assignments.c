/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ctl/assignments.h"

#include <glib/gi18n.h>
#include <string.h>

#define COMMA_IN_A_ROW "\\,"

typedef struct
{
  char *name;     /* (owned) */
  char operation; /* '=', '+' or '-' */
  const char *value;
} Assignment;

/* Setting names have no character of an operator at their end, so the first = divides. */
static gboolean
split (const char *text, Assignment *assignment)
{
  const char *sign = strchr (text, '=');
  if (sign == NULL || sign == text)
    return FALSE;

  const char *end = sign;
  assignment->operation = '=';
  if (sign[-1] == '+' || sign[-1] == '-')
    assignment->operation = *--end;
  if (end == text)
    return FALSE;
  assignment->name = g_strstrip (g_strndup (text, end - text));
  assignment->value = sign + 1;
  return TRUE;
}

gboolean
assignments_is_one (const char *text)
{
  Assignment assignment;

  if (!split (text, &assignment))
    return FALSE;
  g_free (assignment.name);
  return TRUE;
}

static GVariant *
read_boolean (const char *text)
{
  static const char *const YES[] = { "true", "yes", "on", "1", NULL };
  static const char *const NO[] = { "false", "no", "off", "0", NULL };

  if (g_strv_contains (YES, text))
    return g_variant_new_boolean (TRUE);
  return g_strv_contains (NO, text) ? g_variant_new_boolean (FALSE) : NULL;
}

static GVariant *
read_integer (const char *text)
{
  guint64 number;

  if (!g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT32, &number, NULL))
    return NULL;
  return g_variant_new_uint32 ((guint32) number);
}

/* Takes the row that @text begins with, and the comma behind it. */
static char *
take_row (const char **text)
{
  g_autoptr (GString) row = g_string_new (NULL);
  const char *rest = *text;

  for (; *rest != '\0' && *rest != ','; rest++)
    {
      rest += g_str_has_prefix (rest, COMMA_IN_A_ROW) ? 1 : 0;
      g_string_append_c (row, *rest);
    }
  *text = rest + (*rest == ',' ? 1 : 0);
  return g_strstrip (g_string_free (g_steal_pointer (&row), FALSE));
}

/* Returns: (transfer full): the row as take_row() takes it; a blank keeps a backslash at its end from
 * the comma behind it */
static char *
row_to_text (const char *row)
{
  GString *text = g_string_new (row);

  g_string_replace (text, ",", COMMA_IN_A_ROW, 0);
  if (g_str_has_suffix (row, "\\"))
    g_string_append_c (text, ' ');
  return g_string_free (text, FALSE);
}

/* Returns: (transfer full): the rows of "a, b"; empty rows are none */
static char **
read_rows (const char *text)
{
  g_autoptr (GStrvBuilder) rows = g_strv_builder_new ();

  while (*text != '\0')
    {
      g_autofree char *row = take_row (&text);

      if (*row != '\0')
        g_strv_builder_add (rows, row);
    }
  return g_strv_builder_end (rows);
}

/* Returns: (transfer full): @rows, to look them up: lists may be long */
static GHashTable *
set_of (const char *const *rows)
{
  GHashTable *set = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; rows[i] != NULL; i++)
    g_hash_table_add (set, (char *) rows[i]);
  return set;
}

/* Returns: (transfer floating): @before with @rows added at its end, or without @rows; NULL with
 * what is wrong in @problem */
static GVariant *
edit_list (char operation, GVariant *before, char **rows, char **problem)
{
  g_autoptr (GStrvBuilder) after = g_strv_builder_new ();
  g_autofree const char **old = g_variant_get_strv (before, NULL);
  g_autoptr (GHashTable) in_old = set_of (old);
  g_autoptr (GHashTable) in_rows = set_of ((const char *const *) rows);

  for (guint i = 0; old[i] != NULL; i++)
    if (operation == '+' || !g_hash_table_contains (in_rows, old[i]))
      g_strv_builder_add (after, old[i]);
  for (guint i = 0; rows[i] != NULL; i++)
    {
      gboolean there = g_hash_table_contains (in_old, rows[i]);
      if (operation == '+' && !there)
        g_strv_builder_add (after, rows[i]);
      if (operation == '-' && !there)
        {
          *problem = g_strdup_printf (_ ("“%s” is not in the list"), rows[i]);
          return NULL;
        }
    }
  g_auto (GStrv) result = g_strv_builder_end (after);
  return g_variant_new_strv ((const char *const *) result, -1);
}

static GVariant *
read_list (const Assignment *assignment, GVariant *before, char **problem)
{
  g_auto (GStrv) rows = read_rows (assignment->value);

  if (assignment->operation != '=' && before != NULL)
    return edit_list (assignment->operation, before, rows, problem);
  return g_variant_new_strv ((const char *const *) rows, -1);
}

static GVariant *
read_value (const Assignment *assignment, GVariant *description, GVariant *before, char **problem)
{
  const char *type = "";
  GVariant *value = NULL;

  (void) g_variant_lookup (description, "type", "&s", &type);
  if (g_str_equal (type, "list"))
    return read_list (assignment, before, problem);
  if (assignment->operation != '=')
    {
      *problem = g_strdup (_ ("is not a list: += and -= do not apply"));
      return NULL;
    }

  g_autofree char *text = g_strstrip (g_strdup (assignment->value));
  if (g_str_equal (type, "boolean"))
    {
      value = read_boolean (text);
      if (value == NULL)
        *problem = g_strdup_printf (_ ("“%s” is neither true nor false"), text);
      return value;
    }
  if (g_str_equal (type, "integer"))
    {
      guint32 minimum = 0, maximum = G_MAXUINT32;
      (void) g_variant_lookup (description, "minimum", "u", &minimum);
      (void) g_variant_lookup (description, "maximum", "u", &maximum);
      value = read_integer (text);
      if (value == NULL)
        *problem = g_strdup_printf (_ ("“%s” is not a whole number from %u to %u"), text, minimum,
                                    maximum);
      return value;
    }
  return g_variant_new_string (text);
}

/* Adds what @assignment makes of the settings, of which @changes are new already, to @changes. */
static char *
change (const Assignment *assignment,
        GVariant *descriptions,
        GVariant *settings,
        GVariantDict *changes)
{
  g_autoptr (GVariant) description
      = g_variant_lookup_value (descriptions, assignment->name, G_VARIANT_TYPE_VARDICT);
  if (description == NULL)
    return g_strdup (_ ("there is no setting of this name"));

  g_autoptr (GVariant) before
      = g_variant_dict_lookup_value (changes, assignment->name, G_VARIANT_TYPE_STRING_ARRAY);
  if (before == NULL)
    before = g_variant_lookup_value (settings, assignment->name, G_VARIANT_TYPE_STRING_ARRAY);

  char *problem = NULL;
  GVariant *value = read_value (assignment, description, before, &problem);
  if (value != NULL)
    g_variant_dict_insert_value (changes, assignment->name, value);
  return problem;
}

GVariant *
assignments_to_changes (char **texts,
                        GVariant *descriptions,
                        GVariant *settings,
                        GPtrArray *problems)
{
  GVariantDict changes;

  g_variant_dict_init (&changes, NULL);
  for (guint i = 0; texts[i] != NULL; i++)
    {
      Assignment assignment;
      if (!split (texts[i], &assignment))
        {
          g_ptr_array_add (problems, g_strdup_printf (_ ("%s: is not NAME=VALUE"), texts[i]));
          continue;
        }
      g_autofree char *name = assignment.name;
      g_autofree char *problem = change (&assignment, descriptions, settings, &changes);
      if (problem != NULL)
        g_ptr_array_add (problems, g_strdup_printf ("%s: %s", name, problem));
    }
  return g_variant_ref_sink (g_variant_dict_end (&changes));
}

char *
assignments_value_to_text (GVariant *value)
{
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_STRING_ARRAY))
    {
      g_auto (GStrv) rows = g_variant_dup_strv (value, NULL);

      for (guint i = 0; rows[i] != NULL; i++)
        {
          char *row = row_to_text (rows[i]);

          g_free (rows[i]);
          rows[i] = row;
        }
      return g_strjoinv (",", rows);
    }
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_STRING))
    return g_variant_dup_string (value, NULL);
  return g_variant_print (value, FALSE);
}
