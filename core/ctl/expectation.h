/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server-properties-bus.h"

#include <gio/gio.h>

/**
 * SECTION: expectation
 *
 * The option --expect: which revision a change is to be made on.
 */

/** Takes the option's value, for the table. */
gboolean expectation_take (const char *option, const char *value, gpointer data, GError **error);

/** --expect, as a row of a table of options. */
#define EXPECTATION_OPTION                                                                         \
  {                                                                                                \
    "expect", 'e', 0, G_OPTION_ARG_CALLBACK, expectation_take,                                     \
        N_ ("Fail with status 4 unless this revision is the newest"), N_ ("REVISION")              \
  }

/** --expect, for verbs that change settings; ends with { NULL }. */
extern const GOptionEntry EXPECTATION_OPTIONS[];

/** Returns: the revision given with --expect; 0 where it was not */
guint64 expectation_given (void);

/** Returns: that, or the newest revision; 0 with an error */
guint64 expectation_revision (BusServerProperties1 *authority,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
