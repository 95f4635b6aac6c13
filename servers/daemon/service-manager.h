/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * SECTION: service-manager
 *
 * Tells the service manager that has started us, where one has, how we are (sd_notify(3)): systemd
 * waits for that before it starts what comes after us, and shows the words in systemctl status.
 * Without a service manager nothing happens. Main thread.
 */

/** What was asked for is done: the start, or reading the settings again. @status: a sentence */
void service_manager_ready (const char *status);

/** The settings are being read again; service_manager_ready() is to follow. */
void service_manager_reloading (void);

/** The process ends, in order. */
void service_manager_stopping (void);
