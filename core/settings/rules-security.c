/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/settings/rules-security.h"

#define MINIMUM_TLS "security.minimum-tls"
#define FAILED_LOG_ONS "security.failed-log-ons"
#define NEVER_BANNED "security.never-banned"
#define AUTHENTICATION "smtp.authentication"
#define SUBMISSION_LISTENERS "smtp.submission-listeners"

static void
check_tls_only (const Settings *settings, GPtrArray *findings)
{
  const struct
  {
    const char *setting;
    TlsUse tls;
    const char *consequence;
  } servers[] = {
    { "smtp.tls", settings->smtp.tls, "nobody could send" },
    { "pop3.tls", settings->pop3.tls, "nobody could log on" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (servers); i++)
    if (servers[i].tls == TLS_USE_ONLY)
      rules_findings_refuse (
          findings, servers[i].setting, -1,
          g_strdup_printf ("needs a certificate in security.certificates: without one there is no "
                           "TLS, and %s",
                           servers[i].consequence));
}

static void
check_tls_listeners (const Settings *settings, GPtrArray *findings)
{
  const struct
  {
    const char *setting;
    const EndpointList *list;
  } listeners[] = {
    { "smtp.submission-tls-listeners", &settings->smtp.submission_tls_listeners },
    { "pop3.tls-listeners", &settings->pop3.tls_listeners },
  };

  for (guint i = 0; i < G_N_ELEMENTS (listeners); i++)
    if (listeners[i].list->length > 0)
      rules_findings_refuse (findings, listeners[i].setting, 0,
                             g_strdup ("needs a certificate in security.certificates: these "
                                       "listeners speak TLS from the first byte"));
}

/* Without TLS they are open all the same, for clients that log on to the POP server first. */
static void
check_submission (const Settings *settings, GPtrArray *findings)
{
  const SmtpSettings *smtp = &settings->smtp;

  if (smtp->submission_listeners.length > 0 && smtp->authentication == AUTHENTICATION_USE_TLS)
    rules_findings_warn (findings, SUBMISSION_LISTENERS, -1,
                         g_strdup ("nobody can authenticate there, as there is no certificate in "
                                   "security.certificates"));
}

static void
check_passwords (const Settings *settings, GPtrArray *findings)
{
  const SecuritySettings *security = &settings->security;

  if (settings->smtp.authentication == AUTHENTICATION_USE_ALWAYS)
    rules_findings_warn (findings, AUTHENTICATION, -1,
                         g_strdup ("passwords may come without TLS: whoever listens in on the line "
                                   "can read them"));
  if (security->failed_log_ons == 0)
    rules_findings_warn (findings, FAILED_LOG_ONS, -1,
                         g_strdup ("nobody is ever banned: passwords can be guessed without end"));
  rules_findings_warn_of_wide_network (findings, NEVER_BANNED, &security->never_banned,
                                       "passwords can be guessed from there without end");
}

void
rules_security_check (const Settings *settings, GPtrArray *findings)
{
  const SecuritySettings *security = &settings->security;

  if (security->minimum_tls < TLS_VERSION_1_2)
    rules_findings_warn (findings, MINIMUM_TLS, -1,
                         g_strdup ("TLS 1.0 and 1.1 are unsafe: what is sent under them can be "
                                   "read by others; choose them for old devices alone"));
  if (security->certificates[0] == NULL)
    {
      check_tls_only (settings, findings);
      check_tls_listeners (settings, findings);
      check_submission (settings, findings);
    }
  check_passwords (settings, findings);
}
