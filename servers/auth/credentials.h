/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/settings.h"

/**
 * SECTION: credentials
 *
 * The mail users and their passwords: those of a file, and, where the settings want it, the users
 * of this system (see system-users.h). A user of the file wins over one of the system of that name.
 *
 * The file is as Dovecot's passwd-file, "user:{SCHEME}secret:uid:gid:gecos:home:shell:fields" a
 * line, # for comments; all but the secret and some of the extra fields (see user-fields.h) is
 * ignored. Schemes: what crypt(3) of the system knows ({CRYPT}, {SHA512-CRYPT}, {SHA256-CRYPT},
 * {BLF-CRYPT}, {YESCRYPT}; a bare hash is {CRYPT}) and {PLAIN}, which alone can serve APOP. A line
 * that is not understood is left out, and the log names it.
 *
 * The file is read again when it has changed, at the next question; a file that is missing or can't
 * be read then leaves the users as they were, and is said once in the log. Replace the file by
 * rename: one that is written in place may be read half.
 *
 * Thread-safe. A user's name is matched as written, but for ASCII case; a user "joe" is joe at
 * every local domain, "joe@example.org" at that one. The mailbox's name is the user's in lower
 * case.
 *
 * All functions but credentials_admit() ask the disk whether the file has changed. With system
 * users, those that say so also wait for the system's name service, and must not be called from an event loop then.
 */
typedef struct _Credentials Credentials;

typedef struct
{
  const char *path; /* of the users file */
  gboolean system_users;
  const char *pam_folder; /* (nullable) where the service "postern" is described, for tests; %NULL
                             for the system's folder */
} CredentialsSource;

/** What @settings say of the users; its texts are those of @settings. */
CredentialsSource credentials_source_of (const Settings *settings);

/** Fails when the file can't be read (G_FILE_ERROR). With system users, one that is missing is an
 * empty one, which the log says. */
Credentials *credentials_new (const CredentialsSource *source,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Looks at the file. Returns: (transfer full) (nullable): why it could not be read again; %NULL
 * when all is well */
char *credentials_trouble (Credentials *credentials);

/** Whether these are the users of @source: then there is no need for new ones. */
gboolean credentials_is_of (const Credentials *credentials, const CredentialsSource *source);
Credentials *credentials_ref (Credentials *credentials);
void credentials_unref (Credentials *credentials);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Credentials, credentials_unref)

/**
 * Waits for the name service. Knows nothing of aliases: see directory.h.
 * Returns: (transfer full) (nullable): the mailbox name of the user who gets mail for that address,
 * or %NULL for nobody; for a postmaster who is no user, "postmaster". @is_unsure: (nullable): gets
 * whether it is %NULL since the name service could not tell: then the mail must wait.
 */
char *credentials_find_mailbox (Credentials *credentials,
                                const char *local_part,
                                const char *domain,
                                gboolean *is_unsure);

/**
 * Whether @password is @user's. Blocks for as long as the hash takes, or PAM, so never from an
 * event loop. Unknown users are checked against a dummy hash, so that they take as long as wrong
 * passwords; but how long PAM takes is PAM's secret. So answer a failure by the clock
 * (ban_table_delay_ms()), which hides the rest.
 * Whether the user may log on from the client's address is another question: credentials_admit().
 * Returns: (transfer full) (nullable): the mailbox name, or %NULL
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

/** Whether the user whose mailbox that is may log on from @client (allow_nets in the users file).
 * To be asked right after each password or digest that was right, whose look at the file it shares;
 * refuse as if it were wrong. */
gboolean credentials_admit (Credentials *credentials, const char *mailbox, const IpAddress *client);

/** What a log-on that is recorded is kept with, for credentials_vouch(); 0 for a system user's. To be
 * asked before the password is checked, and after: where the two differ, check again. */
guint64 credentials_mark (Credentials *credentials, const char *user);

/**
 * credentials_vouch:
 * @mark: credentials_mark() of the user when he logged on
 * @client: who wants to make use of it
 *
 * Whether a log-on of that user still counts: it does not when the user has gone from the users
 * file, has got another password, may log on no more, or not from there. Of a system user, only
 * general.system-users and whether the file has a user of that name are looked at: the name service
 * and PAM are not asked again. Never waits for the name service.
 */
gboolean credentials_vouch (Credentials *credentials,
                            const char *user,
                            guint64 mark,
                            const IpAddress *client) G_GNUC_WARN_UNUSED_RESULT;

/** How many bytes the mailbox may hold; 0 where the users file says nothing (then the settings do),
 * G_MAXUINT64 for no limit. See quota_limit(). */
guint64 credentials_quota (Credentials *credentials, const char *mailbox);
