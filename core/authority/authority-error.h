/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * SECTION: authority-error
 *
 * Why the authority did not do what it was asked to. Nothing was changed then.
 */

#define AUTHORITY_ERROR (authority_error_quark ())
GQuark authority_error_quark (void);

typedef enum
{
  AUTHORITY_ERROR_INVALID, /* refused; the message holds a line for each problem: "setting: what is
                              wrong" */
  AUTHORITY_ERROR_STALE,   /* somebody else saved first; the message says who and when */
  AUTHORITY_ERROR_NO_SUCH_REVISION, /* not kept */
  AUTHORITY_ERROR_FAILED            /* disk full, no permission, ...; nothing was changed */
} AuthorityError;

/** Sets @error to FAILED, with the message of @cause. */
void authority_error_set_failed (GError **error, const GError *cause);
