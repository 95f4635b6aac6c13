/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/settings/schema.h"

#include <libxml/parser.h>
#include <string.h>

#include "core/settings/xml-text.h"
#include "settings-schema-resource.h"

#define XSD_NAMESPACE "http://www.w3.org/2001/XMLSchema"
#define ROOT_ELEMENT "server-properties"

static const struct
{
  const char *row_type; /* as in types.xsd */
  SettingKind kind;
} list_kinds[] = {
  { "network", SETTING_NETWORKS },
  { "endpoint", SETTING_ENDPOINTS },
  { "domain-pattern", SETTING_DOMAINS },
  { "alias", SETTING_ALIASES },
  { "certificate", SETTING_CERTIFICATES },
  { "filter", SETTING_FILTERS },
  { "route", SETTING_ROUTES },
  { "tls-rule", SETTING_TLS_RULES },
  { "host-credential", SETTING_HOST_CREDENTIALS },
  { "window", SETTING_WINDOWS },
  { "binding", SETTING_BINDINGS },
};

/* All that is read from the XSD; lives as long as the process, as do the nodes that the texts
 * belong to. */
typedef struct
{
  xmlDoc *document;
  GArray *entries;       /* SchemaEntry */
  GHashTable *by_name;   /* name -> SchemaEntry */
  GHashTable *positions; /* name of a setting or group -> place, from 1 */
} Schema;

static xmlNode *
read_embedded (const char *file)
{
  g_autofree char *path = g_strconcat ("/org/postern/schemas/", file, NULL);
  g_autoptr (GBytes) bytes = NULL;
  gsize length;
  const char *text;
  xmlDoc *document;

  bytes = g_resource_lookup_data (settings_schema_get_resource (), path, 0, NULL);
  if (bytes == NULL)
    g_error ("%s is not in this program", file);
  text = g_bytes_get_data (bytes, &length);
  document = xmlReadMemory (text, (int) length, file, NULL, XML_PARSE_NONET);
  if (document == NULL)
    g_error ("%s can't be read", file);
  return xmlDocGetRootElement (document);
}

static gboolean
is_xsd (const xmlNode *node, const char *name)
{
  return node->type == XML_ELEMENT_NODE && node->ns != NULL
         && g_str_equal (node->ns->href, XSD_NAMESPACE) && g_str_equal (node->name, name);
}

/* The first child of that name, or NULL. */
static xmlNode *
child (const xmlNode *node, const char *name)
{
  for (xmlNode *each = node->children; each != NULL; each = each->next)
    if (is_xsd (each, name))
      return each;
  return NULL;
}

static const char *
attribute (const xmlNode *node, const char *name)
{
  const xmlAttr *found = xmlHasNsProp (node, BAD_CAST name, NULL);

  return found == NULL || found->children == NULL ? NULL : (const char *) found->children->content;
}

/* The child of @node with that @name attribute: a named type, or a named element. */
static xmlNode *
named_child (const xmlNode *node, const char *tag, const char *name)
{
  for (xmlNode *each = node->children; each != NULL; each = each->next)
    if (is_xsd (each, tag) && g_strcmp0 (attribute (each, "name"), name) == 0)
      return each;
  g_error ("the schema has no %s %s", tag, name);
}

/* One sentence on one line, whatever the indentation in the schema is. */
static const char *
documentation (const xmlNode *node)
{
  const xmlNode *annotation = child (node, "annotation");
  const xmlNode *text = annotation == NULL ? NULL : child (annotation, "documentation");
  g_auto (GStrv) words = NULL;
  g_autoptr (GPtrArray) kept = g_ptr_array_new ();

  if (text == NULL || text->children == NULL)
    return NULL;
  words = g_strsplit_set ((const char *) text->children->content, " \t\n", -1);
  for (char **word = words; *word != NULL; word++)
    if (**word != '\0')
      g_ptr_array_add (kept, *word);
  g_ptr_array_add (kept, NULL);
  return g_strjoinv (" ", (char **) kept->pdata);
}

static guint
bound (const xmlNode *restriction, const char *facet)
{
  guint64 value;
  const xmlNode *node = child (restriction, facet);

  if (node == NULL
      || !g_ascii_string_to_unsigned (attribute (node, "value"), 10, 0, G_MAXUINT32, &value, NULL))
    g_error ("the schema has a whole number without %s", facet);
  return (guint) value;
}

