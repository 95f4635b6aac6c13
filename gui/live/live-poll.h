/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "gui/client/postern-client.h"

/**
 * SECTION: live-poll
 *
 * What a page does again and again while it is mapped, and leaves off while it is not. Ends with the
 * widget.
 */
typedef void (*LivePollDo) (gpointer user_data);

/**
 * live_poll_ask:
 *
 * Calls @ask each @interval_s seconds, and at once when @widget is mapped, or @client has become
 * ready; but not before it was ready once, as nobody could answer.
 */
void live_poll_ask (
    GtkWidget *widget, PosternClient *client, guint interval_s, LivePollDo ask, gpointer user_data);

/** Calls @tick each second, for what changes with the time alone. */
void live_poll_tick (GtkWidget *widget, LivePollDo tick, gpointer user_data);
