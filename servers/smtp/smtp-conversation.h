/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/net/reception.h"
#include "servers/smtp/smtp-services.h"

/**
 * SECTION: smtp-conversation
 *
 * One client: a connection that feeds a session, and does what its steps say. A line is fed only
 * when the step before it is done and the client takes our replies, so replies come in the order of
 * the commands, however many came at once.
 *
 * Each answer is found with the settings in force at that moment. An answer may be given at once,
 * or from the worker's loop later, as the one about a message is, which waits for the disk.
 *
 * Everything happens in the worker's thread.
 */
typedef struct _SmtpConversation SmtpConversation;

/** A client has come: @fd is (transfer full). Leaves @seat when the connection is closed; not to
 * be used from then on. */
SmtpConversation *smtp_conversation_new (
    SmtpServices *services, Worker *worker, int fd, SmtpDoor door, ReceptionSeat *seat);

/** Ends the conversation in the protocol's words; one that waits for the disk gives its answer
 * first. */
void smtp_conversation_stop (SmtpConversation *conversation);
