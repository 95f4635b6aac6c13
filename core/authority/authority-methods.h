/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/authority/temporary.h"

/**
 * SECTION: authority-methods
 *
 * The methods of org.postern.ServerProperties1 that read and change settings, each as one function
 * from its arguments to its reply. Blocks as long as the disk takes; the same thread always.
 */

/** A reply that is larger is a failure: the system's bus takes messages of up to 32 MiB, and
 * disconnects who sends a larger one. There, a text is up to a quarter longer than it is here. */
#define AUTHORITY_METHODS_REPLY_MAX_BYTES (25 * 1024 * 1024)

/** What the methods work with. */
typedef struct
{
  Custody *custody;     /* (unowned) */
  Temporary *temporary; /* (unowned) */
} AuthorityMeans;

/**
 * authority_methods_run:
 * @method: the method's name
 * @who: the caller's user name
 * @arguments: a tuple, of the type that the interface says
 *
 * Returns: (transfer floating): the reply, a tuple; %NULL with an #AuthorityError
 */
GVariant *authority_methods_run (const AuthorityMeans *means,
                                 const char *method,
                                 const char *who,
                                 GVariant *arguments,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
