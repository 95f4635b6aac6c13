/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/settings/schema-validator.h"

#include <libxml/xmlschemas.h>

#include "core/settings/schema.h"

typedef struct
{
  SchemaValidatorReport report;
  gpointer user_data;
} Receiver;

/* Compiled once; libxml2 only reads it while validating, so all threads share it. */
static gpointer
compile (gpointer unused)
{
  xmlDoc *document = schema_document ();
  xmlSchemaParserCtxt *parser = xmlSchemaNewDocParserCtxt (document);
  xmlSchema *schema = xmlSchemaParse (parser);

  if (schema == NULL)
    g_error ("the schema of the settings can't be compiled");
  xmlSchemaFreeParserCtxt (parser);
  return schema;
}

static void
receive (void *user_data, xmlError *libxml_error)
{
  const Receiver *receiver = user_data;
  g_autofree char *message = g_utf8_make_valid (libxml_error->message, -1);
  const xmlNode *node = libxml_error->node;

  while (node != NULL && node->type != XML_ELEMENT_NODE)
    node = node->parent;
  receiver->report (node, g_strstrip (message), receiver->user_data);
}

void
schema_validator_check (const xmlDoc *document, SchemaValidatorReport report, gpointer user_data)
{
  static GOnce once = G_ONCE_INIT;
  xmlSchemaValidCtxt *validator = xmlSchemaNewValidCtxt (g_once (&once, compile, NULL));
  Receiver receiver = { report, user_data };

  xmlSchemaSetValidStructuredErrors (validator, receive, &receiver);
  if (xmlSchemaValidateDoc (validator, (xmlDoc *) document) < 0)
    report (NULL, "the schema could not be applied", user_data);
  xmlSchemaFreeValidCtxt (validator);
}
