/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/rules-findings.h"

/** The rules of how mail leaves: mail router, routes, TLS, credentials, retries. */
void rules_delivery_check (const Settings *settings, GPtrArray *findings);
