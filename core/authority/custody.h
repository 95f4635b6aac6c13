/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/authority/authority-error.h"
#include "core/authority/revisions.h"
#include "core/settings/settings-document.h"

/**
 * SECTION: custody
 *
 * Holds the settings document that is in force together with its file on the disk and the revisions
 * before it, so that the three agree at every instant. authority has the rules of who may put what
 * in force; custody does it.
 *
 * People edit the settings file by hand, too. custody_look() notices:
 * - a valid file becomes the next revision, saved "by hand", with its comments;
 * - a file that can't be used is left alone, and what was in force before stays;
 * custody_file_problems() says why;
 * - a file that is gone is written anew by the next commit.
 *
 * At the start:
 * - a missing file is written from the newest kept revision that is good; where none is kept, a new
 * one is written, with every setting at its default;
 * - with a file that can't be used, the newest kept revision that is good counts, until somebody
 * corrects or replaces the file. Where none is kept, there is nothing to start with, and
 * custody_open() fails;
 * - a save that a crash had cut short is finished or forgotten, as the file tells.
 * Each of these is said in the log.
 *
 * For the servers, the image (image-file) of what is in force is kept beside the revisions.
 */

typedef struct _Custody Custody;

/** Called after each save, before the call that saved returns. @names: the settings that differ
 * from the revision before. */
typedef void (*CustodyListener) (guint64 revision, const char *const *names, gpointer user_data);

/** Returns: (transfer full): the documents of @config and of the folder "revisions" below
 * @state_dir; %NULL with an #AuthorityError */
Custody *
custody_open (const char *config, const char *state_dir, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** The same, for a settings file that is no system's: it may be anyone's, and behind a link. */
Custody *custody_open_backup (const char *config,
                              const char *state_dir,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
void custody_free (Custody *custody);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Custody, custody_free)

void custody_set_listener (Custody *custody, CustodyListener listener, gpointer user_data);

/** Notices what was done to the file by hand. */
void custody_look (Custody *custody);

/** Returns: (transfer none): the newest revision's document; good until the next look or commit */
const SettingsDocument *custody_document (const Custody *custody);

/** Returns: (transfer none): its values; file names are as they stand in the document. Good until
 * the next look or commit */
const Settings *custody_settings (const Custody *custody);

/** Returns: (transfer none): the revisions kept */
const Revisions *custody_revisions (const Custody *custody);

/** Returns: (transfer none) (element-type SettingsProblem): why the file as it stands can't be
 * used; empty when it can */
GPtrArray *custody_file_problems (const Custody *custody);

/** Returns: whether the file could not even be read: by its kind or mode, or by a trouble that may
 * pass, as with the disk */
gboolean custody_file_is_unread (const Custody *custody);

/** Returns: the number that the next commit gives */
guint64 custody_next_revision (const Custody *custody);

/** Returns: the file's absolute name */
const char *custody_path (const Custody *custody);

/** Whether a commit of @document would change nothing: the same text is in force and in the file.
 */
gboolean custody_holds (const Custody *custody, SettingsDocument *document);

/**
 * custody_commit:
 * @who: the user's name, for the history
 * @document: (transfer full): has been validated
 *
 * Makes @document the next revision, durably. A file that could not be used is kept beside.
 * Returns: its number; 0 with AUTHORITY_ERROR_FAILED, and then nothing was changed
 */
guint64 custody_commit (Custody *custody,
                        const char *who,
                        SettingsDocument *document,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
