/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <libxml/tree.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC (xmlDoc, xmlFreeDoc)

/**
 * SECTION: xml-text
 *
 * Text to tree and back, for documents that somebody else wrote. Nothing is fetched, no entity is
 * expanded.
 */

/**
 * Starts libxml2 up: to be called before its first use, by any thread. Its own xmlInitParser() may
 * not run in two threads at once.
 */
void xml_text_start_parser (void);

/**
 * xml_text_parse:
 * @text: (array length=length): the XML text
 *
 * Returns: (transfer full): the tree; %NULL with SETTINGS_ERROR_MALFORMED when it is not
 * well-formed, has a DOCTYPE or holds a NUL byte. The message names the line.
 */
xmlDoc *xml_text_parse (const char *text, gsize length, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Returns: (transfer full): an independent copy, whose nodes have the lines of the original ones
 */
xmlDoc *xml_text_copy (const xmlDoc *document);

/** Returns: (transfer full): the text of the tree, in its own encoding, UTF-8 where it names none
 */
char *xml_text_write (const xmlDoc *document, gsize *length);

/**
 * Returns: (transfer full): the text inside @node, without white space around it and with single
 * spaces (xs:token)
 */
char *xml_text_value (const xmlNode *node);

/** Returns: the line that @node starts at, or 0 for a node that was not read from a text */
guint xml_text_line (const xmlNode *node);

/** Returns: (nullable): the node after @node, depth first, without leaving @top */
const xmlNode *xml_text_next (const xmlNode *node, const xmlNode *top);
