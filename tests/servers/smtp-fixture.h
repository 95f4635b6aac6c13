/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/queue/queue.h"
#include "servers/smtp/smtp-server.h"

#include <gio/gio.h>

/** An SMTP server with its real sockets, threads, queue and tables, in a folder of its own; for
 * g_test_add(). */
typedef struct
{
  char *folder;       /* (owned) */
  char *state;        /* (owned): its state folder */
  SmtpServer *server; /* (owned) */
  guint16 port;       /* of 127.0.0.1 */
} SmtpFixture;

/** @smtp: (nullable): what stands in the smtp element of the settings beside the listener. The only
 * user is ann; "sales" is an alias for her and for bill@example.com, "nowhere" one for nobody. */
void smtp_fixture_set_up (SmtpFixture *fixture, gconstpointer smtp);
void smtp_fixture_tear_down (SmtpFixture *fixture, gconstpointer smtp);

/** Returns: (transfer full): settings with @smtp */
Settings *smtp_fixture_make_settings (SmtpFixture *fixture, const char *smtp);

/** Puts such settings in force. */
void smtp_fixture_apply (SmtpFixture *fixture, const char *smtp);

guint64 smtp_fixture_counter (SmtpFixture *fixture, const char *name);

/** Ends the server and opens its queue. Returns: (transfer full) (element-type Envelope): what
 * stands there */
GPtrArray *smtp_fixture_list_queue (SmtpFixture *fixture, Queue **queue);

/** A client that blocks. */
typedef struct
{
  GSocketConnection *connection;
  GDataInputStream *input;
} SmtpTester;

void smtp_tester_open (SmtpTester *client, SmtpFixture *fixture);

/** Opens, and says EHLO. */
void smtp_tester_greet (SmtpTester *client, SmtpFixture *fixture);
void smtp_tester_close (SmtpTester *client);

void smtp_tester_send (SmtpTester *client, const char *bytes);

/** Reads a reply, all lines of it, and asserts how its last one begins; %NULL for the end of the
 * connection. */
void smtp_tester_expect (SmtpTester *client, const char *beginning);

/** Sends a line and expects its reply. */
void smtp_tester_say (SmtpTester *client, const char *command, const char *reply);
