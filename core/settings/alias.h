/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/** A local address that stands for others: a row of general.aliases. */
typedef struct
{
  char *name;     /* (owned) in lower case (ASCII letters): "sales", for every local domain, or
                 "sales@example.org" */
  char **targets; /* (owned) users such as "joe", or addresses; as written; at least one */
} Alias;

/**
 * Reads "sales: joe, ann@example.org"; blanks alone may stand between targets, too. Returns FALSE,
 * and leaves @alias alone, for anything else.
 */
gboolean alias_parse (const char *text, Alias *alias) G_GNUC_WARN_UNUSED_RESULT;

/** Returns: (transfer full): the row in its normal form, which is "NAME: TARGET, TARGET..." */
char *alias_to_text (const Alias *alias);

void alias_clear (Alias *alias);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Alias, alias_clear)

/**
 * Whether @text is the name of a user, as a users file may have it, or a mail address of a
 * local-part that needs no quotes and a domain. Bytes outside of ASCII are fine in a user's name
 * and a local-part (RFC 6531).
 */
gboolean alias_target_is_valid (const char *text);
