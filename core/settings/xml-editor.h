/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <libxml/tree.h>

/**
 * SECTION: xml-editor
 *
 * Changes a tree the way a careful person changes the file: comments stay, what is new is indented
 * like its surroundings, what goes takes its line along.
 */

/**
 * Gives @element the text, which needs no escaping. Comments inside it and white space around the
 * text stay.
 */
void xml_editor_set_text (xmlNode *element, const char *text);

/**
 * xml_editor_insert:
 * @after: (nullable): the child of @parent to put it behind, and behind the comment on the same
 * line; %NULL: put it first
 * @text: (nullable): the text inside
 *
 * Returns: (transfer none): the new element, in the namespace of @parent
 */
xmlNode *xml_editor_insert (xmlNode *parent, xmlNode *after, const char *name, const char *text);

/** Removes @element with the line that it stands on, a comment behind it on that line included. */
void xml_editor_remove (xmlNode *element);

/** Returns: whether @text has only characters that an XML document can hold */
gboolean xml_editor_can_hold (const char *text);
