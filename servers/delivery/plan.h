/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/delivery/attempt.h"

/**
 * plan_make:
 * @content: of the message
 * @eight_bit: as in #Attempt
 *
 * Sorts the recipients that wait by their route. Pure: the settings in force decide.
 *
 * Returns: (transfer full) (element-type Attempt): an attempt for each route; @envelope outlives
 * them
 */
GPtrArray *
plan_make (const Envelope *envelope, Policy *policy, GBytes *content, gboolean eight_bit);
