/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/pop3/pop3-services.h"

#include "servers/policy/policy-logon.h"

/* Some hundred thousand mails, however they are spread over mailboxes. */
#define LISTINGS_ROOM (64 * 1024 * 1024)

/* What can fail. */
static gboolean
open_tables (Pop3Services *services, const Settings *settings, GError **error)
{
  CredentialsSource source = credentials_source_of (settings);
  g_autofree char *logons = g_build_filename (services->state_dir, "log-ons", NULL);
  g_autofree char *devices = g_build_filename (logons, "devices", NULL);
  g_autofree char *bans = g_build_filename (services->state_dir, "bans", NULL);

  services->credentials = credentials_new (&source, error);
  if (services->credentials == NULL
      || !tls_holder_apply (services->tls, &settings->security, error))
    return FALSE;
  services->logons = logon_table_open (logons, LOGON_TABLE_WRITER, error);
  if (services->logons == NULL)
    return FALSE;
  services->devices = device_table_open (devices, error);
  if (services->devices == NULL)
    return FALSE;
  services->bans = ban_table_open (bans, error);
  return services->bans != NULL;
}

Pop3Services *
pop3_services_new (const char *state_dir, const Settings *settings, GError **error)
{
  g_autoptr (Pop3Services) services = g_new0 (Pop3Services, 1);

  g_mutex_init (&services->lock);
  services->state_dir = g_strdup (state_dir);
  services->policies = policy_holder_new (settings);
  services->tally = client_tally_new ();
  services->tls = tls_holder_new ();
  services->listings = listing_cache_new (LISTINGS_ROOM);
  services->turnstile = turnstile_new ("pop3-check", 0);
  if (!open_tables (services, settings, error))
    return NULL;
  return g_steal_pointer (&services);
}

void
pop3_services_free (Pop3Services *services)
{
  if (services == NULL)
    return;
  pop3_services_close_tables (services);
  g_clear_pointer (&services->devices, device_table_close);
  g_clear_pointer (&services->credentials, credentials_unref);
  tls_holder_free (services->tls);
  listing_cache_free (services->listings);
  client_tally_free (services->tally);
  policy_holder_free (services->policies);
  g_mutex_clear (&services->lock);
  g_free (services->state_dir);
  g_free (services);
}

void
pop3_services_close_tables (Pop3Services *services)
{
  g_clear_pointer (&services->turnstile, turnstile_free);
  g_clear_pointer (&services->bans, ban_table_close);
  g_clear_pointer (&services->logons, logon_table_close);
}

static BanLimits
limits_of (const Policy *policy)
{
  const SecuritySettings *security = &policy->settings->security;

  return (BanLimits){ security->failed_log_ons, security->ban_minutes };
}

gboolean
pop3_services_count_failure (Pop3Services *services,
                             const IpAddress *address,
                             const char *user,
                             BanNoted noted,
                             gpointer user_data)
{
  g_autoptr (Policy) policy = policy_holder_get (services->policies);
  BanLimits limits = limits_of (policy);

  if (!policy_may_ban (policy, address))
    return FALSE;
  ban_table_failed (services->bans, address, user, &limits, noted, user_data);
  return TRUE;
}

gboolean
pop3_services_look_up_ban (Pop3Services *services, const IpAddress *address, Ban *ban)
{
  g_autoptr (Policy) policy = policy_holder_get (services->policies);
  BanLimits limits = limits_of (policy);

  *ban = (Ban){ .failures = 0 };
  if (!policy_may_ban (policy, address))
    return FALSE;
  if (ban_table_look_up (services->bans, address, ban))
    return TRUE;
  ban->until = g_get_real_time () / G_USEC_PER_SEC + limits.minutes * 60;
  return ban_table_is_due (ban, &limits);
}

gboolean
pop3_services_prepare (Pop3Services *services,
                       const Settings *settings,
                       Credentials **credentials,
                       GError **error)
{
  CredentialsSource source = credentials_source_of (settings);
  g_autoptr (Credentials) former = pop3_services_credentials (services);

  if (credentials_is_of (former, &source))
    *credentials = g_steal_pointer (&former);
  else
    *credentials = credentials_new (&source, error);
  return *credentials != NULL && tls_holder_prepare (services->tls, &settings->security, error);
}

void
pop3_services_publish (Pop3Services *services, const Settings *settings, Credentials *credentials)
{
  g_mutex_lock (&services->lock);
  Credentials *former = services->credentials;
  services->credentials = credentials;
  g_mutex_unlock (&services->lock);

  credentials_unref (former);
  tls_holder_publish (services->tls);
  policy_holder_publish (services->policies, settings);
}

Credentials *
pop3_services_credentials (Pop3Services *services)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&services->lock);

  return credentials_ref (services->credentials);
}
