/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/settings-document.h"

/** Returns: (transfer full): the settings file of a system that has none: every setting at its
 * default, and a word for who opens it */
SettingsDocument *first_document_new (void);
