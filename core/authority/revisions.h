/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * SECTION: revisions
 *
 * The last revisions of the settings, each with who saved it, when, and which settings it changed.
 *
 * A revision is one file, NUMBER.revision, in the folder: a first line with the checksum of the
 * rest, a few lines of heading, an empty line, and the settings file as it was saved. A file that
 * is damaged is left where it is and is no longer listed; the others are not touched by that.
 *
 * A revision is written in two steps, around the saving of the settings file itself: prepare,
 * (save), commit. After a crash between the two, revisions_prepared() says so, and the settings
 * file tells whether the save had been made.
 *
 * One process at a time: the folder is locked. Not for use by several threads at once.
 */

/** As many are kept, in as many bytes; the oldest goes first. The last ones are kept however large
 * they are: what is in force, and the way back. */
#define REVISIONS_KEPT 20
#define REVISIONS_MAX_BYTES (G_GUINT64_CONSTANT (256) * 1024 * 1024)
#define REVISIONS_ALWAYS_KEPT 2

typedef struct
{
  guint64 number;
  gint64 time_s; /* seconds since 1970, UTC */
  char *who;     /* (owned) */
  char **names;  /* (owned): the settings that differ from the revision before; NULL-terminated */
  guint64 bytes; /* of its file; not to be given */
} Revision;

typedef struct _Revisions Revisions;

/**
 * revisions_open:
 * @folder: is made if it is not there
 *
 * Returns: (transfer full): what is kept; %NULL with a G_FILE_ERROR when the folder can't be used,
 * or is in use by another process
 */
Revisions *revisions_open (const char *folder, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void revisions_free (Revisions *revisions);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Revisions, revisions_free)

/** Takes another bound for all revisions together than REVISIONS_MAX_BYTES, from the next commit on.
 */
void revisions_set_max_bytes (Revisions *revisions, guint64 max_bytes);

/** Returns: (transfer none) (element-type Revision): what is kept, newest first; good until the
 * next commit */
const GPtrArray *revisions_list (const Revisions *revisions);

/** Returns: the highest number that was ever given, as far as the files' names tell: of what is
 * damaged, too; 0 for none */
guint64 revisions_highest (const Revisions *revisions);

/** Returns: (transfer none): the one of that number; %NULL when it is not kept */
const Revision *revisions_find (const Revisions *revisions, guint64 number);

/** Returns: (transfer full): the settings file of a kept revision; %NULL with a G_FILE_ERROR when
 * it is not kept or is damaged */
char *revisions_text (const Revisions *revisions, guint64 number, gsize *length, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/** Writes a revision durably, but does not list it yet. Takes the place of one that was prepared
 * before. */
gboolean revisions_prepare (Revisions *revisions,
                            const Revision *revision,
                            const char *text,
                            gsize length,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Returns: (transfer full): the settings file of the revision that was prepared; %NULL when none
 * is, or it is damaged */
char *revisions_prepared (const Revisions *revisions, gsize *length);

/** Lists what was prepared as the newest, and drops the oldest beyond what is kept. */
gboolean revisions_commit (Revisions *revisions, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Forgets what was prepared. */
void revisions_abandon (Revisions *revisions);
