/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/rules-findings.h"

/** The rules of TLS and of passwords, of all servers. */
void rules_security_check (const Settings *settings, GPtrArray *findings);
