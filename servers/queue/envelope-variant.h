/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/queue/envelope.h"

/**
 * SECTION: envelope-variant
 *
 * Envelopes as the first versions of their record kept them: GVariants, in the machine's order of
 * bytes. They are read, and not written any more.
 */

/** The versions are 1 and those up to this one. */
#define ENVELOPE_VARIANT_LAST 2

/** @bytes: without the record's head. Returns: (transfer full) (nullable): the envelope with the
 * id 0; %NULL for damage */
Envelope *envelope_variant_read (guint32 version, const guint8 *bytes, gsize length);
