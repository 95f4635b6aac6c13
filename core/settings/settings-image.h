/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/settings.h"

/**
 * SECTION: settings-image
 *
 * A snapshot as bytes that need no parsing: lists of networks lie in them as they are used, rows
 * and look-up (network-set), and a snapshot made from the bytes points there. So several processes
 * can share one that lies in a file (image-file).
 *
 * The bytes are for the machine and the program that wrote them.
 */

/** Returns: (transfer full): the bytes of @settings */
GBytes *settings_image_encode (const Settings *settings);

/**
 * settings_image_decode:
 * @image: begins at a multiple of 8
 *
 * Returns: (transfer full): a snapshot equal to that which was encoded, revision included, which
 * keeps @image; %NULL where @image is none. Whatever it holds, no look-up leaves it.
 */
Settings *settings_image_decode (GBytes *image) G_GNUC_WARN_UNUSED_RESULT;
