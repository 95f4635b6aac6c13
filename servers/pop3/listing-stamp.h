/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * SECTION: listing-stamp
 *
 * By what a Maildir tells that nothing has come, gone or moved in it: which folders its new/ and
 * cur/ are, and when each was changed last. A mail that is delivered, moved or deleted gives its
 * folder the time of that moment.
 *
 * But that time is the system's clock as of its last tick: what happens twice within a tick leaves
 * one time. So a stamp vouches for a listing that was read after it only where it had been the same
 * for LISTING_STAMP_SETTLED_NS already, far longer than a tick: then whatever comes later has a
 * later time. On a file system whose times are another system's none ever does.
 */
typedef struct
{
  guint64 device;
  guint64 inode;
  gint64 modified_ns; /* since 1970 */
  gint64 changed_ns;  /* the same; nobody can set it */
} ListingFolder;

typedef struct
{
  ListingFolder folders[2]; /* new/, cur/ */
  gint64 taken_ns;          /* since 1970: when it was taken, or a little before */
} ListingStamp;

/** Two seconds: file systems that count whole ones, and even ones, are in use. */
#define LISTING_STAMP_SETTLED_NS G_GINT64_CONSTANT (2000000000)

/** Takes the stamp of the Maildir that @fd is open on. Returns FALSE with errno; ENOENT where it
 * lacks a folder. Before anything of the Maildir is read. */
gboolean listing_stamp_take (ListingStamp *stamp, int fd) G_GNUC_WARN_UNUSED_RESULT;

/** Whether what was read of the Maildir after @stamp holds as long as the stamp stays the same. @fd:
 * as above */
gboolean listing_stamp_is_settled (const ListingStamp *stamp, int fd);

/** Whether they are of one Maildir, and nothing has happened between them. */
gboolean listing_stamp_equal (const ListingStamp *a, const ListingStamp *b);
