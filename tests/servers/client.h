/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * SECTION: client
 *
 * A client of a server on this machine, for tests: it sends commands and expects lines, and waits
 * for both. What is not as expected fails the test.
 */
typedef struct
{
  int fd;
  GString *input;
} Client;

Client *client_new (guint16 port);
void client_free (Client *client);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Client, client_free)

void client_send (Client *client, const char *text);

/** Takes in what has come, or waits for it. Returns whether there was something before the end. */
gboolean client_read (Client *client);

/** Returns: (transfer full): the next line, without its CR LF; %NULL at the end */
char *client_line (Client *client);

/** The next line is this one; %NULL: there is none, the server has closed the connection. */
void client_expect (Client *client, const char *expected);

/** Nothing more comes, not even a part of a line. */
void client_expect_end (Client *client);

/** Sends @command and CR LF, and expects a line. */
void client_say (Client *client, const char *command, const char *expected);
