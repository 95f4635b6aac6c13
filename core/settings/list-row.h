/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/schema.h"
#include "core/settings/settings.h"

/** One entry of a list setting; which member holds goes by the setting's kind. */
typedef union
{
  char *text; /* (owned), in its normal form: domains and the structured rows */
  IpNetwork network;
  Endpoint endpoint;
} ListRow;

/** Reads an entry of a list of that kind. Returns FALSE, and leaves @row alone, when @text is none.
 */
gboolean
list_row_parse (SettingKind kind, const char *text, ListRow *row) G_GNUC_WARN_UNUSED_RESULT;

/**
 * Returns: (transfer full): the text of the entry in its normal form: 10.1.2.3/8 has
 * become 10.0.0.0/8
 */
char *list_row_to_text (SettingKind kind, const ListRow *row);

void list_row_clear (SettingKind kind, ListRow *row);

/** Returns: (transfer full): a table whose keys are #ListRow of that kind, which are not copied */
GHashTable *list_row_table_new (SettingKind kind);

/** Returns: how many entries the list member has, whose address setting_member() gives */
gsize list_row_count (SettingKind kind, gconstpointer member);

/** Returns: the entry @index of the list member; what it owns stays the member's */
ListRow list_row_get (SettingKind kind, gconstpointer member, gsize index);

/** Fills the empty list member with @length entries and takes over what they own. */
void list_row_store (SettingKind kind, gpointer member, const ListRow *rows, gsize length);
