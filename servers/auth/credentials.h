/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * SECTION: credentials
 *
 * The mail users and their passwords: a file as Dovecot's passwd-file has it,
 * "user:{SCHEME}secret:..." a line, fields after the second ignored, # for comments. Schemes: what
 * crypt(3) of the system knows ({CRYPT}, {SHA512-CRYPT}, {SHA256-CRYPT}, {BLF-CRYPT}, {YESCRYPT};
 * a bare hash is {CRYPT}) and {PLAIN}, which alone can serve APOP. A line that is not understood is
 * left out, and the log names it.
 *
 * The file is read again when it has changed, at the next question; a file that is missing or can't
 * be read then leaves the users as they were, and is said once in the log. Replace the file by
 * rename: one that is written in place may be read half.
 *
 * Thread-safe. A user's name is matched as written, but for ASCII case; a user "joe" is joe at
 * every local domain, "joe@example.org" at that one. The mailbox's name is the user's in lower
 * case.
 */
typedef struct _Credentials Credentials;

/** A file larger than this is not read. */
#define CREDENTIALS_FILE_MAX_BYTES (64 * 1024 * 1024)

/** Fails when the file can't be read (G_FILE_ERROR). */
Credentials *credentials_new (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
Credentials *credentials_ref (Credentials *credentials);
void credentials_unref (Credentials *credentials);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Credentials, credentials_unref)

/**
 * Asks the disk whether the file has changed, and reads it if so.
 * Returns: (transfer full) (nullable): the mailbox name of the user who gets mail for that address,
 * or %NULL for nobody
 */
char *
credentials_find_mailbox (Credentials *credentials, const char *local_part, const char *domain);

/**
 * Whether @password is @user's. Blocks for as long as the hash takes (a verification against a
 * dummy hash for unknown users: both take the same time), so never from an event loop. Returns:
 * (transfer full) (nullable): the mailbox name, or %NULL
 */
char *credentials_check_password (Credentials *credentials, const char *user, const char *password);

/** Whether anybody at all could log on with APOP: else it is not offered, since clients choose it by
 * the greeting alone and then can't go back. */
gboolean credentials_has_clear_secret (Credentials *credentials);

/** Whether @digest is MD5 of @timestamp and the user's clear secret (RFC 1939, APOP). Returns:
 * (transfer full) (nullable): the mailbox name, or %NULL */
char *credentials_check_apop (Credentials *credentials,
                              const char *user,
                              const char *timestamp,
                              const char *digest);
