/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ctl/adoption.h"

#include "core/bus/bus-place.h"
#include "core/ctl/output.h"
#include "core/ctl/server-state.h"

#include <glib/gi18n.h>

/* Servers take a revision within milliseconds. One that has not by then, can't, or is very busy. */
#define PATIENCE_MS 1500
#define PAUSE_MS 10

static int
left_ms (gint64 until_us)
{
  return (int) MAX ((until_us - g_get_monotonic_time ()) / 1000, 0);
}

/* Returns whether there is nothing to wait for any more. A problem that stands there may be that of
 * an earlier revision, so it does not end the wait. */
static gboolean
has_taken (const ServerState *state, guint64 revision)
{
  return !state->running || state->revision >= revision;
}

static void
warn (const char *server, const ServerState *state, guint64 revision)
{
  g_autofree char *wanted = g_strdup_printf ("%" G_GUINT64_FORMAT, revision);
  g_autofree char *held = g_strdup_printf ("%" G_GUINT64_FORMAT, state->revision);

  if (state->revision == 0)
    output_warning (_ ("%s does not answer: it is not known whether revision %s is in force there"),
                    server, wanted);
  else if (*state->problem != '\0')
    output_warning (_ ("%s could not take revision %s, and stays with revision %s: %s"), server,
                    wanted, held, state->problem);
  else
    output_warning (_ ("%s has not taken revision %s yet, and stays with revision %s"), server,
                    wanted, held);
}

static void
await_server (Client *client, const char *server, guint64 revision, gint64 until_us)
{
  for (;;)
    {
      g_auto (ServerState) state = { 0 };
      int patience_ms = MAX (left_ms (until_us), PAUSE_MS);

      if (server_state_read_revision (client, server, patience_ms, &state, NULL)
          && has_taken (&state, revision))
        return;
      if (left_ms (until_us) == 0)
        {
          warn (server, &state, revision);
          return;
        }
      g_usleep (PAUSE_MS * 1000);
    }
}

void
adoption_report (Client *client, guint64 before, guint64 revision)
{
  gint64 until_us = g_get_monotonic_time () + PATIENCE_MS * 1000;

  output_revision (client, before, revision);
  for (gsize i = 0; i < BUS_PLACE_SERVERS; i++)
    await_server (client, BUS_PLACE_SERVER[i].server, revision, until_us);
}
