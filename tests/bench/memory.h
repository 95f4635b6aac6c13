/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/** How much memory processes have: their own, and their part of what they share with others (PSS),
 * by smaps_rollup. @pids: "12,345". Returns: FALSE when one of them can't be asked */
gboolean memory_pss_kb (const char *pids, guint64 *kb);
