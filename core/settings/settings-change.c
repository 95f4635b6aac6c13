/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/settings/settings-change.h"

#include <string.h>

#include "core/settings/setting-value.h"
#include "core/settings/settings-error.h"
#include "core/settings/settings-reader.h"
#include "core/settings/settings-variant.h"
#include "core/settings/xml-editor.h"
#include "core/settings/xml-text.h"

static const char *
name_of_type (SettingKind kind)
{
  switch (kind)
    {
    case SETTING_BOOLEAN:
      return "true or false (b)";
    case SETTING_INTEGER:
      return "a whole number (u)";
    case SETTING_TEXT:
    case SETTING_WORD:
      return "a text (s)";
    default:
      return "a list of texts (as)";
    }
}

/* An empty element stands for the default; so a value that is empty, and not the default, has to be
 * refused here. */
static char *
refuse_empty (const Setting *setting, const char *text)
{
  const SchemaEntry *schema = schema_lookup (setting->name);
  g_autoptr (Settings) scratch = NULL;

  if (text[strspn (text, " \t\r\n")] != '\0' || *schema->default_text == '\0')
    return NULL;
  if (setting->kind == SETTING_TEXT)
    return setting_value_refusal (setting, "");
  scratch = settings_new_default ();
  return setting_value_read (setting, "", scratch);
}

static char *
check_texts (const Setting *setting, GVariant *value)
{
  gboolean is_list = schema_is_list (setting->kind);
  g_autofree const char **rows = is_list ? g_variant_get_strv (value, NULL) : NULL;
  g_autofree char *text = is_list ? NULL : setting_value_text (value);
  const char *single[] = { text, NULL };

  for (const char **each = is_list ? rows : single; *each != NULL; each++)
    if (!xml_editor_can_hold (*each))
      return g_strdup ("holds a character that can't stand in the file");
  return text == NULL ? NULL : refuse_empty (setting, text);
}

static void
check (const char *name, GVariant *value, GPtrArray *problems)
{
  const Setting *setting = setting_lookup (name);
  g_autofree char *message = NULL;

  if (setting == NULL)
    message = g_strdup ("there is no such setting");
  else if (!g_variant_is_of_type (value, settings_variant_type (setting->kind)))
    message = g_strdup_printf ("needs %s, not a value of type %s", name_of_type (setting->kind),
                               g_variant_get_type_string (value));
  else
    message = check_texts (setting, value);
  if (message != NULL)
    g_ptr_array_add (problems, settings_problem_new (0, name, "%s", message));
}

static xmlNode *
find_child (const xmlNode *parent, const char *name)
{
  for (xmlNode *each = parent->children; each != NULL; each = each->next)
    if (settings_reader_is_element (each, name))
      return each;
  return NULL;
}

/* The child of @parent that comes last of those that the schema has before @name. */
static xmlNode *
find_predecessor (const xmlNode *parent, const char *group, const char *name)
{
  xmlNode *found = NULL;

  for (xmlNode *each = parent->children; each != NULL; each = each->next)
    {
      g_autofree char *path = NULL;

      if (!settings_reader_is_element (each, NULL))
        continue;
      path = g_strconcat (group, *group == '\0' ? "" : ".", (const char *) each->name, NULL);
      if (schema_position (path) < schema_position (name))
        found = each;
    }
  return found;
}

/* The element of setting @name; where it or a parent is missing, it is made if @make, otherwise
 * NULL is returned. */
static xmlNode *
find_element (xmlDoc *tree, const char *name, gboolean make)
{
  xmlNode *element = xmlDocGetRootElement (tree);
  g_auto (GStrv) parts = g_strsplit (name, ".", -1);
  g_autoptr (GString) path = g_string_new (NULL);

  for (guint i = 0; parts[i] != NULL && element != NULL; i++)
    {
      g_autofree char *group = g_strdup (path->str);
      xmlNode *next = find_child (element, parts[i]);

      g_string_append_printf (path, "%s%s", i == 0 ? "" : ".", parts[i]);
      if (next == NULL && make)
        next = xml_editor_insert (element, find_predecessor (element, group, path->str), parts[i],
                                  NULL);
      element = next;
    }
  return element;
}

/* Whether the two texts are the same value: 1 is true, 015 is 15. */
static gboolean
same_value (const Setting *setting, const char *a, const char *b)
{
  g_autoptr (Settings) first = settings_new_default ();
  g_autoptr (Settings) second = settings_new_default ();
  g_autofree char *fault = setting_value_read (setting, a, first);
  g_autofree char *other_fault = setting_value_read (setting, b, second);

  return fault == NULL && other_fault == NULL && setting_equal (setting, first, second);
}

