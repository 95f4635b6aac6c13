/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gui/client/child-pipe.h"

/**
 * SECTION: ssh-pipe
 *
 * The way to the bus of another system: its systemd-stdio-bridge, started over ssh. No port is
 * opened for it, and who may do what is the other system's polkit to decide.
 */

/** Whether @host can be the name or the address of a host, or a name in ssh's configuration; such a
 * word can't be an option of ssh. */
gboolean ssh_pipe_is_host (const char *host);

/** Whether @user can be a user's name. */
gboolean ssh_pipe_is_user (const char *user);

/** Whether @place is HOST or USER@HOST, of such words. */
gboolean ssh_pipe_is_place (const char *place);

/**
 * ssh_pipe_new:
 * @place: see ssh_pipe_is_place()
 * @may_ask: whether the person may be asked for a password, or about the host's key, where there is
 * a terminal or a program (SSH_ASKPASS) to ask with
 *
 * Returns: (transfer full): %NULL with a G_IO_ERROR or G_SPAWN_ERROR
 */
ChildPipe *
ssh_pipe_new (const char *place, gboolean may_ask, GError **error) G_GNUC_WARN_UNUSED_RESULT;
