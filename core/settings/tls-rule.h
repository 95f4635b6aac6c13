/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/settings.h"

/** How mail goes to some domains or hosts: a row of smtp.delivery.tls-rules. */
typedef struct
{
  char *domain; /* (owned) a pattern, in lower case: of the recipient's domain, or of the host */
  DeliveryTls tls;
} TlsRule;

/** Reads "example.org verify". Returns FALSE, and leaves @rule alone, for anything else. */
gboolean tls_rule_parse (const char *text, TlsRule *rule) G_GNUC_WARN_UNUSED_RESULT;
/** Returns: (transfer full): the row in its normal form */
char *tls_rule_to_text (const TlsRule *rule);

void tls_rule_clear (TlsRule *rule);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TlsRule, tls_rule_clear)
