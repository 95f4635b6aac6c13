/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

/**
 * SECTION: metrics
 *
 * What the servers count, in Prometheus' text format (version 0.0.4). Of each server: postern_up,
 * whether it runs, postern_settings_revision, which revision it has in force, and
 * postern_settings_problem, whether it could not take the newest one, and postern_troubles, how many
 * things posternctl status warns of there. A counter "log-ons-failed" of
 * the server "pop3" becomes postern_pop3_log_ons_failed_total; what is open or waiting now, such as
 * "sessions", is a gauge, postern_pop3_sessions. New counters need no change here.
 */

/** One server's state. */
typedef struct
{
  const char *server; /* "smtp" */
  gboolean running;
  guint64 revision;   /* in force */
  gboolean problem;   /* the newest revision could not be taken */
  gsize troubles;     /* how many things deserve the administrator's hand */
  GVariant *counters; /* (owned) (nullable) a{st} */
} MetricsServer;

void metrics_server_clear (MetricsServer *server);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MetricsServer, metrics_server_clear)

#define METRICS_CONTENT_TYPE "text/plain; version=0.0.4; charset=utf-8"

/** Returns: (transfer full): the text; @servers: (array length=n_servers) */
char *metrics_to_text (const MetricsServer *servers, gsize n_servers);
