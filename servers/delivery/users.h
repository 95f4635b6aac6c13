/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/auth/credentials.h"

/**
 * SECTION: users
 *
 * The mail users: opened when they are first asked for, again where the settings name others, and
 * again and again while their file can't be read. Any thread.
 */
typedef struct _Users Users;

Users *users_new (void);
void users_free (Users *users);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Users, users_free)

/** Returns: (transfer full) (nullable): the users that @settings name; %NULL when their file can't
 * be read, which is said once in the log */
Credentials *users_get (Users *users, const Settings *settings);
