/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/settings/xml-text.h"

#include <libxml/parser.h>
#include <string.h>

#include "core/settings/settings-error.h"

/* Neither NOENT nor HUGE, which switch libxml2's own guards off. */
#define PARSE_OPTIONS (XML_PARSE_NONET | XML_PARSE_BIG_LINES)

G_DEFINE_AUTOPTR_CLEANUP_FUNC (xmlParserCtxt, xmlFreeParserCtxt)

/* libxml2 compares each attribute of an element with each other one: too many would take hours. A
 * tag with so many quotation marks is none of a settings file. */
#define QUOTES_MAX 2000

/* What the parser came across; the parser's own word is not enough, for a tree is there even after
 * it was stopped. */
typedef struct
{
  gboolean doctype;
  guint line;
  char *message; /* (owned) of the first error; NULL for none */
} Findings;

static void
refuse_doctype (void *context,
                const xmlChar *name,
                const xmlChar *public_id,
                const xmlChar *system_id)
{
  xmlParserCtxt *parser = context;
  Findings *findings = parser->_private;

  findings->doctype = TRUE;
  findings->line = (guint) xmlSAX2GetLineNumber (parser);
  xmlStopParser (parser);
}

static void
note_error (void *context, xmlError *libxml_error)
{
  xmlParserCtxt *parser = context;
  Findings *findings = parser->_private;

  if (findings->message != NULL || libxml_error->level < XML_ERR_ERROR)
    return;
  findings->line = (guint) MAX (libxml_error->line, 0);
  findings->message = g_utf8_make_valid (libxml_error->message, -1);
  findings->message[strcspn (findings->message, "\n")] = '\0';
}

/* What libxml2 has no parser for when it happens: the conversion of an encoding fails. */
static void
note_conversion_error (void *context, xmlError *libxml_error)
{
  Findings *findings = context;

  if (findings->message == NULL)
    findings->message = g_strdup ("the encoding of the text is not the one that is declared");
}

static gboolean
report (Findings *findings, gboolean well_formed, GError **error)
{
  g_autofree char *message = g_steal_pointer (&findings->message);

  if (findings->doctype)
    g_set_error (error, SETTINGS_ERROR, SETTINGS_ERROR_MALFORMED,
                 "line %u: a DOCTYPE is not allowed here", findings->line);
  else if (message != NULL)
    g_set_error (error, SETTINGS_ERROR, SETTINGS_ERROR_MALFORMED, "line %u: %s", findings->line,
                 message);
  else if (!well_formed)
    g_set_error_literal (error, SETTINGS_ERROR, SETTINGS_ERROR_MALFORMED,
                         "this is not an XML document");
  else
    return TRUE;
  return FALSE;
}

/* A tag, and the text after it, go on to the next "<". Returns: where one is that has too many
 * attributes; %NULL where none has */
static const char *
find_crowded_tag (const char *text, const char *end)
{
  const char *tag = text;
  guint quotes = 0;

  for (const char *at = text; at < end; at++)
    if (*at == '<')
      {
        const char *comment_end = end - at > 4 && strncmp (at, "<!--", 4) == 0
                                      ? g_strstr_len (at + 4, end - at - 4, "-->")
                                      : NULL;
        tag = at;
        quotes = 0;
        at = comment_end != NULL ? comment_end : at;
      }
    else if ((*at == '"' || *at == '\'') && ++quotes > QUOTES_MAX)
      return tag;
  return NULL;
}

static gboolean
refuse_crowded_tag (const char *text, gsize length, GError **error)
{
  const char *tag = find_crowded_tag (text, text + length);
  guint line = 1;

  if (tag == NULL)
    return TRUE;
  for (const char *at = text; at < tag; at++)
    line += *at == '\n';
  g_set_error (error, SETTINGS_ERROR, SETTINGS_ERROR_MALFORMED,
               "line %u: an element has too many attributes", line);
  return FALSE;
}

static gpointer
start_parser (gpointer unused)
{
  xmlInitParser ();
  return NULL;
}

