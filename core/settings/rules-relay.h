/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/rules-findings.h"

/** The rules of who may connect, who may relay, and which messages are filtered. */
void rules_relay_check (const Settings *settings, GPtrArray *findings);
