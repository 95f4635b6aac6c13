/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

/**
 * SECTION: client-error
 *
 * What can go wrong between this program and the authority, in the few kinds that a person has to
 * tell apart.
 */

#define CLIENT_ERROR (client_error_quark ())
GQuark client_error_quark (void);

typedef enum
{
  CLIENT_ERROR_NOT_AUTHORIZED, /* this user may not do it */
  CLIENT_ERROR_INVALID,        /* a value was refused; the message names each */
  CLIENT_ERROR_STALE,          /* somebody else saved first */
  CLIENT_ERROR_UNREACHABLE,    /* the bus or the authority is not there */
  CLIENT_ERROR_FAILED          /* the authority itself failed */
} ClientError;

/**
 * client_error_translate:
 * @error: (transfer full): what a D-Bus call gave
 *
 * Returns: (transfer full): the same as a CLIENT_ERROR; a cancellation is passed on as it is
 */
GError *client_error_translate (GError *error);

/** Returns: (transfer full): one or two sentences for the person at the screen */
char *client_error_to_words (const GError *error);
