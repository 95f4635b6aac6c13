/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/confinement/confinement.h"

/**
 * SECTION: call-filter
 *
 * Which system calls the process may make, by seccomp(2). Calls for which there is no honest
 * reason in a mail server, as ptrace, mount, bpf, or running a program where it needs none, end the
 * process on the spot. All others that are not in the list fail with ENOSYS, as on a kernel that
 * does not have them: libraries try new ones, and have another way.
 *
 * Some are let through for some arguments alone: sockets of no other families, and not raw ones; memory that
 * is writable or runs, never both; signals to oneself; threads, and processes where a helper is
 * needed, never new namespaces.
 */

/**
 * call_filter_install:
 * @needs: of the daemon
 *
 * Returns: whether the filter holds: for all threads of this process, and whatever they start. A
 * kernel without seccomp is told in the log. Where the program is built with sanitizers, which
 * trace it and map memory as they like, there is no filter.
 */
gboolean call_filter_install (ConfinementNeeds needs);
