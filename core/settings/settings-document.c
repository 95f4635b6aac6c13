/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/settings/settings-document.h"

#include "core/settings/file-names.h"
#include "core/settings/migration.h"
#include "core/settings/regular-file.h"
#include "core/settings/settings-change.h"
#include "core/settings/settings-reader.h"
#include "core/settings/xml-text.h"

/* There is no secret in it, and each server reads it as a user of its own. */
#define NEW_FILE_MODE 0644

struct _SettingsDocument
{
  xmlDoc *tree;     /* (owned), of the current version */
  Settings *values; /* (owned) (nullable): of the tree as it is, once it was found valid */
  gboolean shown;   /* somebody else has @values, too */
};

static SettingsDocument *
wrap (xmlDoc *tree)
{
  SettingsDocument *document = g_new0 (SettingsDocument, 1);

  document->tree = tree;
  return document;
}

static void
forget_values (SettingsDocument *document)
{
  g_clear_pointer (&document->values, settings_unref);
  document->shown = FALSE;
}

SettingsDocument *
settings_document_parse (const char *text, gsize length, GError **error)
{
  g_autoptr (xmlDoc) tree = NULL;
  const xmlNode *root;

  if (length > SETTINGS_DOCUMENT_MAX_BYTES)
    {
      g_set_error (error, SETTINGS_ERROR, SETTINGS_ERROR_UNREADABLE,
                   "the document is larger than %d bytes", SETTINGS_DOCUMENT_MAX_BYTES);
      return NULL;
    }
  tree = xml_text_parse (text, length, error);
  if (tree == NULL)
    return NULL;
  root = xmlDocGetRootElement (tree);
  if (!settings_reader_is_element (root, SETTINGS_READER_ROOT))
    {
      g_set_error (error, SETTINGS_ERROR, SETTINGS_ERROR_MALFORMED,
                   "line %u: this is no settings file: it should begin with <%s xmlns=\"%s\">",
                   xml_text_line (root), SETTINGS_READER_ROOT, SETTINGS_READER_NAMESPACE);
      return NULL;
    }
  if (!migration_run (tree, error))
    return NULL;
  return wrap (g_steal_pointer (&tree));
}

SettingsDocument *
settings_document_new (void)
{
  g_autofree char *version = g_strdup_printf ("%d", SETTINGS_DOCUMENT_VERSION);
  xmlDoc *tree;
  xmlNode *root;

  xml_text_start_parser ();
  tree = xmlNewDoc (BAD_CAST "1.0");
  root = xmlNewDocNode (tree, NULL, BAD_CAST SETTINGS_READER_ROOT, NULL);
  xmlDocSetRootElement (tree, root);
  xmlSetNs (root, xmlNewNs (root, BAD_CAST SETTINGS_READER_NAMESPACE, NULL));
  xmlSetProp (root, BAD_CAST "version", BAD_CAST version);
  return wrap (tree);
}

SettingsDocument *
settings_document_copy (const SettingsDocument *document)
{
  return wrap (xml_text_copy (document->tree));
}

SettingsDocument *
settings_document_read (const char *path, GError **error)
{
  g_autofree char *text = NULL;
  SettingsDocument *document;
  gsize length;

  text = regular_file_read (path, SETTINGS_DOCUMENT_MAX_BYTES, &length, error);
  if (text == NULL)
    return NULL;
  document = settings_document_parse (text, length, error);
  if (document == NULL)
    g_prefix_error (error, "%s: ", path);
  return document;
}

void
settings_document_free (SettingsDocument *document)
{
  if (document == NULL)
    return;
  xmlFreeDoc (document->tree);
  settings_unref (document->values);
  g_free (document);
}

gboolean
settings_document_validate (SettingsDocument *document, GPtrArray *problems, GPtrArray *warnings)
{
  guint before = problems->len;
  g_autoptr (Settings) values = settings_reader_read (document->tree, problems, warnings);

  forget_values (document);
  if (problems->len > before)
    return FALSE;
  document->values = g_steal_pointer (&values);
  return TRUE;
}

Settings *
settings_document_snapshot (SettingsDocument *document, const char *folder, GError **error)
{
  g_autoptr (GPtrArray) problems = settings_problems_new ();
  g_autoptr (Settings) settings = NULL;
  g_autofree char *text = NULL;

  /* Validated a moment ago, as a rule: reading a long document once is enough. */
  if (document->values != NULL && folder == NULL)
    {
      document->shown = TRUE;
      return settings_ref (document->values);
    }
  settings = settings_reader_read (document->tree, problems, NULL);
  if (problems->len > 0)
    {
      text = settings_problems_to_string (problems);
      g_set_error_literal (error, SETTINGS_ERROR, SETTINGS_ERROR_INVALID, text);
      return NULL;
    }
  if (folder != NULL)
    file_names_make_absolute (settings, folder);
  return g_steal_pointer (&settings);
}

gboolean
settings_document_change (SettingsDocument *document, GVariant *changes, GPtrArray *problems)
{
  forget_values (document);
  return settings_change_apply (document->tree, changes, problems);
}

guint64
settings_document_revision (const SettingsDocument *document)
{
  xmlChar *text = xmlGetNoNsProp (xmlDocGetRootElement (document->tree), BAD_CAST "revision");
  guint64 revision = 0;

  if (text != NULL
      && !g_ascii_string_to_unsigned ((const char *) text, 10, 0, G_MAXUINT64, &revision, NULL))
    revision = 0;
  xmlFree (text);
  return revision;
}

void
settings_document_set_revision (SettingsDocument *document, guint64 revision)
{
  g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT, revision);

  xmlSetProp (xmlDocGetRootElement (document->tree), BAD_CAST "revision", BAD_CAST text);
  if (document->shown)
    forget_values (document);
  if (document->values != NULL)
    document->values->revision = revision;
}

char *
settings_document_to_text (const SettingsDocument *document, gsize *length)
{
  return xml_text_write (document->tree, length);
}

gboolean
settings_document_save (const SettingsDocument *document, const char *path, GError **error)
{
  gsize length;
  g_autofree char *text = settings_document_to_text (document, &length);

  return settings_document_save_text (text, length, path, error);
}

gboolean
settings_document_save_text (const char *text, gsize length, const char *path, GError **error)
{
  if (length > SETTINGS_DOCUMENT_MAX_BYTES)
    {
      g_set_error (error, SETTINGS_ERROR, SETTINGS_ERROR_UNWRITABLE,
                   "%s: would be larger than %d bytes", path, SETTINGS_DOCUMENT_MAX_BYTES);
      return FALSE;
    }
  return regular_file_replace (path, text, length, NEW_FILE_MODE, error);
}
