/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/net/tls-error.h"

#include <gio/gio.h>
#include <openssl/err.h>

TlsError
tls_error_take (void)
{
  TlsError error = { .words = "it does not say why" };
  unsigned long code = ERR_get_error ();

  ERR_clear_error ();
  if (code == 0)
    return error;

  error.is_set = TRUE;
  error.library = ERR_GET_LIB (code);
  error.reason = ERR_GET_REASON (code);
  const char *words = ERR_SYSTEM_ERROR (code) ? g_strerror (ERR_GET_REASON (code))
                                              : ERR_reason_error_string (code);
  if (words != NULL)
    g_strlcpy (error.words, words, sizeof error.words);
  else
    ERR_error_string_n (code, error.words, sizeof error.words);
  return error;
}

void
tls_error_set (GError **error, const char *about)
{
  TlsError cause = tls_error_take ();

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s: %s", about, cause.words);
}
