/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/**
 * SECTION: postern-application
 *
 * Server Properties as a program: its options, its client on the bus, its window.
 */

#define POSTERN_TYPE_APPLICATION (postern_application_get_type ())
G_DECLARE_FINAL_TYPE (PosternApplication, postern_application, POSTERN, APPLICATION, GtkApplication)

PosternApplication *postern_application_new (void);
