/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/** Of what org.postern.Server1.Counters gives: whether it tells how many there are at this moment,
 * and may fall as well as rise ("sessions"). All else counts from a server's start. */
gboolean counter_name_is_gauge (const char *name);
