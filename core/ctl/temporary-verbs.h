/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/ctl/verb.h"

/** SECTION: temporary-verbs: the changes that are taken back at their end. */

Status temporary_verbs_temporary (Client *client, char **arguments);
