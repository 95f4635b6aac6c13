/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gui/client/postern-client.h"

/**
 * SECTION: differences
 *
 * Changes together with what they are made on, an a(svv) as the authority's Diff gives it: the
 * setting's name, the value before, the value afterwards.
 */

/** Returns: (transfer full): @changes, an a{sv}, made on what @client has loaded */
GVariant *differences_new (PosternClient *client, GVariant *changes);

/** Returns: (transfer full): the values afterwards, an a{sv} */
GVariant *differences_to_changes (GVariant *differences);

/** Whether what @client has loaded has all values afterwards. */
gboolean differences_are_made (GVariant *differences, PosternClient *client);

/** Whether what @client has loaded has all values before, and there is one. */
gboolean differences_are_undone (GVariant *differences, PosternClient *client);
