/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/daemon/service-manager.h"

#include <systemd/sd-daemon.h>

/* A manager that can't be told is its own trouble: the mail goes on, and there is nobody else to
 * tell. */
static void
tell (const char *words)
{
  (void) sd_notify (FALSE, words);
}

void
service_manager_ready (const char *status)
{
  g_autofree char *line = g_strdelimit (g_strdup (status), "\n", ' ');
  g_autofree char *words = g_strdup_printf ("READY=1\nSTATUS=%s", line);
  tell (words);
}

void
service_manager_reloading (void)
{
  /* Newer managers tell by the time that it's an answer to their own signal. */
  g_autofree char *words
      = g_strdup_printf ("RELOADING=1\nMONOTONIC_USEC=%" G_GINT64_FORMAT, g_get_monotonic_time ());
  tell (words);
}

void
service_manager_stopping (void)
{
  tell ("STOPPING=1");
}
