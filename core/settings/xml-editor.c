/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/settings/xml-editor.h"

#include <libxml/chvalid.h>
#include <string.h>

#define WHITE " \t\r\n"
#define DEFAULT_STEP "  "

static gboolean
is_text (const xmlNode *node)
{
  return node != NULL && (node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE);
}

static gboolean
is_blank (const xmlNode *node)
{
  const char *content = (const char *) node->content;

  return is_text (node) && (content == NULL || content[strspn (content, WHITE)] == '\0');
}

static gboolean
has_newline (const xmlNode *node)
{
  return node->content != NULL && strchr ((const char *) node->content, '\n') != NULL;
}

static void
drop (xmlNode *node)
{
  xmlUnlinkNode (node);
  xmlFreeNode (node);
}

/* The element child, of whatever name, that comes first. */
static xmlNode *
first_element (const xmlNode *parent)
{
  return xmlFirstElementChild ((xmlNode *) parent);
}

/* A new line and the indentation of @node, or NULL where it does not begin its line. */
static char *
line_start (const xmlNode *node)
{
  const char *newline;

  if (node->parent == NULL || node->parent->type != XML_ELEMENT_NODE)
    return g_strdup ("\n");
  if (!is_text (node->prev) || !has_newline (node->prev))
    return NULL;
  newline = strrchr ((const char *) node->prev->content, '\n');
  return newline[strspn (newline, WHITE)] == '\0' ? g_strdup (newline) : NULL;
}

/* What the first child of @parent begins with: its own indentation and one step more. */
static char *
child_line_start (const xmlNode *parent)
{
  g_autofree char *own = line_start (parent);
  g_autofree char *outer = NULL;
  const char *step = DEFAULT_STEP;

  if (own == NULL)
    return NULL;
  if (parent->parent != NULL && parent->parent->type == XML_ELEMENT_NODE)
    outer = line_start (parent->parent);
  if (outer != NULL && g_str_has_prefix (own, outer) && strlen (own) > strlen (outer))
    step = own + strlen (outer);
  return g_strconcat (own, step, NULL);
}

/* The last node on the line that @last ends (NULL: the start tag of @parent), comments behind it
 * included. */
static xmlNode *
line_end (const xmlNode *parent, xmlNode *last)
{
  xmlNode *next = last == NULL ? parent->children : last->next;

  for (; next != NULL; next = next->next)
    {
      if (next->type == XML_COMMENT_NODE)
        last = next;
      else if (!is_blank (next) || has_newline (next))
        break;
    }
  return last;
}

static void
add_text (xmlNode *parent, const char *text)
{
  if (text != NULL && *text != '\0')
    xmlAddChild (parent, xmlNewDocText (parent->doc, BAD_CAST text));
}

static void
fill_empty_parent (xmlNode *parent, xmlNode *element)
{
  g_autofree char *before = child_line_start (parent);
  g_autofree char *behind = line_start (parent);

  if (parent->last != NULL && is_blank (parent->last))
    drop (parent->last);
  add_text (parent, before);
  xmlAddChild (parent, element);
  if (before != NULL)
    add_text (parent, behind);
}

xmlNode *
xml_editor_insert (xmlNode *parent, xmlNode *after, const char *name, const char *text)
{
  xmlNode *element = xmlNewDocNode (parent->doc, parent->ns, BAD_CAST name, NULL);
  xmlNode *sibling = first_element (parent);
  g_autofree char *before = NULL;

  add_text (element, text);
  if (sibling == NULL)
    {
      fill_empty_parent (parent, element);
      return element;
    }
  before = line_start (sibling);
  after = line_end (parent, after);
  if (after != NULL)
    xmlAddNextSibling (after, element);
  else
    xmlAddPrevSibling (parent->children, element);
  if (before != NULL)
    xmlAddPrevSibling (element, xmlNewDocText (parent->doc, BAD_CAST before));
  return element;
}

/* Takes the white space from the last new line on off the text before @node. */
static void
cut_line_start (xmlNode *node)
{
  xmlNode *text = node->prev;
  g_autofree char *content = NULL;
  char *newline;

  if (text == NULL || !is_blank (text))
    return;
  content = g_strdup ((const char *) text->content);
  newline = strrchr (content, '\n');
  if (newline == NULL || newline == content)
    {
      drop (text);
      return;
    }
  *newline = '\0';
  xmlNodeSetContent (text, BAD_CAST content);
}

/* <list> </list> becomes <list/>. */
static void
close_up (xmlNode *parent)
{
  for (const xmlNode *each = parent->children; each != NULL; each = each->next)
    if (!is_blank (each))
      return;
  while (parent->children != NULL)
    drop (parent->children);
}

void
xml_editor_remove (xmlNode *element)
{
  xmlNode *parent = element->parent;
  xmlNode *last = line_end (parent, element);
  xmlNode *former;

  if (last->next == NULL || (is_text (last->next) && has_newline (last->next)))
    {
      cut_line_start (element);
      for (; last != element; last = former)
        {
          former = last->prev;
          drop (last);
        }
    }
  else if (is_blank (element->next))
    drop (element->next);
  drop (element);
  close_up (parent);
}

static xmlNode *
only_text (const xmlNode *element)
{
  xmlNode *found = NULL;

  for (xmlNode *each = element->children; each != NULL; each = each->next)
    {
      if (!is_text (each))
        continue;
      if (found != NULL || each->type != XML_TEXT_NODE)
        return NULL;
      found = each;
    }
  return found;
}

void
xml_editor_set_text (xmlNode *element, const char *text)
{
  xmlNode *node = only_text (element);
  g_autofree char *head = NULL;
  g_autofree char *framed = NULL;
  const char *tail;
  xmlNode *next;

  if (node != NULL && *text != '\0' && !is_blank (node))
    {
      const char *content = (const char *) node->content;

      head = g_strndup (content, strspn (content, WHITE));
      for (tail = content + strlen (content); strchr (WHITE, tail[-1]) != NULL; tail--)
        ;
      framed = g_strconcat (head, text, tail, NULL);
      xmlNodeSetContent (node, BAD_CAST framed);
      return;
    }
  for (xmlNode *each = element->children; each != NULL; each = next)
    {
      next = each->next;
      if (is_text (each))
        drop (each);
    }
  add_text (element, text);
}

gboolean
xml_editor_can_hold (const char *text)
{
  for (; *text != '\0'; text = g_utf8_next_char (text))
    {
      gunichar character = g_utf8_get_char (text);

      if (!xmlIsCharQ (character))
        return FALSE;
    }
  return TRUE;
}
