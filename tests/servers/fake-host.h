/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * SECTION: fake-host
 *
 * Another mail server, for the tests of the delivery: takes what it gets on a loopback address, and
 * answers as it is told.
 */
typedef struct _FakeHost FakeHost;

typedef struct
{
  char *sender;     /* (owned) what stood in MAIL FROM:<...> */
  char *recipients; /* (owned) those it took, joined by blanks */
  char *content;    /* (owned) without the dots that SMTP adds */
} FakeMessage;

/** @address: "127.0.0.1"; @port: 0 for any */
FakeHost *fake_host_new (const char *address, guint16 port);
void fake_host_free (FakeHost *host);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FakeHost, fake_host_free)

guint16 fake_host_port (FakeHost *host);

/**
 * From now on, commands that begin with @command, "." for the end of the content, get @answer:
 * reply lines without the last CR LF; "CLOSE" closes the connection, "HANG" says nothing for as
 * long as the host lives. %NULL takes that back. The
 * command "EARLY" stands for the beginning of the content.
 */
void fake_host_answer (FakeHost *host, const char *command, const char *answer);

/** The next command that begins with @command gets @answer, once. */
void fake_host_answer_once (FakeHost *host, const char *command, const char *answer);

/** Closes all connections, as a host does that is tired of waiting. */
void fake_host_drop (FakeHost *host);

/** How many commands that begin with @command were answered; "CONNECT" counts connections. */
guint fake_host_count_commands (FakeHost *host, const char *command);

/** How many connections were open at the same time, at most. */
guint fake_host_count_open_max (FakeHost *host);

/** Waits until @count messages have been taken; returns: (transfer none): the newest of them */
const FakeMessage *fake_host_wait (FakeHost *host, guint count);

/** How many messages have been taken. */
guint fake_host_count (FakeHost *host);

/** Waits until a command that begins with @command has been answered @count times. */
void fake_host_wait_command (FakeHost *host, const char *command, guint count);
