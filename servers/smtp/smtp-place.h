/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/smtp/smtp-conversation.h"
#include "servers/smtp/smtp-decision.h"

/**
 * SECTION: smtp-place
 *
 * A conversation's place among those that may be open at the same time (smtp.limits.sessions). Where
 * all are taken, a newcomer gets the place of a stranger who has got nowhere for longest: see
 * client_tally_gives_way(). A command, and each KiB of content, is getting somewhere.
 * Who may relay by who it is, and whoever waits for us, keeps the place; and one who may relay need
 * not wait for any stranger's time to pass.
 *
 * In the worker's thread.
 */

/** Takes a place, and whether it is one too many is told by smtp_place_is_found(). */
void smtp_place_take (SmtpConversation *conversation);

/** Whether the client may have its place, by its address and in all; else @decision tells why not. */
gboolean smtp_place_is_found (SmtpConversation *conversation, SmtpDecision *decision);

/** Gives the place back; may be called again. */
void smtp_place_leave (SmtpConversation *conversation);

/** As ReceptionHost.give_way. */
gboolean smtp_place_give_way (SmtpConversation *conversation,
                              guint waited_seconds,
                              SmtpConversation *newcomer);
