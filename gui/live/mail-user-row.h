/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gui/client/postern-client.h"
#include "gui/live/postern-row-view.h"

/**
 * SECTION: mail-user-row
 *
 * A mail user as a row of the list: what the authority says of the user, and which aliases lead
 * there.
 */
enum
{
  MAIL_USER_ROW_NAME,
  MAIL_USER_ROW_LOG_ON, /* a MailUserLogOn */
  MAIL_USER_ROW_APOP,   /* 1: possible */
  MAIL_USER_ROW_SIZE,   /* MiB; MAIL_USER_SIZE_DEFAULT, MAIL_USER_SIZE_NONE */
  MAIL_USER_ROW_ALIASES,
  MAIL_USER_ROW_FOLDED, /* what is searched */
  MAIL_USER_ROW_N_CELLS
};

typedef enum
{
  MAIL_USER_LOG_ON_ALLOWED,
  MAIL_USER_LOG_ON_FORBIDDEN,     /* the users file says so */
  MAIL_USER_LOG_ON_NOT_UNDERSTOOD /* the password: the servers know no such user */
} MailUserLogOn;

#define MAIL_USER_SIZE_DEFAULT -1
#define MAIL_USER_SIZE_NONE G_MAXINT64

#define MAIL_USER_ROW_N_COLUMNS 5
extern const PosternRowColumn mail_user_row_columns[MAIL_USER_ROW_N_COLUMNS];
extern const PosternRowShape mail_user_row_shape;

/** @users: what MailUsers1.List gives. Returns: (transfer full) (element-type PosternRow) */
GPtrArray *mail_user_row_make_all (PosternRowStore *store, GVariant *users, PosternClient *client);

/** A PosternRowWords for tooltips. */
char *mail_user_row_tip (const PosternRow *row, guint cell);
