/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <libxml/tree.h>

/**
 * SECTION: schema
 *
 * What schemas/server-properties.xsd, which is compiled into the program, says of each setting. It
 * is read once, at the first call, and is the same for the life of the process. A schema that can't
 * be read is a broken build: the program ends.
 */

typedef enum
{
  SETTING_BOOLEAN,
  SETTING_INTEGER,
  SETTING_TEXT,
  SETTING_WORD,
  /* Lists; from the domains on, of texts. */
  SETTING_NETWORKS,
  SETTING_ENDPOINTS,
  SETTING_DOMAINS,
  SETTING_ALIASES,
  SETTING_CERTIFICATES,
  SETTING_FILTERS,
  SETTING_ROUTES,
  SETTING_TLS_RULES,
  SETTING_HOST_CREDENTIALS,
  SETTING_WINDOWS,
  SETTING_BINDINGS
} SettingKind;

#define SETTING_KINDS (SETTING_BINDINGS + 1)

typedef struct
{
  const char *name; /* smtp.relay.pop-client-minutes */
  SettingKind kind;
  const char *default_text;  /* as it would stand in the file; "" for lists */
  guint minimum, maximum;    /* integers: the range, both ends included */
  const char *const *words;  /* words: what is allowed; otherwise NULL */
  const char *documentation; /* one English sentence */
  const char *row_name;      /* lists: the element of an entry, such as "network"; else NULL */
  const char *expected;      /* texts, entries of lists: completes "... is not"; else NULL */
} SchemaEntry;

/** Whether a setting of that kind is a list. */
gboolean schema_is_list (SettingKind kind);

/** Returns: (transfer none): what the schema says of @name, or %NULL: there is no such setting */
const SchemaEntry *schema_lookup (const char *name);

/** Returns: (transfer none) (array length=length): all settings in the order of the schema */
const SchemaEntry *schema_entries (gsize *length);

/** Returns: (transfer floating): all of it as the a{sa{sv}} of ServerProperties1.Describe */
GVariant *schema_to_variant (void);

/**
 * Returns: the place of the setting or group @name in the order of the schema, from 1, for putting
 * elements where they belong; 0 when there is none
 */
guint schema_position (const char *name);

/**
 * schema_document:
 *
 * Returns: (transfer full): the XSD as one document, with types.xsd in the place of its xs:include,
 * for compiling a validator
 */
xmlDoc *schema_document (void);
