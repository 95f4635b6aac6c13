/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/settings/rules-delivery.h"

#include "core/settings/mail-router.h"
#include "core/settings/setting-value.h"

#define MAIL_ROUTER "smtp.mail-router"
#define DELIVERY_TLS "smtp.delivery.tls"
#define TLS_RULES "smtp.delivery.tls-rules"
#define ROUTES "smtp.delivery.routes"
#define CREDENTIALS "smtp.delivery.credentials"
#define RETRIES "smtp.retries.minutes-count"

static void
check_mail_router (const Settings *settings, GPtrArray *findings)
{
  const char *text = settings->smtp.mail_router;
  MailRouter router;
  MailRouterFault fault = *text == '\0' ? MAIL_ROUTER_VALID : mail_router_parse (text, &router);

  if (fault == MAIL_ROUTER_WRONG_HOST)
    rules_findings_refuse (findings, MAIL_ROUTER, -1,
                           setting_value_refusal (setting_lookup (MAIL_ROUTER), text));
  if (fault == MAIL_ROUTER_WRONG_PORT)
    rules_findings_refuse (
        findings, MAIL_ROUTER, -1,
        g_strdup_printf ("the port of \"%s\" is outside the range 1 to 65535", text));
}

static void
check_tls (const Settings *settings, GPtrArray *findings)
{
  const DeliverySettings *delivery = &settings->smtp.delivery;

  if (delivery->tls != DELIVERY_TLS_NONE)
    return;
  rules_findings_warn (findings, DELIVERY_TLS, -1,
                       g_strdup ("mail leaves without TLS: whoever listens in on the line can read "
                                 "it"));
}

static void
check_retries (const Settings *settings, GPtrArray *findings)
{
  const RetrySettings *retries = &settings->smtp.retries;

  if (retries->minutes_count + retries->hours_count + retries->days_count == 0)
    rules_findings_warn (findings, RETRIES, -1,
                         g_strdup ("nothing is tried again: a message comes back to its sender "
                                   "when the first try fails"));
}

void
rules_delivery_check (const Settings *settings, GPtrArray *findings)
{
  check_mail_router (settings, findings);
  rules_findings_refuse_same_key (findings, ROUTES, settings->smtp.delivery.routes);
  check_tls (settings, findings);
  rules_findings_refuse_same_key (findings, TLS_RULES, settings->smtp.delivery.tls_rules);
  rules_findings_refuse_same_key (findings, CREDENTIALS, settings->smtp.delivery.credentials);
  check_retries (settings, findings);
}