static void
change_scalar (xmlDoc *tree, const Setting *setting, GVariant *value)
{
  g_autofree char *text = setting_value_text (value);
  xmlNode *element = find_element (tree, setting->name, FALSE);
  g_autofree char *former = NULL;

  if (element != NULL && settings_reader_has_value (element))
    former = xml_text_value (element);
  else
    former = g_strdup (schema_lookup (setting->name)->default_text);
  if (same_value (setting, former, text))
    return;
  if (element == NULL)
    element = find_element (tree, setting->name, TRUE);
  xml_editor_set_text (element, text);
}

/* The rows that a list is to have. */
typedef struct
{
  SettingKind kind;
  gsize length;
  const char **texts; /* (owned) */
  ListRow *rows;      /* (owned) */
  gboolean *read;     /* (owned) whether the text was an entry at all */
  gboolean *present;  /* (owned) whether the document has the entry */
  GHashTable *index;  /* (owned) row -> its first place */
} Wanted;

static void
wanted_init (Wanted *wanted, SettingKind kind, GVariant *value)
{
  wanted->kind = kind;
  wanted->texts = g_variant_get_strv (value, &wanted->length);
  wanted->rows = g_new0 (ListRow, wanted->length);
  wanted->read = g_new0 (gboolean, wanted->length);
  wanted->present = g_new0 (gboolean, wanted->length);
  wanted->index = list_row_table_new (kind);
  for (gsize i = 0; i < wanted->length; i++)
    {
      wanted->read[i] = list_row_parse (kind, wanted->texts[i], &wanted->rows[i]);
      if (wanted->read[i] && !g_hash_table_contains (wanted->index, &wanted->rows[i]))
        g_hash_table_insert (wanted->index, &wanted->rows[i], GSIZE_TO_POINTER (i));
    }
}

static void
wanted_clear (Wanted *wanted)
{
  g_hash_table_destroy (wanted->index);
  for (gsize i = 0; i < wanted->length; i++)
    list_row_clear (wanted->kind, &wanted->rows[i]);
  g_free (wanted->present);
  g_free (wanted->read);
  g_free (wanted->rows);
  g_free (wanted->texts);
}

/* Whether the row in the document stays: it is wanted, and the first of its kind. */
static gboolean
wanted_take (Wanted *wanted, const xmlNode *element)
{
  g_autofree char *text = xml_text_value (element);
  gpointer place;
  ListRow row;
  gboolean known;

  if (!list_row_parse (wanted->kind, text, &row))
    return FALSE;
  known = g_hash_table_lookup_extended (wanted->index, &row, NULL, &place);
  list_row_clear (wanted->kind, &row);
  if (!known || wanted->present[GPOINTER_TO_SIZE (place)])
    return FALSE;
  wanted->present[GPOINTER_TO_SIZE (place)] = TRUE;
  return TRUE;
}

static void
append_missing (xmlNode *list, Wanted *wanted, const char *row_name)
{
  xmlNode *last = xmlLastElementChild (list);

  for (gsize i = 0; i < wanted->length; i++)
    {
      g_autofree char *text = NULL;

      if (wanted->present[i])
        continue;
      text = wanted->read[i] ? list_row_to_text (wanted->kind, &wanted->rows[i])
                             : g_strdup (wanted->texts[i]);
      last = xml_editor_insert (list, last, row_name, text);
    }
}

static void
change_list (xmlDoc *tree, const Setting *setting, GVariant *value)
{
  const char *row_name = schema_lookup (setting->name)->row_name;
  Wanted wanted;
  xmlNode *list;
  xmlNode *next;

  list = find_element (tree, setting->name, g_variant_n_children (value) > 0);
  if (list == NULL)
    return;
  wanted_init (&wanted, setting->kind, value);
  for (xmlNode *each = xmlFirstElementChild (list); each != NULL; each = next)
    {
      next = xmlNextElementSibling (each);
      if (!wanted_take (&wanted, each))
        xml_editor_remove (each);
    }
  append_missing (list, &wanted, row_name);
  wanted_clear (&wanted);
}

gboolean
settings_change_apply (xmlDoc *tree, GVariant *changes, GPtrArray *problems)
{
  guint before = problems->len;
  GVariantIter iterator;
  const char *name;
  GVariant *value;

  g_variant_iter_init (&iterator, changes);
  while (g_variant_iter_loop (&iterator, "{&sv}", &name, &value))
    check (name, value, problems);
  if (problems->len > before)
    return FALSE;

  g_variant_iter_init (&iterator, changes);
  while (g_variant_iter_loop (&iterator, "{&sv}", &name, &value))
    {
      const Setting *setting = setting_lookup (name);

      if (schema_is_list (setting->kind))
        change_list (tree, setting, value);
      else
        change_scalar (tree, setting, value);
    }
  return TRUE;
}
