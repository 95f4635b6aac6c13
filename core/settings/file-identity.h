/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/** Which file stands at a path, and in which state: equal ones have not been written or replaced in
 * between. */
typedef struct
{
  guint64 device, inode, size;
  gint64 modified_ns, changed_ns;
} FileIdentity;

/** Of a file that is not there; equal to nothing. */
#define FILE_IDENTITY_NONE ((FileIdentity){ 0 })

FileIdentity file_identity_of (const char *path);

gboolean file_identity_equal (const FileIdentity *a, const FileIdentity *b);

/** The same; and a file that is not there has not changed when it was not there before either. */
gboolean file_identity_unchanged (const FileIdentity *a, const FileIdentity *b);
