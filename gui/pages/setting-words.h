/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * SECTION: setting-words
 *
 * Settings and their values in the words that their page shows, so that what the program says about
 * a change reads like the sheet that it was made in. The pages themselves are asked; no word is
 * written twice. GTK has to be initialised.
 */

/** Returns: (transfer full): the label of the setting @name, without mnemonic, range and colon:
 * "Address relay list"; @name itself where no page shows it */
char *setting_words_label (const char *name);

/** Returns: (transfer full): where it stands: "SMTP Properties › Relay Restrictions"; %NULL where no
 * page shows it */
char *setting_words_place (const char *name);

/** Returns: (transfer full): @value, a b, u or s, as its page shows it: "on", "240", "Specified";
 * of an empty text "nothing"; of a list (as) its rows, joined by commas */
char *setting_words_value (const char *name, GVariant *value);
