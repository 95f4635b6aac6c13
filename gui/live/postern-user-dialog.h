/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "gui/client/postern-client.h"

/**
 * SECTION: postern-user-dialog
 *
 * Asks for what a deed on a mail user needs, does it, and goes when it is done. What the authority
 * refuses is said at the field, and nothing that was typed is lost.
 *
 * Signal "done" (const char *user, const char *words): the deed has been done.
 */
typedef enum
{
  POSTERN_USER_DEED_ADD,
  POSTERN_USER_DEED_PASSWORD,
  POSTERN_USER_DEED_APOP,
  POSTERN_USER_DEED_SIZE
} PosternUserDeed;

typedef struct
{
  const char *name; /* "" for the user that is to be added */
  gboolean has_apop;
  gint64 size_mib; /* as in mail-user-row.h */
} PosternUserFacts;

#define POSTERN_TYPE_USER_DIALOG (postern_user_dialog_get_type ())
G_DECLARE_FINAL_TYPE (PosternUserDialog, postern_user_dialog, POSTERN, USER_DIALOG, GtkDialog)

GtkWidget *postern_user_dialog_new (GtkWindow *parent,
                                    PosternClient *client,
                                    PosternUserDeed deed,
                                    const PosternUserFacts *user);
