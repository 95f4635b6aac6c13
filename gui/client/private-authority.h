/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gui/client/child-pipe.h"

/**
 * SECTION: private-authority
 *
 * An authority over one settings file alone, a backup: started by this program, as its user, with a
 * folder of its own for what an authority keeps beside the file. No bus, and no server follows it.
 *
 * The program is posternd where it was installed, or what $POSTERN_AUTHORITY names.
 */

typedef struct _PrivateAuthority PrivateAuthority;

/** Returns: (transfer full): %NULL with an error in the person's language, when @file can't be read,
 * or there is no posternd */
PrivateAuthority *private_authority_new (const char *file,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Returns: (transfer none) */
ChildPipe *private_authority_get_pipe (PrivateAuthority *self);

/** Ends it, and removes its folder. */
void private_authority_free (PrivateAuthority *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PrivateAuthority, private_authority_free)
