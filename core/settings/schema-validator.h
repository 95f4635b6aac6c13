/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <libxml/tree.h>

/** Called for each thing that the schema refuses: the element and what libxml2 says of it. */
typedef void (*SchemaValidatorReport) (const xmlNode *element,
                                       const char *message,
                                       gpointer user_data);

/**
 * schema_validator_check:
 *
 * Holds @document against the compiled-in XSD and reports what it refuses, in the order of the
 * document. Touches neither network nor disk: a document that names schemas of its own
 * (xsi:schemaLocation) must not be given. Any thread may call it.
 */
void
schema_validator_check (const xmlDoc *document, SchemaValidatorReport report, gpointer user_data);
