/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/queue/envelope.h"

/**
 * SECTION: envelope-record
 *
 * An envelope as bytes, as the queue keeps it: format version, check sum, numbers, texts; without
 * the id. Records of former versions are read, too; what they don't have is as envelope_new() leaves
 * it.
 */

/** Returns: (transfer full): the record, in the newest version */
GBytes *envelope_to_bytes (const Envelope *envelope);

/** Returns: (transfer full): the envelope with the id 0, or %NULL when @bytes are not one (damage)
 */
Envelope *envelope_from_bytes (GBytes *bytes);
