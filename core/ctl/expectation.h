/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server-properties-bus.h"

#include <gio/gio.h>

/**
 * SECTION: expectation
 *
 * The option --expect: which revision a change is to be made on.
 */

/** --expect, for verbs that change settings; ends with { NULL }. */
extern const GOptionEntry EXPECTATION_OPTIONS[];

/** Returns: the revision given with --expect; 0 where it was not */
guint64 expectation_given (void);

/** Returns: that, or the newest revision; 0 with an error */
guint64 expectation_revision (BusServerProperties1 *authority,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
