/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gui/client/postern-client.h"

/**
 * SECTION: postern-temporary
 *
 * The temporary changes of a system, as its authority last gave them, one object for each client.
 *
 * Signal "changed": they differ from what they were, or have been asked for anew.
 */

#define POSTERN_TYPE_TEMPORARY (postern_temporary_get_type ())
G_DECLARE_FINAL_TYPE (PosternTemporary, postern_temporary, POSTERN, TEMPORARY, GObject)

/** Returns: (transfer none): that of @client, which it lives as long as */
PosternTemporary *postern_temporary_of (PosternClient *client);

/** Returns: (transfer none) (nullable): the changes, an aa{sv} as the method Temporary gives it;
 * %NULL before the first answer */
GVariant *postern_temporary_get_all (PosternTemporary *self);

/** Whether the change @id is among them. */
gboolean postern_temporary_has (PosternTemporary *self, guint64 id);

/** Returns: (transfer full) (nullable): what to remark where the setting @name is shown: "Temporary,
 * until 18:00"; %NULL for one that has no end */
char *postern_temporary_get_note (PosternTemporary *self, const char *name);
