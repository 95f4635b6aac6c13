/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/confinement/confinement.h"

/**
 * SECTION: file-fence
 *
 * Landlock (landlock(7)): from now on this thread, and those that it starts, write, make, rename
 * and remove files nowhere but in some folders, run no program, and send no signals to others. What
 * is open stays open; what is read is not fenced.
 */

/**
 * file_fence_raise:
 * @writable: folders that exist; ends with NULL. /dev/null is writable besides
 * @needs: of the daemon: with CONFINEMENT_ASKS_PAM, unix_chkpwd may be run, which checks passwords
 * for pam_unix; with CONFINEMENT_PUTS_ASIDE, FIFOs, symbolic links and devices may get another name, too
 *
 * Returns: which Landlock holds the fence; 0: the kernel has none that is good for it (the first
 * one can't let files be moved from folder to folder), or not let us use it
 */
int file_fence_raise (const char *const *writable, ConfinementNeeds needs);
