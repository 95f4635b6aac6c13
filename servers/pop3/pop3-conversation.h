/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/net/reception.h"
#include "servers/pop3/pop3-services.h"

/**
 * SECTION: pop3-conversation
 *
 * One client: a connection that feeds a session, and does what its steps say. A line is fed only
 * when the step before it is done and the client takes our replies, so replies come in the order of
 * the commands, however many came at once.
 *
 * Everything that asks the disk, or takes its time, is done elsewhere: see pop3-answerer.
 *
 * Everything here happens in the worker's thread.
 */
typedef struct _Pop3Conversation Pop3Conversation;

/** How its client came in. */
typedef enum
{
  POP3_DOOR_PLAIN, /* pop3.listeners */
  POP3_DOOR_TLS    /* pop3.tls-listeners: TLS from the first byte (RFC 8314, section 3.3) */
} Pop3Door;

/** A client has come: @fd is (transfer full). Leaves @seat when the connection is closed; not to
 * be used from then on. */
Pop3Conversation *pop3_conversation_new (
    Pop3Services *services, Worker *worker, int fd, Pop3Door door, ReceptionSeat *seat);

/** Ends the conversation in the protocol's words; deletions, and log-ons that are being written
 * down, get their answer first. */
void pop3_conversation_stop (Pop3Conversation *conversation);

/** As ReceptionHost.give_way. Who has logged on stays, and so does one whose password is looked at. */
gboolean pop3_conversation_give_way (Pop3Conversation *conversation,
                                     guint waited_seconds,
                                     Pop3Conversation *newcomer);
