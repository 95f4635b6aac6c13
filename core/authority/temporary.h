/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/authority/custody.h"
#include "core/authority/temporary-clock.h"

/**
 * SECTION: temporary
 *
 * Changes of the settings that have an end, beside authority: at the end they are taken back,
 * whatever happened to the process or to the settings meanwhile. What has to be taken back is on
 * the disk before the change is in force.
 *
 * A temporary change goes on over whatever else is saved: other changes, edits by hand, earlier
 * revisions and whole documents that are put in its place. Its end takes back what is still there
 * of it. While the settings file was edited by hand and can't be used, the end comes all the same:
 * the file is then kept beside, as custody does it. What could not be taken back without breaking a
 * rule of the settings stays, and the log says so.
 *
 * In the history, who made a temporary change stands as "USER (temporary)", who took it back as
 * "USER (taken back)", where USER is "posternd" when its end had come.
 */

#define TEMPORARY_MADE " (temporary)"
#define TEMPORARY_TAKEN_BACK " (taken back)"

typedef struct _Temporary Temporary;

/** Says what time it is. */
typedef TemporaryTime (*TemporaryClock) (void);

/**
 * temporary_open:
 * @custody: (not nullable): outlives the result
 * @state_dir: as for custody_open()
 *
 * Returns: (transfer full): with the changes that are kept; one that a crash kept from being in
 * force is forgotten
 */
Temporary *temporary_open (Custody *custody, const char *state_dir, TemporaryClock clock);
void temporary_free (Temporary *temporary);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Temporary, temporary_free)

/** Called after each change of the list of temporary changes. */
void temporary_set_listener (Temporary *temporary,
                             void (*listener) (gpointer user_data),
                             gpointer user_data);

/**
 * temporary_apply:
 * @end_s: when it is to be taken back, in seconds since 1970, UTC; in the future
 *
 * As authority_apply(), with an end. A change that changes nothing is INVALID.
 *
 * Returns: the new revision, which names the temporary change, too; 0 with an #AuthorityError
 */
guint64 temporary_apply (Temporary *temporary,
                         const char *who,
                         guint64 expected,
                         GVariant *changes,
                         gint64 end_s,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Makes a temporary change stay for good. Returns FALSE with an #AuthorityError, NO_SUCH_REVISION
 * when there is none (any more). */
gboolean temporary_keep (Temporary *temporary, const char *who, guint64 id, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/** Takes a temporary change back now. Returns the newest revision; 0 as temporary_keep() fails. */
guint64 temporary_end (Temporary *temporary, const char *who, guint64 id, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/** Takes back what is over. What fails is logged, and tried again at the next call. */
void temporary_end_due (Temporary *temporary);

/** Returns: after how many milliseconds temporary_end_due() is to be called; -1: never */
int temporary_next_ms (const Temporary *temporary);

/** Returns: (transfer floating): the list, as the aa{sv} of ServerProperties1.Temporary */
GVariant *temporary_to_variant (Temporary *temporary);
