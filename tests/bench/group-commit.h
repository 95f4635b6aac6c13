/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * SECTION: group-commit
 *
 * Contents at the end of a file, with one flush for all that wait for it: while one flush runs, the
 * next group gathers. The file has its blocks beforehand, so that a flush has nothing to write but
 * the contents; what does not fit there is appended.
 */
typedef struct _GroupCommit GroupCommit;

/** Whom a thread gets its contents back from. */
typedef struct _GroupCommitDesk GroupCommitDesk;

/** A content that is to be kept; stands still until it has come back. */
typedef struct _GroupCommitItem GroupCommitItem;

struct _GroupCommitItem
{
  const char *bytes; /* (unowned) */
  gsize length;
  GroupCommitItem *next; /* of a list */
  GroupCommitDesk *desk; /* (unowned) where it comes back to */
};

/** Makes the file, of @size bytes of zeros. Returns: (nullable): NULL with errno */
GroupCommit *group_commit_new (const char *path, gsize size);

/** Makes the list @items safe, now and in this thread. */
void group_commit_now (GroupCommit *commit, GroupCommitItem *items);

/** Has the list @items made safe in a thread of its own; each comes back to its desk. Never waits.
 * @last: of @items */
void group_commit_soon (GroupCommit *commit, GroupCommitItem *items, GroupCommitItem *last);

GroupCommitDesk *group_commit_desk_new (void);

/** An eventfd that is readable when something has come back. */
int group_commit_desk_fd (GroupCommitDesk *desk);

/** Returns: (nullable): the list of what has come back */
GroupCommitItem *group_commit_desk_take (GroupCommitDesk *desk);