static const char *const *
enumeration (const xmlNode *restriction)
{
  GPtrArray *words = g_ptr_array_new ();

  for (const xmlNode *each = restriction->children; each != NULL; each = each->next)
    if (is_xsd (each, "enumeration"))
      g_ptr_array_add (words, (gpointer) attribute (each, "value"));
  g_ptr_array_add (words, NULL);
  return (const char *const *) g_ptr_array_free (words, FALSE);
}

static void
read_simple_type (SchemaEntry *entry, const xmlNode *type)
{
  const xmlNode *restriction = child (type, "restriction");

  if (g_strcmp0 (attribute (restriction, "base"), "xs:unsignedInt") == 0)
    {
      entry->kind = SETTING_INTEGER;
      entry->minimum = bound (restriction, "minInclusive");
      entry->maximum = bound (restriction, "maxInclusive");
      return;
    }
  if (child (restriction, "enumeration") != NULL)
    {
      entry->kind = SETTING_WORD;
      entry->words = enumeration (restriction);
      return;
    }
  entry->kind = SETTING_TEXT;
  entry->expected = documentation (type);
}

static SettingKind
list_kind (const char *row_type)
{
  for (guint i = 0; i < G_N_ELEMENTS (list_kinds); i++)
    if (g_str_equal (list_kinds[i].row_type, row_type))
      return list_kinds[i].kind;
  g_error ("the schema has a list of %s, which no setting can hold", row_type);
}

static void
read_list_type (SchemaEntry *entry, const xmlNode *root, const xmlNode *sequence)
{
  const xmlNode *row = child (sequence, "element");
  const char *type = attribute (row, "type");

  entry->row_name = attribute (row, "name");
  entry->expected = documentation (named_child (root, "simpleType", type));
  entry->kind = list_kind (type);
}

static gboolean
is_simple_type (const xmlNode *root, const char *name)
{
  for (const xmlNode *each = root->children; each != NULL; each = each->next)
    if (is_xsd (each, "simpleType") && g_strcmp0 (attribute (each, "name"), name) == 0)
      return TRUE;
  return FALSE;
}

static void
add_entry (Schema *schema, SchemaEntry *entry, const xmlNode *element)
{
  entry->documentation = documentation (element);
  entry->default_text = attribute (element, "default");
  if (entry->default_text == NULL)
    entry->default_text = "";
  g_array_append_val (schema->entries, *entry);
}

static void read_group (Schema *schema, const xmlNode *type, const char *group);

static void
read_element (Schema *schema, const xmlNode *element, const char *group)
{
  const xmlNode *root = xmlDocGetRootElement (schema->document);
  const char *type_name = attribute (element, "type");
  const char *own_name = attribute (element, "name");
  const xmlNode *type;
  SchemaEntry entry
      = { .name = *group == '\0' ? g_strdup (own_name) : g_strconcat (group, ".", own_name, NULL) };
  guint position = g_hash_table_size (schema->positions) + 1;

  g_hash_table_insert (schema->positions, (gpointer) entry.name, GUINT_TO_POINTER (position));
  if (type_name != NULL && g_str_equal (type_name, "xs:boolean"))
    entry.kind = SETTING_BOOLEAN;
  else if (type_name == NULL || is_simple_type (root, type_name))
    read_simple_type (&entry, type_name == NULL ? child (element, "simpleType")
                                                : named_child (root, "simpleType", type_name));
  else
    {
      type = named_child (root, "complexType", type_name);
      if (child (type, "all") != NULL)
        {
          read_group (schema, type, entry.name);
          return;
        }
      read_list_type (&entry, root, child (type, "sequence"));
    }
  add_entry (schema, &entry, element);
}

static void
read_group (Schema *schema, const xmlNode *type, const char *group)
{
  for (const xmlNode *each = child (type, "all")->children; each != NULL; each = each->next)
    if (is_xsd (each, "element"))
      read_element (schema, each, group);
}

