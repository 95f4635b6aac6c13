/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/pop3/pop3-server.h"
#include "tests/servers/client.h"

/**
 * SECTION: pop3-fixture
 *
 * A POP3 server in the test's process, with a state folder of its own, and users "joe" with
 * password "secret" and "ann" with "other".
 */
typedef struct
{
  char *state_dir;
  char *users_file;
  guint16 port;
  Settings *settings;
  Pop3Server *server;
} Pop3Fixture;

/** As g_test_add() wants them. */
void pop3_fixture_set_up (Pop3Fixture *fixture, gconstpointer data);
void pop3_fixture_tear_down (Pop3Fixture *fixture, gconstpointer data);

/** Returns: (transfer full): settings that may be changed before they are applied */
Settings *pop3_fixture_settings (Pop3Fixture *fixture, gboolean listens);
void pop3_fixture_apply (Pop3Fixture *fixture, Settings *settings);

guint64 pop3_fixture_counter (Pop3Fixture *fixture, const char *name);

/** Waits until the counter has that value. */
void pop3_fixture_await (Pop3Fixture *fixture, const char *name, guint64 value);

/** Puts a file into joe's Maildir: "new/1". */
void pop3_fixture_put (Pop3Fixture *fixture, const char *file, const char *content);
gboolean pop3_fixture_exists (Pop3Fixture *fixture, const char *file);

void pop3_fixture_remove_tree (const char *path);

/** Whether another process, as the SMTP server is one, finds joe's log-on from 127.0.0.1. */
gboolean pop3_fixture_has_logged_on (Pop3Fixture *fixture);

/** What that other process does, when the test's main finds that it is the other process; its exit
 * status. */
gboolean pop3_fixture_is_other_process (int argc, char **argv);
int pop3_fixture_look_up (char **argv);

/** Returns: (transfer full): a client that has read its greeting */
Client *pop3_fixture_greeted (Pop3Fixture *fixture);
void pop3_fixture_expect_greeting (Client *client);

/** Returns: (transfer full): joe, whose PASS was answered so */
Client *pop3_fixture_logged_on (Pop3Fixture *fixture, const char *answer);
