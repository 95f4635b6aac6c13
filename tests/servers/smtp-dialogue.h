/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/delivery/smtp-client.h"

/**
 * SECTION: smtp-dialogue
 *
 * A dialogue of the delivering side, as a test has it. "S: text" is fed: a line of the server's.
 * "C: text" is expected: a command; all of them, in this order. CONTENT, CHUNK, TLS, SECRET, READY,
 * CLOSE are expected: steps. The message is handed over when the client is READY for the first time,
 * and again by "AGAIN"; "SECURED", "SECRET: text" and "GONE" (the connection is lost) are fed, too.
 * "R: outcome reply" is expected at the end, one for each recipient.
 */
typedef struct
{
  const char *name;
  SmtpMail mail;
  const char *lines[40];
  SmtpClientHost host;
} SmtpDialogue;

/** Plays the #SmtpDialogue @data, and holds the client to it. */
void smtp_dialogue_play (gconstpointer data);
