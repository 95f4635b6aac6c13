/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/settings.h"

/**
 * alias_circle_find:
 *
 * Looks for an alias that leads to itself over others: "a: b" and "b: a". An alias that names
 * itself among its targets means its own mailbox, and is no circle.
 *
 * Returns: the row of an alias in a circle, from 0; -1 when there is none
 */
gssize alias_circle_find (const GeneralSettings *general);
