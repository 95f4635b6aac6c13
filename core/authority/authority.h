/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/authority/authority-error.h"
#include "core/authority/custody.h"

/**
 * SECTION: authority
 *
 * The rules by which settings change. Knows no bus.
 *
 * Who changes settings says on which revision; when that is no longer the newest, the change is
 * refused as STALE, so nobody overwrites what they have not seen. Each save gives the next revision
 * number, and is on the disk when the call returns.
 *
 * The settings file may be edited by hand, too: custody says what becomes of that. Each call that
 * changes or checks something begins with a look at the file. While the file can't be used,
 * authority_apply() fails with INVALID and names the problems, for it could only overwrite the
 * edit. The cure is to correct the file, or authority_restore() or authority_import(), which
 * replace it as a whole and keep it beside as NAME.refused-TIME.
 *
 * Calls may block for as long as the disk takes. One thread at a time.
 */

/** Tells what would be wrong with @changes, an a{sv}. Both lists get SettingsProblems, all at once.
 */
void
authority_check (Custody *custody, GVariant *changes, GPtrArray *problems, GPtrArray *warnings);

/**
 * authority_apply:
 * @who: the user's name, for the history
 * @expected: the revision that the changes were made on
 * @changes: an a{sv} of the settings to change
 *
 * Returns: the new revision; @expected when nothing differs; 0 with an #AuthorityError
 */
guint64 authority_apply (Custody *custody,
                         const char *who,
                         guint64 expected,
                         GVariant *changes,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Returns: (transfer full): the settings with @changes made, valid and not yet saved; %NULL with an
 * #AuthorityError, as authority_apply() fails */
SettingsDocument *authority_prepare (Custody *custody,
                                     guint64 expected,
                                     GVariant *changes,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Returns: (transfer full) (element-type Risk): what @changes could do that nobody wants; %NULL
 * with INVALID when they would be refused */
GPtrArray *
authority_assess (Custody *custody, GVariant *changes, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Saves a kept revision as the newest one. Returns as authority_apply() does. */
guint64 authority_restore (Custody *custody,
                           const char *who,
                           guint64 expected,
                           guint64 kept_revision,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Saves @text, a whole settings file, as the newest revision. Returns as authority_apply() does.
 */
guint64 authority_import (Custody *custody,
                          const char *who,
                          guint64 expected,
                          const char *text,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Returns: (transfer floating): what differs between two kept revisions, an a(svv); %NULL with
 * NO_SUCH_REVISION or FAILED */
GVariant *authority_diff (Custody *custody, guint64 from, guint64 to, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/** Returns: (transfer floating): what authority_import() of @text would change, an a(svv) of name,
 * value in force, value in @text; %NULL with INVALID as authority_import() fails */
GVariant *authority_diff_document (Custody *custody,
                                   const char *text,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
