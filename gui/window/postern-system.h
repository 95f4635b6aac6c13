/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gui/client/postern-client.h"

/**
 * SECTION: postern-system
 *
 * One system of the tree: its client, what it is called, what was done last on it, and the deeds
 * that its servers know.
 *
 * Signal "changed": anything of it: settings, servers, connection, or what there is to tell.
 */

typedef enum
{
  POSTERN_SYSTEM_LOCAL,  /* this one, or whatever --bus names */
  POSTERN_SYSTEM_REMOTE, /* over ssh */
  POSTERN_SYSTEM_BACKUP  /* a settings file alone: no servers */
} PosternSystemKind;

typedef enum
{
  POSTERN_DEED_START,
  POSTERN_DEED_STOP,
  POSTERN_DEED_RESTART
} PosternDeed;

#define POSTERN_TYPE_SYSTEM (postern_system_get_type ())
G_DECLARE_FINAL_TYPE (PosternSystem, postern_system, POSTERN, SYSTEM, GObject)

/** @where: as for postern_client_new(). @name: of the system or the file, for people */
PosternSystem *postern_system_new (PosternSystemKind kind, const char *where, const char *name);

PosternSystemKind postern_system_get_kind (PosternSystem *self);

/** Returns: (transfer none) */
PosternClient *postern_system_get_client (PosternSystem *self);

/** The name alone: of the host, or of the file. */
const char *postern_system_get_name (PosternSystem *self);

/** As it is called in the tree: "This system (mail)", "mail2.example.org", "backup.xml". */
const char *postern_system_get_title (PosternSystem *self);

const char *postern_system_get_icon (PosternSystem *self);

/** Returns: (transfer none): in a word how the connection is; "" when all is well */
const char *postern_system_get_state (PosternSystem *self);

/** Returns: (transfer full): the line below the window: the problem, else the last deed, else what
 * became of the settings */
char *postern_system_get_status (PosternSystem *self);

/** @words: (nullable): what has been done, or could not be; %NULL: nothing any more */
void postern_system_tell (PosternSystem *self, const char *words);

/** From now on the status follows what becomes of @revision, which was saved from here. */
void postern_system_note_saved (PosternSystem *self, guint64 revision);

/** Asks for everything again, and forgets what was done. */
void postern_system_refresh (PosternSystem *self);

/** Whether @deed can be done now: what does not run can only be started. */
gboolean postern_system_can (PosternSystem *self, PosternServer server, PosternDeed deed);

/** The status tells what becomes of it. */
void postern_system_do (PosternSystem *self, PosternServer server, PosternDeed deed);

/** Whether the server is to start by itself. @known: (out) (optional): whether settings are there
 * that say so, and can be changed now */
gboolean postern_system_get_autostart (PosternSystem *self, PosternServer server, gboolean *known);

/** Saves it. The status tells what becomes of it. */
void postern_system_set_autostart (PosternSystem *self, PosternServer server, gboolean on);
