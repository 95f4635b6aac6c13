/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/settings/migration.h"

#include "core/settings/settings-document.h"
#include "core/settings/settings-reader.h"
#include "core/settings/xml-editor.h"
#include "core/settings/xml-text.h"

/* Brings a document from one version to the next. What it can't make sense of stays for the
 * validation to name. */
typedef void (*MigrationStep) (xmlDoc *document);

static void
join_mask (xmlNode *element)
{
  xmlChar *mask = xmlGetNoNsProp (element, BAD_CAST "mask");
  g_autofree char *address = xml_text_value (element);
  g_autofree char *joined = NULL;
  char text[IP_NETWORK_TEXT_MAX];
  IpNetwork network;

  if (mask == NULL)
    return;
  joined = g_strconcat (address, "/", (const char *) mask, NULL);
  xml_editor_set_text (element, ip_network_parse (joined, &network)
                                    ? ip_network_to_string (&network, text)
                                    : joined);
  xmlUnsetProp (element, BAD_CAST "mask");
  xmlFree (mask);
}

/* Version 1 wrote <network mask="255.255.255.0">10.0.0.0</network>, version 2
 * <network>10.0.0.0/24</network>. */
static void
from_1_to_2 (xmlDoc *document)
{
  const xmlNode *root = xmlDocGetRootElement (document);

  for (const xmlNode *node = root; node != NULL; node = xml_text_next (node, root))
    if (settings_reader_is_element (node, "network"))
      join_mask ((xmlNode *) node);
}

/* The step at index N leads from version N + 1 to version N + 2. */
static const MigrationStep steps[] = { from_1_to_2 };

G_STATIC_ASSERT (G_N_ELEMENTS (steps) == SETTINGS_DOCUMENT_VERSION - 1);

static gboolean
read_version (const xmlNode *root, guint64 *version, GError **error)
{
  xmlChar *text = xmlGetNoNsProp (root, BAD_CAST "version");
  gboolean read
      = text != NULL
        && g_ascii_string_to_unsigned ((const char *) text, 10, 1, G_MAXUINT32, version, NULL);

  xmlFree (text);
  if (!read)
    g_set_error (error, SETTINGS_ERROR, SETTINGS_ERROR_MALFORMED,
                 "line %u: <" SETTINGS_READER_ROOT
                 "> needs the version of its format: version=\"%d\"",
                 xml_text_line (root), SETTINGS_DOCUMENT_VERSION);
  return read;
}

gboolean
migration_run (xmlDoc *document, GError **error)
{
  xmlNode *root = xmlDocGetRootElement (document);
  g_autofree char *current = g_strdup_printf ("%d", SETTINGS_DOCUMENT_VERSION);
  guint64 version;

  if (!read_version (root, &version, error))
    return FALSE;
  if (version > SETTINGS_DOCUMENT_VERSION)
    {
      g_set_error (error, SETTINGS_ERROR, SETTINGS_ERROR_NEWER,
                   "written by a newer Postern: it has format version %" G_GUINT64_FORMAT
                   ", this program knows versions up to %d",
                   version, SETTINGS_DOCUMENT_VERSION);
      return FALSE;
    }
  if (version == SETTINGS_DOCUMENT_VERSION)
    return TRUE;
  for (guint64 from = version; from < SETTINGS_DOCUMENT_VERSION; from++)
    steps[from - 1](document);
  xmlSetProp (root, BAD_CAST "version", BAD_CAST current);
  return TRUE;
}
