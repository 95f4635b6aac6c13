/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/ctl/verb.h"

/** SECTION: device-verbs: devices list. */

Status device_verbs_devices (Client *client, char **arguments);
