/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/ctl/client.h"

/**
 * SECTION: server-state
 *
 * What a server tells of itself (org.postern.Server1), read in one go.
 */

typedef struct
{
  gboolean running;
  guint64 revision; /* in force; 0: it did not say */
  char *problem;    /* (owned) why it could not take the newest revision; "" for none */
  char **endpoints; /* (owned) */
  char **troubles;  /* (owned) what deserves the administrator's hand; none where it did not say */
  gint64 sessions;  /* -1: it did not say */
} ServerState;

/** Properties are to be had without a password: who does not give them within this time hangs. */
#define SERVER_STATE_PATIENCE_MS 10000

/** Fills in all of @state. Returns FALSE with an error when the server runs, but does not answer; one
 * that does not run is no error. */
gboolean server_state_read (Client *client, const char *server, ServerState *state, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/** The same, but only what it has in force; the rest of @state stays empty. Waits for @patience_ms
 * at most. */
gboolean server_state_read_revision (Client *client,
                                     const char *server,
                                     int patience_ms,
                                     ServerState *state,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

void server_state_clear (ServerState *state);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ServerState, server_state_clear)
