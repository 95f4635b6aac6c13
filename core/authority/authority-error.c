/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/authority/authority-error.h"

G_DEFINE_QUARK (postern - authority - error, authority_error)

void
authority_error_set_failed (GError **error, const GError *cause)
{
  g_set_error_literal (error, AUTHORITY_ERROR, AUTHORITY_ERROR_FAILED, cause->message);
}
