/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/** What OpenSSL says of its last failure in this thread. */
typedef struct
{
  gboolean is_set;
  int library; /* ERR_LIB_SSL... */
  int reason;  /* SSL_R_NO_SHARED_CIPHER... */
  char words[128];
} TlsError;

/** Takes it away, so that the next failure finds a clean slate: its first cause, where there are
 * several. */
TlsError tls_error_take (void);

/** Sets @error, a G_IO_ERROR_FAILED, to "@about: " and what tls_error_take() finds. */
void tls_error_set (GError **error, const char *about);
