/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/auth/credentials.h"
#include "servers/auth/quota.h"
#include "servers/delivery/attempt.h"

typedef struct
{
  const char *state_dir;
  Credentials *credentials; /* (nullable) who has a mailbox; %NULL when that is not known now */
  Quota *quota;
} DeliverLocalMeans;

/**
 * deliver_local:
 * @attempt: on the local route; gets a result for each recipient
 *
 * Puts the message into the mailbox of each recipient, below Return-Path and Delivered-To; one that
 * has been delivered to the same address before goes in a circle, and fails. A mailbox without room
 * is tried again later. The mail's name in the mailbox comes from the queue's id and the recipient,
 * so that another try, after a crash in between, finds it there and makes no second one. Blocks on
 * the disk.
 */
void deliver_local (const DeliverLocalMeans *means, Attempt *attempt);
