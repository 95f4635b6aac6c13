/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "server-properties-bus.h"

/**
 * SECTION: settings-mirror
 *
 * The settings as the authority last gave them: what it says of each, their values, their revision.
 * They stay while the authority is away.
 */

typedef struct _SettingsMirror SettingsMirror;

/**
 * SettingsMirrorLoaded:
 * @changed: whether the values differ from what they were
 * @error: (nullable): a CLIENT_ERROR, when the authority did not give them
 *
 * A load has ended. One that was given up ends silently.
 */
typedef void (*SettingsMirrorLoaded) (gboolean changed, const GError *error, gpointer user_data);

SettingsMirror *settings_mirror_new (SettingsMirrorLoaded loaded, gpointer user_data);

void settings_mirror_free (SettingsMirror *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SettingsMirror, settings_mirror_free)

/** Whom to ask from now on; a load under way is given up. @authority: (nullable): nobody */
void settings_mirror_follow (SettingsMirror *self, BusServerProperties1 *authority);

/** Asks for everything; while it is being loaded, once more after that. Does nothing while there is
 * nobody to ask. */
void settings_mirror_load (SettingsMirror *self);

/** Whether an answer is still to come; asked within SettingsMirrorLoaded, whether another one is. */
gboolean settings_mirror_is_loading (SettingsMirror *self);

/** Whether the settings have been loaded at least once. */
gboolean settings_mirror_is_filled (SettingsMirror *self);

guint64 settings_mirror_get_revision (SettingsMirror *self);

/** Returns: (transfer full): the value of the setting @name: b, u, s or as; %NULL if there is none
 */
GVariant *settings_mirror_get_value (SettingsMirror *self, const char *name);

/** Returns: (transfer full): what Describe says of the setting @name, an a{sv}; %NULL if nothing */
GVariant *settings_mirror_get_description (SettingsMirror *self, const char *name);
