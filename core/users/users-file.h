/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * SECTION: users-file
 *
 * The text of a users file (postern-users(5)), to be edited: what is not asked to change stays as it
 * is, byte for byte: comments, the order, fields that nobody here knows, lines that are wrong, line
 * ends.
 *
 * Of several lines for one user, the one that counts is the first that the servers understand; where
 * they understand none, the first. Names are matched in any ASCII case. Callers give names and
 * secrets that are good for a line: user_name_is_good(), secret_hash(), secret_clear().
 */
typedef struct _UsersFile UsersFile;

/** A file larger than this is neither read nor written. */
#define USERS_FILE_MAX_BYTES (64 * 1024 * 1024)

/** What a line says of a user. */
typedef struct
{
  char *name;   /* (owned): in lower case */
  char *scheme; /* (owned): of the password, in capitals; as it stands there, known or not */
  gboolean is_understood; /* else the servers know no such user */
  gboolean is_clear;      /* the password itself stands there: APOP is possible */
  gboolean may_log_on;    /* is understood, and has no field that forbids it */
  guint64 quota;          /* bytes; 0 where nothing is said, G_MAXUINT64 for no limit */
} UsersFileEntry;

/** @text: (array length=length): taken as it is, whatever it is */
UsersFile *users_file_parse (const char *text, gsize length);

/** Clears what it holds. */
void users_file_free (UsersFile *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UsersFile, users_file_free)

/** Returns: (transfer full): the text; to be cleared by the caller, there are secrets in it */
char *users_file_to_text (const UsersFile *file, gsize *length);

/** Returns: (transfer full) (element-type UsersFileEntry): each user once, in the order of the file
 */
GPtrArray *users_file_list (const UsersFile *file);

gboolean users_file_contains (const UsersFile *file, const char *name);

/** Returns: (transfer full) (nullable): the user's password, where the file has it in clear; to be
 * cleared by the caller */
char *users_file_dup_clear_secret (const UsersFile *file, const char *name);

/** Adds a line at the end. @secret: with its scheme */
void users_file_add (UsersFile *file, const char *name, const char *secret);

/** Each of these returns FALSE when there is no such user, and changes nothing then. */
gboolean users_file_set_secret (UsersFile *file, const char *name, const char *secret);

/** @mib: 0 is no limit; negative: the line says nothing of it. Numbers of messages stay. */
gboolean users_file_set_quota (UsersFile *file, const char *name, gint64 mib);

/** Removes all lines of the user: none that was without effect gets into force. */
gboolean users_file_remove (UsersFile *file, const char *name);
