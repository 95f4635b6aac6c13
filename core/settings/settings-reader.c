/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/settings/settings-reader.h"

#include <string.h>

#include "core/settings/rules.h"
#include "core/settings/schema-validator.h"
#include "core/settings/setting-value.h"
#include "core/settings/xml-text.h"

typedef struct
{
  Settings *settings;
  GPtrArray *problems;
  GHashTable *faulty;   /* the nodes that have a problem already */
  GHashTable *elements; /* (owned name) -> first element of that setting or group */
  GHashTable *rows;     /* name of a list -> the elements of its entries */
} Reader;

/* Where the rows of a list are while they are read. */
typedef struct
{
  const Setting *setting;
  ListRow *rows; /* (owned) */
  gsize length;
  GHashTable *seen;    /* row -> its element */
  GPtrArray *elements; /* of the rows */
} RowReader;

gboolean
settings_reader_is_element (const xmlNode *node, const char *name)
{
  return node->type == XML_ELEMENT_NODE && node->ns != NULL
         && g_str_equal (node->ns->href, SETTINGS_READER_NAMESPACE)
         && (name == NULL || g_str_equal (node->name, name));
}

static gboolean
is_text (const xmlNode *node)
{
  return node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE;
}

gboolean
settings_reader_has_value (const xmlNode *element)
{
  for (const xmlNode *each = element->children; each != NULL; each = each->next)
    if (is_text (each))
      return TRUE;
  return FALSE;
}

static void
refuse (Reader *reader, const xmlNode *node, const char *setting, const char *message)
{
  g_ptr_array_add (reader->problems,
                   settings_problem_new (xml_text_line (node), setting, "%s", message));
  g_hash_table_add (reader->faulty, (gpointer) node);
}

static const char *
title (const char *group)
{
  return *group == '\0' ? SETTINGS_READER_ROOT : group;
}

static void
refuse_element (Reader *reader, const xmlNode *element, const char *parent)
{
  g_autofree char *name = settings_problem_shorten ((const char *) element->name);
  g_autofree char *message = NULL;

  message = g_strdup_printf ("there is no setting <%s> in %s", name, title (parent));
  refuse (reader, element, parent, message);
}

/* @allowed: NULL-terminated */
static void
check_attributes (Reader *reader,
                  const xmlNode *element,
                  const char *setting,
                  const char *const *allowed)
{
  for (const xmlAttr *each = element->properties; each != NULL; each = each->next)
    {
      g_autofree char *name = NULL;
      g_autofree char *message = NULL;

      if (each->ns == NULL && g_strv_contains (allowed, (const char *) each->name))
        continue;
      name = settings_problem_shorten ((const char *) each->name);
      message = g_strdup_printf ("there is no attribute \"%s\" in %s", name, title (setting));
      refuse (reader, element, setting, message);
    }
}

/* Elements have elements inside, or text, never both. */
static void
check_no_text (Reader *reader, const xmlNode *node, const char *setting)
{
  g_autofree char *value = xml_text_value (node);
  g_autofree char *shortened = settings_problem_shorten (value);
  g_autofree char *message = NULL;

  if (*value == '\0')
    return;
  message = g_strdup_printf ("the text \"%s\" does not belong in %s", shortened, title (setting));
  refuse (reader, node->parent, setting, message);
}

static gboolean
check_no_elements (Reader *reader, const xmlNode *element, const char *setting)
{
  gboolean none = TRUE;

  for (const xmlNode *each = element->children; each != NULL; each = each->next)
    if (each->type == XML_ELEMENT_NODE)
      {
        refuse_element (reader, each, setting);
        none = FALSE;
      }
  return none;
}

static char *
describe_double (const char *value, const xmlNode *former)
{
  guint line = xml_text_line (former);

  if (line == 0)
    return g_strdup_printf ("%s is in the list twice", value);
  return g_strdup_printf ("%s is in the list already, in line %u", value, line);
}

