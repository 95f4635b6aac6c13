/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

/**
 * SECTION: child-pipe
 *
 * A program that is started, and spoken to over its standard input and output. What it writes to
 * standard error is kept, to be shown when it has failed.
 */

typedef struct _ChildPipe ChildPipe;

/** @complaint: (transfer full): the last line that the program wrote to standard error; "" for none
 */
typedef void (*ChildPipeEnded) (char *complaint, gpointer user_data);

/**
 * child_pipe_new:
 * @argv: program, found along PATH, and arguments; ends with %NULL
 * @environment: (nullable): variables to be set, NAME, VALUE, NAME, VALUE...; ends with %NULL
 *
 * Returns: (transfer full): %NULL when the program can't be started
 */
ChildPipe *child_pipe_new (const char *const *argv,
                           const char *const *environment,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Returns: (transfer none): what the program reads and writes */
GIOStream *child_pipe_get_stream (ChildPipe *self);

/** Waits until the program has ended, and has it end when it does not by itself soon. @ended is
 * called once, unless @self is freed before. */
void child_pipe_end (ChildPipe *self, ChildPipeEnded ended, gpointer user_data);

/** Ends the program. */
void child_pipe_free (ChildPipe *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChildPipe, child_pipe_free)
