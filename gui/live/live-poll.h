/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/**
 * SECTION: live-poll
 *
 * Calls @ask at once and each @interval_s seconds while @widget is mapped, and leaves off while it
 * is not. Ends with the widget.
 */
typedef void (*LivePollAsk) (gpointer user_data);

void live_poll_start (GtkWidget *widget, guint interval_s, LivePollAsk ask, gpointer user_data);
