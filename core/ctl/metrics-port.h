/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

/**
 * SECTION: metrics-port
 *
 * A small HTTP server for Prometheus: GET and HEAD of /metrics, and nothing else.
 */

#define METRICS_PORT_DEFAULT 9157

/** Returns: (transfer full): the text for an answer; %NULL with an error, which is answered
 * with 503 and its message. Called in one other thread, never twice at a time. */
typedef char *(*MetricsPortRead) (gpointer user, GError **error);

/**
 * metrics_port_parse:
 * @text: "127.0.0.1:9157" or "[::1]:9157"; port 0 asks the system for one, no port means 9157
 *
 * Returns: (transfer full): the address; %NULL with a G_IO_ERROR where @text is none
 */
GInetSocketAddress *metrics_port_parse (const char *text, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * metrics_port_serve:
 * @ready: called once it listens, with what to fetch
 *
 * Answers until SIGTERM or SIGINT. Returns FALSE with an error when the address can't be had.
 */
gboolean metrics_port_serve (GInetSocketAddress *address,
                             MetricsPortRead read,
                             void (*ready) (const char *url),
                             gpointer user,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;
