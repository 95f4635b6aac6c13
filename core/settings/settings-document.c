/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "settings-document.h"

#include "migration.h"
#include "regular-file.h"
#include "settings-reader.h"
#include "xml-text.h"

struct _SettingsDocument
{
  xmlDoc *tree; /* (owned), of the current version */
};

static SettingsDocument *
wrap (xmlDoc *tree)
{
  SettingsDocument *document = g_new (SettingsDocument, 1);

  document->tree = tree;
  return document;
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
  g_free (document);
}

gboolean
settings_document_validate (const SettingsDocument *document,
                            GPtrArray *problems,
                            GPtrArray *warnings)
{
  guint before = problems->len;
  g_autoptr (Settings) settings = settings_reader_read (document->tree, problems, warnings);

  return problems->len == before;
}

Settings *
settings_document_snapshot (const SettingsDocument *document, const char *folder, GError **error)
{
  g_autoptr (GPtrArray) problems = settings_problems_new ();
  g_autoptr (Settings) settings = settings_reader_read (document->tree, problems, NULL);
  g_autofree char *text = NULL;
  char *users_file;

  if (problems->len > 0)
    {
      text = settings_problems_to_string (problems);
      g_set_error_literal (error, SETTINGS_ERROR, SETTINGS_ERROR_INVALID, text);
      return NULL;
    }
  if (folder != NULL)
    {
      users_file = g_canonicalize_filename (settings->general.users_file, folder);
      g_free (settings->general.users_file);
      settings->general.users_file = users_file;
    }
  return g_steal_pointer (&settings);
}
