/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * SECTION: confinement
 *
 * A daemon shuts itself in, once, for good, and whoever started it: the service manager, the bus or
 * a person. What its units (data/systemd) shut from outside stays shut without them:
 *
 * - no privilege but that of binding ports below 1024, where it listens, and none to be had by
 *   running a program (privileges); a process that root started becomes the daemon's own user
 *   where the state folder is not root's;
 * - no core file, and no other process of the same user looks into its memory;
 * - nothing is written, made or removed but in its own parts of the state folder, and no program
 *   is run (file-fence: Landlock, where the kernel has it);
 * - only the system calls that it needs (call-filter: seccomp).
 *
 * What may be read is not fenced: certificates and the file of users may come to lie anywhere by
 * the next Apply. The files' owners and the units' InaccessiblePaths say that.
 *
 * One table says what each daemon needs; ARCHITECTURE.md, "Processes", says the same, and
 * tests/abuse holds them against each other.
 */

typedef enum
{
  /** Listens, also below 1024. */
  CONFINEMENT_LISTENS = 1 << 0,
  /** Speaks with other hosts. Without this, AF_UNIX is all. */
  CONFINEMENT_NETWORK = 1 << 1,
  /** Asks PAM, whose pam_unix runs the program unix_chkpwd. */
  CONFINEMENT_ASKS_PAM = 1 << 2,
  /** Puts aside what lies in its files' places, of whatever kind. */
  CONFINEMENT_PUTS_ASIDE = 1 << 3,
} ConfinementNeeds;

typedef struct
{
  const char *program;         /* "postern-smtpd" */
  const char *user;            /* "postern-smtp" */
  ConfinementNeeds needs;      /* added together */
  const char *const *writable; /* its parts of the state folder; ends with NULL */
} ConfinementProfile;

/** Returns: (nullable): of one of the four daemons */
const ConfinementProfile *confinement_profile (const char *program);

/**
 * confinement_leave_root:
 *
 * The first part of confinement_enter(), for who makes files before that (privileges_leave_root).
 */
gboolean
confinement_leave_root (const ConfinementProfile *profile, const char *state_dir, GError **error);

/**
 * confinement_enter:
 * @state_dir: exists; what is writable there is made, if need be
 * @folders: (nullable): other folders in which files may be written; ends with NULL
 *
 * To be called while there is one thread: others inherit it. A kernel without Landlock or seccomp
 * is no error, but told in the log. Returns FALSE with @error where a privilege can't be given up,
 * or root's process has no user to become: the daemon must not go on.
 */
gboolean confinement_enter (const ConfinementProfile *profile,
                            const char *state_dir,
                            const char *const *folders,
                            GError **error);
