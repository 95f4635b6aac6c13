/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/**
 * SECTION: call-names
 *
 * The system calls of call-filter, by name, as some architectures have some of them only. Each list ends with NULL.
 */

/** What each of the daemons and their libraries use, whatever the arguments. */
extern const char *const CALLS_FOR_ALL[];

/** Of who listens. */
extern const char *const CALLS_TO_LISTEN[];

/** To run unix_chkpwd, and of that program. As whom it runs, the kernel decides. */
extern const char *const CALLS_TO_RUN_HELPER[];

/** What nobody in a mail server asks for honestly. */
extern const char *const CALLS_FOR_NOBODY[];
