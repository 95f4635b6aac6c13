/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * SECTION: rule-words
 *
 * The rules by which the SMTP server decides, in the person's language. On the bus and in the log
 * they are words such as "no-rule"; RelayDecision1.Explain lists them.
 */

/**
 * rule_words:
 * @rule: the rule's word
 * @setting: the setting that it stands in; some words stand in several
 *
 * Returns: (transfer none): what the rule says of the client, the sender or the recipient, in one
 * sentence; @rule itself for one that this program does not know
 */
const char *rule_words (const char *rule, const char *setting);
