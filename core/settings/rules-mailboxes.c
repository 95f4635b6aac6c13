/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/settings/rules-mailboxes.h"

#include "core/settings/alias-circle.h"
#include "core/settings/alias.h"
#include "core/settings/host-name.h"
#include "core/settings/setting-value.h"

#define HOST_NAME "general.host-name"
#define LOCAL_DOMAINS "general.local-domains"
#define ALIASES "general.aliases"
#define POSTMASTER "general.postmaster"
#define CATCH_ALL "general.catch-all"

static void
check_host_name (const Settings *settings, GPtrArray *findings)
{
  const char *name = settings->general.host_name;

  if (!host_name_is_valid (name))
    rules_findings_refuse (findings, HOST_NAME, -1,
                           setting_value_refusal (setting_lookup (HOST_NAME), name));
}

static void
check_local_domains (const Settings *settings, GPtrArray *findings)
{
  const DomainList domains = settings->general.local_domains;

  for (gssize i = 0; domains[i] != NULL; i++)
    if (g_str_equal (domains[i], "*"))
      rules_findings_warn (findings, LOCAL_DOMAINS, i,
                           g_strdup ("every domain is local: no mail leaves this system any more"));
}

static void
check_target (const char *setting, const char *target, GPtrArray *findings)
{
  if (*target != '\0' && !alias_target_is_valid (target))
    rules_findings_refuse (findings, setting, -1,
                           setting_value_refusal (setting_lookup (setting), target));
}

static void
check_aliases (const Settings *settings, GPtrArray *findings)
{
  gssize row = alias_circle_find (&settings->general);

  rules_findings_refuse_same_key (findings, ALIASES, settings->general.aliases);
  if (row >= 0)
    rules_findings_warn (findings, ALIASES, row,
                         g_strdup ("leads to itself over other aliases: nobody gets this mail "
                                   "unless one of them leads to a user, too"));
}

void
rules_mailboxes_check (const Settings *settings, GPtrArray *findings)
{
  const GeneralSettings *general = &settings->general;

  check_host_name (settings, findings);
  check_local_domains (settings, findings);
  check_aliases (settings, findings);
  check_target (POSTMASTER, general->postmaster, findings);
  check_target (CATCH_ALL, general->catch_all, findings);
  if (*general->catch_all != '\0')
    rules_findings_warn (findings, CATCH_ALL, -1,
                         g_strdup ("mail for every address that does not exist is taken: most of "
                                   "it is unwanted, and no sender learns of a mistyped address"));
}
