/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * SECTION: secret
 *
 * What a user's password is checked against: a hash of crypt(3), or the password itself. Immutable;
 * cleared when freed.
 *
 * Written as Dovecot writes it: "{SCHEME}text". {PLAIN}, {CLEAR} and {CLEARTEXT} are the password
 * itself, the others hashes: {CRYPT} any that the system knows, {SHA512-CRYPT} and so on one kind;
 * a text without a scheme is {CRYPT}. A scheme's case does not matter.
 */
typedef struct _Secret Secret;

/** Returns: (transfer full): the secret, or %NULL for a scheme that is not known, a hash that the
 * system can't check, or an empty text */
Secret *secret_parse (const char *text) G_GNUC_WARN_UNUSED_RESULT;
void secret_free (Secret *secret);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Secret, secret_free)

/** Whether the password itself is there: APOP is possible. */
gboolean secret_is_clear (const Secret *secret);

/** The longest password, in bytes, that every way of logging on can carry. */
#define SECRET_PASSWORD_MAX 200

/** Returns: (transfer full) (nullable): @password as the system likes it hashed best, with its
 * scheme; %NULL when the system can't. Blocks for as long as the hash takes. */
char *secret_hash (const char *password) G_GNUC_WARN_UNUSED_RESULT;

/** Returns: (transfer full): @password as it is, with its scheme; for APOP */
char *secret_clear (const char *password) G_GNUC_WARN_UNUSED_RESULT;

/** Secrets of one cost group take about the same time to check: 0..SECRET_COST_GROUPS - 1; 0 are
 * the clear ones, which take none. */
#define SECRET_COST_GROUPS 8
guint secret_cost_group (const Secret *secret);

/** Whether @password is the right one. Blocks for as long as the hash takes. */
gboolean secret_check_password (const Secret *secret, const char *password);

/** Whether @digest is MD5 of @timestamp and the password (RFC 1939, APOP); never so for a hash. */
gboolean secret_check_apop (const Secret *secret, const char *timestamp, const char *digest);
