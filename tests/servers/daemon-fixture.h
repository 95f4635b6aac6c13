/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

/** echo-daemon as a process, with files and, where the test wants it, a bus of its own. */
typedef struct
{
  char *folder;      /* (owned) */
  char *config;      /* (owned) */
  char *state_dir;   /* (owned) */
  char *bus_address; /* (owned) */
  guint16 port;      /* free; the settings file of revision 7 has the server listen there */
  GSubprocess *bus;
  GDBusConnection *connection; /* of the test */
  GSubprocess *daemon;
  GDataInputStream *log;
} DaemonFixture;

void daemon_fixture_set_up (DaemonFixture *fixture, gconstpointer unused);
void daemon_fixture_tear_down (DaemonFixture *fixture, gconstpointer unused);

/** Returns a socket that is bound to a free port of 127.0.0.1, but does not listen. */
int daemon_fixture_bind (guint16 *port);

void daemon_fixture_write_settings (DaemonFixture *fixture, guint revision, guint16 port);

/** Starts a bus at fixture->bus_address, and connects to it; end_bus() takes it away. */
void daemon_fixture_start_bus (DaemonFixture *fixture);
void daemon_fixture_end_bus (DaemonFixture *fixture);

/** @option: (nullable) one more */
void daemon_fixture_start (DaemonFixture *fixture, const char *bus, const char *option);

/** Reads the log up to the first line with @part. */
void daemon_fixture_wait_for_line (DaemonFixture *fixture, const char *part);

/** Waits for the daemon's end, with that exit status. */
void daemon_fixture_expect_exit (DaemonFixture *fixture, int status);

/** Returns a client of the daemon's. */
int daemon_fixture_connect (guint16 port);
void daemon_fixture_check_echo (int client, const char *text);
