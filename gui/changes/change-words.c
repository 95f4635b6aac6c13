/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/changes/change-words.h"

#include <glib/gi18n.h>
#include <gtk/gtk.h>

#include "gui/pages/setting-words.h"

/* Of a list, or of names; what is more is counted. */
#define MAX_NAMED 3

#define FIRST_STRONG_ISOLATE "\u2068"
#define POP_ISOLATE "\u2069"

static gboolean
from_right_to_left (void)
{
  return gtk_widget_get_default_direction () == GTK_TEXT_DIR_RTL;
}

/* A value has a direction of its own: what stands around it must not be torn by that.
 * @text: (transfer full) */
static char *
isolate (char *text)
{
  char *isolated;

  if (!from_right_to_left ())
    return text;
  isolated = g_strconcat (FIRST_STRONG_ISOLATE, text, POP_ISOLATE, NULL);
  g_free (text);
  return isolated;
}

/* Returns: (transfer full): "A, B, C and 4 more" */
static char *
name_some (GPtrArray *texts)
{
  g_autoptr (GString) words = g_string_new (NULL);
  guint named = texts->len > MAX_NAMED + 1 ? MAX_NAMED : texts->len;

  for (guint i = 0; i < named; i++)
    {
      g_autofree char *text = isolate (g_strdup (texts->pdata[i]));

      /* Translators: between the rows of a list that are named */
      g_string_append_printf (words, "%s%s", i > 0 ? C_ ("separator", ", ") : "", text);
    }
  if (named == texts->len)
    return g_string_free (g_steal_pointer (&words), FALSE);
  /* Translators: the first %s are the rows of a list that are named: "A, B, C and 4 more" */
  return g_strdup_printf (ngettext ("%s and %u more", "%s and %u more", texts->len - named),
                          words->str, texts->len - named);
}

/* --- lists --- */

/* Returns: (transfer container): the rows of @these that are not in @those */
static GPtrArray *
rows_only_in (const char **these, const char **those)
{
  g_autoptr (GHashTable) known = g_hash_table_new (g_str_hash, g_str_equal);
  GPtrArray *rows = g_ptr_array_new ();

  for (; *those != NULL; those++)
    g_hash_table_add (known, (gpointer) *those);
  for (; *these != NULL; these++)
    if (!g_hash_table_contains (known, *these))
      g_ptr_array_add (rows, (gpointer) *these);
  return rows;
}

static char *
list_words (const char *label, GVariant *before, GVariant *after)
{
  g_autofree const char **former = g_variant_get_strv (before, NULL);
  g_autofree const char **latter = g_variant_get_strv (after, NULL);
  g_autoptr (GPtrArray) added = rows_only_in (latter, former);
  g_autoptr (GPtrArray) removed = rows_only_in (former, latter);
  g_autofree char *coming = name_some (added);
  g_autofree char *going = name_some (removed);

  if (added->len > 0 && removed->len > 0)
    /* Translators: a list; rows that are added; rows that are removed */
    return g_strdup_printf (_ ("%s: added %s; removed %s"), label, coming, going);
  if (added->len > 0)
    return g_strdup_printf (_ ("%s: added %s"), label, coming);
  if (removed->len > 0)
    return g_strdup_printf (_ ("%s: removed %s"), label, going);
  return g_strdup_printf (_ ("%s: the same rows in another order"), label);
}

/* --- all settings --- */

/* The arrow points to where one reads on. */
static char *
turn_arrow (char *line)
{
  char *arrow = from_right_to_left () ? strstr (line, "→") : NULL;

  if (arrow != NULL)
    memcpy (arrow, "←", strlen ("←"));
  return line;
}

char *
change_words_line (const char *name, GVariant *before, GVariant *after)
{
  g_autofree char *label = setting_words_label (name);

  if (before != NULL && g_variant_is_of_type (after, G_VARIANT_TYPE_STRING_ARRAY)
      && g_variant_is_of_type (before, G_VARIANT_TYPE_STRING_ARRAY))
    return list_words (label, before, after);

  g_autofree char *latter = isolate (setting_words_value (name, after));
  if (before == NULL)
    return g_strdup_printf (_ ("%s: %s"), label, latter);
  g_autofree char *former = isolate (setting_words_value (name, before));
  /* Translators: a setting, its value before, its value afterwards */
  return turn_arrow (g_strdup_printf (_ ("%s: %s → %s"), label, former, latter));
}

GPtrArray *
change_words (PosternClient *client, GVariant *before, GVariant *changes)
{
  GPtrArray *lines = g_ptr_array_new_with_free_func (g_free);
  GVariantIter iter;
  const char *name;
  GVariant *after;

  g_variant_iter_init (&iter, changes);
  while (g_variant_iter_loop (&iter, "{&sv}", &name, &after))
    {
      g_autoptr (GVariant) former = before != NULL ? g_variant_lookup_value (before, name, NULL)
                                                   : postern_client_get_value (client, name);

      g_ptr_array_add (lines, change_words_line (name, former, after));
    }
  return lines;
}

char *
change_words_names (const char *const *names)
{
  g_autoptr (GPtrArray) labels = g_ptr_array_new_with_free_func (g_free);

  for (; *names != NULL; names++)
    g_ptr_array_add (labels, setting_words_label (*names));
  return name_some (labels);
}
