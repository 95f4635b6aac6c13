/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * SECTION: message-facts
 *
 * What filters ask of a message, as text: decoded, in UTF-8, with one blank for all white space in
 * a row. Where a message says something twice, both count: programs differ in which they believe.
 */
typedef struct
{
  GPtrArray *originators; /* (element-type utf8): the sender of the envelope, and the addresses in
                             From, Sender and Reply-To; the text of such a field where it has no
                             address */
  GPtrArray *subjects;
  GPtrArray *names;  /* of parts: Content-Disposition's filename (RFC 2183), Content-Type's name */
  GPtrArray *types;  /* of parts, in lower case: "text/html" */
  gboolean is_whole; /* nothing was left out: see message-skeleton, and MESSAGE_FACTS_DEPTH_MAX; and
                        no parts are hidden that other programs may see */
} MessageFacts;

/** Parts in parts in parts are looked into so deep. */
#define MESSAGE_FACTS_DEPTH_MAX 50

/** Reads a message, however broken. @sender: of the envelope; "" for none. To be called where
 * blocking is allowed: it takes milliseconds for most messages, and a second for the worst. */
MessageFacts *message_facts_new (const char *sender, GBytes *content);
void message_facts_free (MessageFacts *facts);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MessageFacts, message_facts_free)
