/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/pages/setting-words.h"

#include <glib/gi18n.h>
#include <gtk/gtk.h>

#include "gui/lists/postern-list-editor.h"
#include "gui/pages/sheet.h"

/* --- the pages, each built once --- */

/* Returns: (transfer none) (nullable): the page that shows the setting; @row: how */
static GtkBuilder *
page_of (const char *name, const SheetRow **row)
{
  static GHashTable *pages; /* (element-type utf8 GtkBuilder) */
  const SheetPage *page;
  GtkBuilder *builder;

  if (sheet_find_setting (name, &page, row) == NULL)
    return NULL;
  if (pages == NULL)
    pages = g_hash_table_new (g_str_hash, g_str_equal);
  builder = g_hash_table_lookup (pages, page->id);
  if (builder == NULL)
    {
      g_autofree char *path
          = g_strdup_printf ("/org/postern/ServerProperties/pages/%s.ui", page->id);

      g_type_ensure (POSTERN_TYPE_LIST_EDITOR); /* the pages name it */
      builder = gtk_builder_new_from_resource (path);
      g_object_ref_sink (gtk_builder_get_object (builder, "page"));
      g_hash_table_insert (pages, (gpointer) page->id, builder);
    }
  return builder;
}

static GObject *
object_of (GtkBuilder *page, const char *id, const char *suffix)
{
  g_autofree char *whole = g_strconcat (id, "-", suffix, NULL);

  return gtk_builder_get_object (page, whole);
}

/* --- labels --- */

/* Returns: (transfer none) (nullable) */
static const char *
text_inside (GtkWidget *widget)
{
  g_autoptr (GList) children = NULL;

  if (GTK_IS_LABEL (widget))
    return gtk_label_get_text (GTK_LABEL (widget));
  if (GTK_IS_CONTAINER (widget))
    children = gtk_container_get_children (GTK_CONTAINER (widget));
  for (GList *child = children; child != NULL; child = child->next)
    {
      const char *text = text_inside (child->data);

      if (text != NULL)
        return text;
    }
  return NULL;
}

/* Returns: (transfer full) (nullable): as it stands on the page */
static char *
raw_label (GtkBuilder *page, const char *id)
{
  GObject *widget = gtk_builder_get_object (page, id);
  GObject *heading = object_of (page, id, "label");
  char *title;

  if (POSTERN_IS_LIST_EDITOR (widget))
    {
      g_object_get (widget, "title", &title, NULL);
      return title;
    }
  if (heading != NULL)
    return g_strdup (gtk_label_get_text (GTK_LABEL (heading)));
  if (GTK_IS_TOGGLE_BUTTON (widget))
    return g_strdup (text_inside (GTK_WIDGET (widget)));

  g_autoptr (GList) labels
      = widget != NULL ? gtk_widget_list_mnemonic_labels (GTK_WIDGET (widget)) : NULL;
  return labels != NULL ? g_strdup (text_inside (labels->data)) : NULL;
}

/* Cuts " ({range}; 0: none)", in whatever brackets the language has, and the colon behind it. */
static char *
without_range_and_colon (char *label)
{
  static GRegex *cut;

  if (cut == NULL)
    cut = g_regex_new (
        "\\s*[(（][^()（）]*\\{range\\}[^()（）]*[)）]|[\\s\\x{a0}\\x{202f}]*[:：]\\s*$", 0, 0,
        NULL);
  return g_regex_replace_literal (cut, label, -1, 0, "", 0, NULL);
}

char *
setting_words_label (const char *name)
{
  const SheetRow *row;
  GtkBuilder *page = page_of (name, &row);
  g_autofree char *label = page != NULL ? raw_label (page, row->widget) : NULL;

  return label != NULL ? without_range_and_colon (label) : g_strdup (name);
}

char *
setting_words_place (const char *name)
{
  const SheetPage *page;
  const Sheet *sheet = sheet_find_setting (name, &page, NULL);
  g_auto (GStrv) parts = NULL;

  if (sheet == NULL)
    return NULL;
  parts = g_strsplit (_ (page->title), "_", -1);
  g_autofree char *title = g_strjoinv ("", parts);
  /* Translators: the sheet, and the tab in it */
  return g_strdup_printf (C_ ("place", "%s › %s"), _ (sheet->title), title);
}

/* --- values --- */

/* Returns: (transfer full) (nullable) */
static char *
item_words (GtkComboBox *box, const char *word)
{
  char *words = NULL;

  if (gtk_combo_box_set_active_id (box, word))
    words = gtk_combo_box_text_get_active_text (GTK_COMBO_BOX_TEXT (box));
  return words;
}

/* Returns: (transfer full): a text, or a word that radio buttons or a box show in words of its own */
static char *
text_words (const char *name, const char *text)
{
  const SheetRow *row;
  GtkBuilder *page = page_of (name, &row);
  GObject *box = page != NULL ? gtk_builder_get_object (page, row->widget) : NULL;
  GObject *radio = page != NULL ? object_of (page, row->widget, text) : NULL;
  g_autofree char *words = NULL;

  if (GTK_IS_COMBO_BOX_TEXT (box))
    words = item_words (GTK_COMBO_BOX (box), text);
  else if (box == NULL && GTK_IS_RADIO_BUTTON (radio))
    words = g_strdup (text_inside (GTK_WIDGET (radio)));
  if (words != NULL)
    return without_range_and_colon (words);
  return g_strdup (*text != '\0' ? text : C_ ("value of a setting", "nothing"));
}

char *
setting_words_value (const char *name, GVariant *value)
{
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN))
    return g_strdup (g_variant_get_boolean (value) ? C_ ("value of a setting", "on")
                                                   : C_ ("value of a setting", "off"));
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_UINT32))
    return g_strdup_printf ("%u", g_variant_get_uint32 (value));
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_STRING))
    return text_words (name, g_variant_get_string (value, NULL));

  g_autofree const char **rows = g_variant_get_strv (value, NULL);
  return rows[0] != NULL ? g_strjoinv (", ", (char **) rows)
                         : g_strdup (C_ ("value of a setting", "nothing"));
}