/* types.xsd takes the place of its xs:include, so that no validator ever looks for a file. */
static xmlDoc *
join_documents (void)
{
  xmlNode *root = read_embedded ("server-properties.xsd");
  xmlNode *types = read_embedded ("types.xsd");
  xmlNode *include = child (root, "include");

  for (xmlNode *each = types->children; each != NULL; each = each->next)
    if (each->type == XML_ELEMENT_NODE)
      xmlAddPrevSibling (include, xmlDocCopyNode (each, root->doc, 1));
  xmlUnlinkNode (include);
  xmlFreeNode (include);
  xmlFreeDoc (types->doc);
  return root->doc;
}

static gpointer
read_schema (gpointer unused)
{
  Schema *schema = g_new0 (Schema, 1);
  const xmlNode *root_element;

  xml_text_start_parser ();
  schema->document = join_documents ();
  schema->entries = g_array_new (FALSE, FALSE, sizeof (SchemaEntry));
  schema->by_name = g_hash_table_new (g_str_hash, g_str_equal);
  schema->positions = g_hash_table_new (g_str_hash, g_str_equal);

  root_element = named_child (xmlDocGetRootElement (schema->document), "element", ROOT_ELEMENT);
  read_group (schema, child (root_element, "complexType"), "");
  for (guint i = 0; i < schema->entries->len; i++)
    {
      SchemaEntry *entry = &g_array_index (schema->entries, SchemaEntry, i);

      g_hash_table_insert (schema->by_name, (gpointer) entry->name, entry);
    }
  return schema;
}

static const Schema *
the_schema (void)
{
  static GOnce once = G_ONCE_INIT;

  return g_once (&once, read_schema, NULL);
}

const SchemaEntry *
schema_lookup (const char *name)
{
  return g_hash_table_lookup (the_schema ()->by_name, name);
}

const SchemaEntry *
schema_entries (gsize *length)
{
  const Schema *schema = the_schema ();

  *length = schema->entries->len;
  return (const SchemaEntry *) (gpointer) schema->entries->data;
}

guint
schema_position (const char *name)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (the_schema ()->positions, name));
}

xmlDoc *
schema_document (void)
{
  return xmlCopyDoc (the_schema ()->document, 1);
}

gboolean
schema_is_list (SettingKind kind)
{
  return kind > SETTING_WORD;
}

static const char *
kind_name (SettingKind kind)
{
  static const char *const names[] = {
    [SETTING_BOOLEAN] = "boolean",
    [SETTING_INTEGER] = "integer",
    [SETTING_TEXT] = "text",
    [SETTING_WORD] = "word",
  };

  return schema_is_list (kind) ? "list" : names[kind];
}

static GVariant *
default_variant (const SchemaEntry *entry)
{
  switch (entry->kind)
    {
    case SETTING_BOOLEAN:
      return g_variant_new_boolean (g_str_equal (entry->default_text, "true"));
    case SETTING_INTEGER:
      return g_variant_new_uint32 ((guint32) g_ascii_strtoull (entry->default_text, NULL, 10));
    case SETTING_TEXT:
    case SETTING_WORD:
      return g_variant_new_string (entry->default_text);
    default:
      return g_variant_new_strv (NULL, 0);
    }
}

static GVariant *
entry_to_variant (const SchemaEntry *entry)
{
  g_auto (GVariantDict) dictionary = G_VARIANT_DICT_INIT (NULL);

  g_variant_dict_insert (&dictionary, "type", "s", kind_name (entry->kind));
  g_variant_dict_insert_value (&dictionary, "default", default_variant (entry));
  g_variant_dict_insert (&dictionary, "documentation", "s", entry->documentation);
  if (entry->kind == SETTING_INTEGER)
    {
      g_variant_dict_insert (&dictionary, "minimum", "u", entry->minimum);
      g_variant_dict_insert (&dictionary, "maximum", "u", entry->maximum);
    }
  if (entry->words != NULL)
    g_variant_dict_insert_value (&dictionary, "words", g_variant_new_strv (entry->words, -1));
  if (entry->expected != NULL)
    g_variant_dict_insert (&dictionary, "expected", "s", entry->expected);
  return g_variant_dict_end (&dictionary);
}

GVariant *
schema_to_variant (void)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a{sa{sv}}"));
  gsize length;
  const SchemaEntry *entries = schema_entries (&length);

  for (gsize i = 0; i < length; i++)
    g_variant_builder_add (&builder, "{s@a{sv}}", entries[i].name, entry_to_variant (&entries[i]));
  return g_variant_builder_end (&builder);
}