static void
read_row (Reader *reader, RowReader *into, const xmlNode *element)
{
  const char *name = into->setting->name;
  g_autofree char *value = xml_text_value (element);
  ListRow *row = &into->rows[into->length];
  g_autofree char *message = NULL;
  const xmlNode *former;

  check_attributes (reader, element, name, (const char *const[]){ NULL });
  if (!check_no_elements (reader, element, name))
    {
      g_hash_table_add (reader->faulty, (gpointer) element);
      return;
    }
  message = setting_value_read_row (into->setting, value, row);
  if (message != NULL)
    {
      refuse (reader, element, name, message);
      return;
    }
  former = g_hash_table_lookup (into->seen, row);
  if (former == NULL)
    {
      g_hash_table_insert (into->seen, row, (gpointer) element);
      g_ptr_array_add (into->elements, (gpointer) element);
      into->length++;
      return;
    }
  list_row_clear (into->setting->kind, row);
  message = describe_double (value, former);
  refuse (reader, element, name, message);
}

static void
read_list (Reader *reader, const xmlNode *element, const Setting *setting)
{
  const char *row_name = schema_lookup (setting->name)->row_name;
  g_autoptr (GHashTable) seen = list_row_table_new (setting->kind);
  g_autofree ListRow *rows = g_new0 (ListRow, xmlChildElementCount ((xmlNode *) element) + 1);
  GPtrArray *elements = g_ptr_array_new ();
  RowReader into = { setting, rows, 0, seen, elements };

  for (const xmlNode *each = element->children; each != NULL; each = each->next)
    {
      if (settings_reader_is_element (each, row_name))
        read_row (reader, &into, each);
      else if (each->type == XML_ELEMENT_NODE)
        refuse_element (reader, each, setting->name);
      else if (is_text (each))
        check_no_text (reader, each, setting->name);
    }
  setting_value_set_rows (setting, rows, into.length, reader->settings);
  g_hash_table_insert (reader->rows, (gpointer) setting->name, elements);
}

static void
read_setting (Reader *reader, const xmlNode *element, const Setting *setting)
{
  g_autofree char *value = NULL;
  g_autofree char *message = NULL;

  check_attributes (reader, element, setting->name, (const char *const[]){ NULL });
  if (schema_is_list (setting->kind))
    {
      read_list (reader, element, setting);
      return;
    }
  if (!check_no_elements (reader, element, setting->name) || !settings_reader_has_value (element))
    return;
  value = xml_text_value (element);
  message = setting_value_read (setting, value, reader->settings);
  if (message != NULL)
    refuse (reader, element, setting->name, message);
}

static void read_group (Reader *reader, const xmlNode *element, const char *group);

static void
read_element (Reader *reader, const xmlNode *element, const char *group)
{
  g_autofree char *name = NULL;
  const Setting *setting;
  const xmlNode *former;
  g_autofree char *message = NULL;

  name = *group == '\0' ? g_strdup ((const char *) element->name)
                        : g_strconcat (group, ".", (const char *) element->name, NULL);
  if (!settings_reader_is_element (element, NULL) || schema_position (name) == 0)
    {
      refuse_element (reader, element, group);
      return;
    }
  former = g_hash_table_lookup (reader->elements, name);
  if (former != NULL)
    {
      message = g_strdup_printf ("stands in line %u already", xml_text_line (former));
      refuse (reader, element, name, message);
      return;
    }
  setting = setting_lookup (name);
  if (setting != NULL)
    read_setting (reader, element, setting);
  else
    {
      check_attributes (reader, element, name, (const char *const[]){ NULL });
      read_group (reader, element, name);
    }
  g_hash_table_insert (reader->elements, g_steal_pointer (&name), (gpointer) element);
}

static void
read_group (Reader *reader, const xmlNode *element, const char *group)
{
  for (const xmlNode *each = element->children; each != NULL; each = each->next)
    {
      if (each->type == XML_ELEMENT_NODE)
        read_element (reader, each, group);
      else if (is_text (each))
        check_no_text (reader, each, group);
    }
}

static void
read_root (Reader *reader, const xmlNode *root)
{
  const char *const allowed[] = { "version", "revision", NULL };
  g_autofree char *shortened = NULL;
  g_autofree char *message = NULL;
  xmlChar *revision;

  check_attributes (reader, root, "", allowed);
  read_group (reader, root, "");
  revision = xmlGetNoNsProp (root, BAD_CAST "revision");
  if (revision != NULL
      && !g_ascii_string_to_unsigned ((const char *) revision, 10, 0, G_MAXUINT64,
                                      &reader->settings->revision, NULL))
    {
      shortened = settings_problem_shorten ((const char *) revision);
      message = g_strdup_printf ("the revision \"%s\" is not a whole number", shortened);
      refuse (reader, root, "", message);
    }
  xmlFree (revision);
}