void
xml_text_start_parser (void)
{
  static GOnce once = G_ONCE_INIT;

  g_once (&once, start_parser, NULL);
}

xmlDoc *
xml_text_parse (const char *text, gsize length, GError **error)
{
  g_autoptr (xmlParserCtxt) parser = NULL;
  g_autoptr (xmlDoc) document = NULL;
  Findings findings = { .line = 1 };
  xmlStructuredErrorFunc former = xmlStructuredError;
  void *former_context = xmlStructuredErrorContext;

  if (length == 0 || memchr (text, '\0', length) != NULL)
    {
      g_set_error (error, SETTINGS_ERROR, SETTINGS_ERROR_MALFORMED,
                   "this is not an XML document: %s",
                   length == 0 ? "it is empty" : "it holds a NUL byte");
      return NULL;
    }
  if (!refuse_crowded_tag (text, length, error))
    return NULL;
  xml_text_start_parser ();
  parser = xmlNewParserCtxt ();
  parser->_private = &findings;
  parser->sax->internalSubset = refuse_doctype;
  parser->sax->serror = note_error;
  xmlSetStructuredErrorFunc (&findings, note_conversion_error);
  document = xmlCtxtReadMemory (parser, text, (int) length, NULL, NULL, PARSE_OPTIONS);
  xmlSetStructuredErrorFunc (former_context, former);
  if (!report (&findings, document != NULL && parser->wellFormed, error))
    return NULL;
  return g_steal_pointer (&document);
}

xmlDoc *
xml_text_copy (const xmlDoc *document)
{
  xmlDoc *copy = xmlCopyDoc ((xmlDoc *) document, 1);
  const xmlNode *from = document->children;
  xmlNode *to = copy->children;

  /* libxml2 leaves behind where it keeps lines above 65535. */
  while (from != NULL && to != NULL)
    {
      to->line = from->line;
      if (from->type == XML_TEXT_NODE)
        to->psvi = from->psvi;
      from = xml_text_next (from, NULL);
      to = (xmlNode *) xml_text_next (to, NULL);
    }
  return copy;
}

char *
xml_text_write (const xmlDoc *document, gsize *length)
{
  xmlChar *dumped = NULL;
  int dumped_length = 0;
  char *text;

  xmlDocDumpMemoryEnc ((xmlDoc *) document, &dumped, &dumped_length, "UTF-8");
  g_assert (dumped != NULL);
  text = g_strndup ((const char *) dumped, (gsize) dumped_length);
  xmlFree (dumped);
  *length = (gsize) dumped_length;
  return text;
}

/* In place, as xs:token does it. */
static void
collapse (char *text)
{
  char *end = text;

  for (const char *next = text; *next != '\0'; next++)
    {
      if (strchr (" \t\r\n", *next) == NULL)
        *end++ = *next;
      else if (end > text && end[-1] != ' ')
        *end++ = ' ';
    }
  if (end > text && end[-1] == ' ')
    end--;
  *end = '\0';
}

char *
xml_text_value (const xmlNode *node)
{
  const xmlNode *only = node->type == XML_ELEMENT_NODE ? node->children : NULL;
  xmlChar *content = NULL;
  char *value;

  /* As nearly every element is: a text, and nothing else. */
  if (only != NULL && only->next == NULL && only->type == XML_TEXT_NODE)
    value = g_strdup ((const char *) only->content);
  else
    {
      content = xmlNodeGetContent (node);
      value = g_strdup (content == NULL ? "" : (const char *) content);
      xmlFree (content);
    }
  collapse (value);
  return value;
}

guint
xml_text_line (const xmlNode *node)
{
  long line = xmlGetLineNo (node);

  return line > 0 ? (guint) line : 0;
}

const xmlNode *
xml_text_next (const xmlNode *node, const xmlNode *top)
{
  if (node->children != NULL && node->type == XML_ELEMENT_NODE)
    return node->children;
  while (node != top && node->next == NULL)
    node = node->parent == (const xmlNode *) node->doc ? top : node->parent;
  return node == top ? NULL : node->next;
}
