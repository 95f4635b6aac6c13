/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/settings/rules.h"

#include "core/settings/rules-bindings.h"
#include "core/settings/rules-delivery.h"
#include "core/settings/rules-listeners.h"
#include "core/settings/rules-log-ons.h"
#include "core/settings/rules-mailboxes.h"
#include "core/settings/rules-relay.h"
#include "core/settings/rules-security.h"

typedef void (*Rules) (const Settings *settings, GPtrArray *findings);

static const Rules parts[] = {
  rules_mailboxes_check, rules_security_check, rules_listeners_check, rules_relay_check,
  rules_delivery_check,  rules_log_ons_check,  rules_bindings_check,
};

GPtrArray *
rules_check (const Settings *settings)
{
  GPtrArray *findings = rules_findings_new ();

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    parts[i](settings, findings);
  return findings;
}
