/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/settings.h"

/**
 * file_names_make_absolute:
 * @settings: a snapshot that nobody else has yet
 * @folder: the folder of the settings file
 *
 * Lets each relative file name in the settings start at @folder: that of the users file, of the
 * certificates, of the certificate authorities and of the secrets. What is empty stays empty.
 */
void file_names_make_absolute (Settings *settings, const char *folder);
