/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/delivery/attempt.h"
#include "servers/auth/credentials.h"

/**
 * deliver_local:
 * @attempt: on the local route; gets a result for each recipient
 * @credentials: (nullable): who has a mailbox; %NULL when that is not known now
 *
 * Puts the message into the mailbox of each recipient. The mail's name in the mailbox comes from
 * the queue's id and the recipient, so that another try, after a crash in between, finds it there
 * and makes no second one. Blocks on the disk.
 */
void deliver_local (Attempt *attempt, const char *state_dir, Credentials *credentials);
