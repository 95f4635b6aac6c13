/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/smtp/smtp-conversation.h"

/** Whether there is room for the conversation: all sessions, and those of its client. FALSE: the log
 * has been told why, and it is none of the sessions that are counted any more. For a client that
 * begins with a TLS handshake; of others SMTP_QUESTION_GREET asks the same. */
gboolean smtp_answers_admit (SmtpConversation *conversation);

/** Finds the answer to the question that is open in a conversation, at once or later, and gives it.
 */
void smtp_answers_find (SmtpConversation *conversation, SmtpQuestion question);

/** The client has gone, or is sent away: what waits for a time, or for somebody else's answer, ends.
 * What is decided or written right now goes on, and finds nobody. Returns whether nothing works on
 * an answer any more. */
gboolean smtp_answers_cancel (SmtpConversation *conversation);