/* The setting or group that @element stands for; a row stands for its list. */
static char *
name_of (const xmlNode *element)
{
  g_autofree char *parent = NULL;
  g_autofree char *name = NULL;

  if (element == NULL || element->parent == NULL || element->parent->type != XML_ELEMENT_NODE)
    return g_strdup ("");
  parent = name_of (element->parent);
  name = *parent == '\0' ? g_strdup ((const char *) element->name)
                         : g_strconcat (parent, ".", (const char *) element->name, NULL);
  return schema_position (name) == 0 ? g_steal_pointer (&parent) : g_steal_pointer (&name);
}

/* What the XSD refuses beyond what was found here: the patterns and lengths of texts. */
static void
take_schema_report (const xmlNode *element, const char *libxml_message, gpointer user_data)
{
  Reader *reader = user_data;
  g_autofree char *name = NULL;
  g_autofree char *value = NULL;
  g_autofree char *message = NULL;
  const Setting *setting;

  if (g_hash_table_contains (reader->faulty, element))
    return;
  name = name_of (element);
  setting = setting_lookup (name);
  /* libxml2 refuses white space around a whole number, which XSD allows; the range was checked. */
  if (setting != NULL && setting->kind == SETTING_INTEGER)
    return;
  if (setting == NULL || schema_lookup (name)->expected == NULL)
    {
      refuse (reader, element, name, libxml_message);
      return;
    }
  value = xml_text_value (element);
  message = setting_value_refusal (setting, value);
  refuse (reader, element, name, message);
}

/* A document that names schemas of its own would have libxml2 load them. */
static gboolean
names_a_schema (const xmlNode *root)
{
  for (const xmlNode *node = root; node != NULL; node = xml_text_next (node, root))
    {
      if (node->type != XML_ELEMENT_NODE)
        continue;
      for (const xmlAttr *each = node->properties; each != NULL; each = each->next)
        if (each->ns != NULL)
          return TRUE;
    }
  return FALSE;
}

static const xmlNode *
element_of (const Reader *reader, const RulesFinding *finding)
{
  const GPtrArray *rows = g_hash_table_lookup (reader->rows, finding->setting);

  if (finding->row >= 0 && rows != NULL)
    return rows->pdata[finding->row];
  return g_hash_table_lookup (reader->elements, finding->setting);
}

/* What a setting that is wrong in itself means together with others is not worth a second message.
 */
static void
apply_rules (Reader *reader, GPtrArray *warnings)
{
  g_autoptr (GPtrArray) findings = rules_check (reader->settings);
  g_autoptr (GHashTable) wrong = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < reader->problems->len; i++)
    g_hash_table_add (wrong, ((SettingsProblem *) reader->problems->pdata[i])->setting);
  for (guint i = 0; i < findings->len; i++)
    {
      const RulesFinding *finding = findings->pdata[i];
      const xmlNode *element = element_of (reader, finding);
      GPtrArray *target = finding->is_warning ? warnings : reader->problems;

      if (target != NULL && !g_hash_table_contains (wrong, finding->setting))
        g_ptr_array_add (target,
                         settings_problem_new (element == NULL ? 0 : xml_text_line (element),
                                               finding->setting, "%s", finding->message));
    }
}

static int
compare_lines (gconstpointer a, gconstpointer b)
{
  const SettingsProblem *first = *(const SettingsProblem *const *) a;
  const SettingsProblem *second = *(const SettingsProblem *const *) b;

  /* Values that came over the bus have no line yet; they come last. */
  return (first->line - 1 > second->line - 1) - (first->line - 1 < second->line - 1);
}

Settings *
settings_reader_read (const xmlDoc *document, GPtrArray *problems, GPtrArray *warnings)
{
  const xmlNode *root = xmlDocGetRootElement (document);
  g_autoptr (GHashTable) faulty = g_hash_table_new (NULL, NULL);
  g_autoptr (GHashTable) elements = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) rows = NULL;
  Reader reader = { settings_new_default (), problems, faulty, elements, NULL };

  rows = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) g_ptr_array_unref);
  reader.rows = rows;
  read_root (&reader, root);
  if (!names_a_schema (root))
    schema_validator_check (document, take_schema_report, &reader);
  apply_rules (&reader, warnings);
  g_ptr_array_sort (problems, compare_lines);
  if (warnings != NULL)
    g_ptr_array_sort (warnings, compare_lines);
  return reader.settings;
}
