/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/pop3/pop3-services.h"

Pop3Services *
pop3_services_new (const char *state_dir, const Settings *settings, GError **error)
{
  g_autofree char *folder = g_build_filename (state_dir, "log-ons", NULL);
  CredentialsSource source = credentials_source_of (settings);
  g_autoptr (Credentials) credentials = credentials_new (&source, error);
  g_autoptr (LogonTable) logons = NULL;
  Pop3Services *services;

  if (credentials == NULL)
    return NULL;
  logons = logon_table_open (folder, LOGON_TABLE_WRITER, error);
  if (logons == NULL)
    return NULL;

  services = g_new0 (Pop3Services, 1);
  g_mutex_init (&services->lock);
  services->state_dir = g_strdup (state_dir);
  services->logons = g_steal_pointer (&logons);
  services->settings = settings_ref (settings);
  services->credentials = g_steal_pointer (&credentials);
  return services;
}

void
pop3_services_free (Pop3Services *services)
{
  if (services == NULL)
    return;
  pop3_services_close_logons (services);
  credentials_unref (services->credentials);
  settings_unref (services->settings);
  g_mutex_clear (&services->lock);
  g_free (services->state_dir);
  g_free (services);
}

void
pop3_services_close_logons (Pop3Services *services)
{
  g_clear_pointer (&services->logons, logon_table_close);
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
  return *credentials != NULL;
}

void
pop3_services_publish (Pop3Services *services, const Settings *settings, Credentials *credentials)
{
  g_autoptr (Settings) former_settings = NULL;
  g_autoptr (Credentials) former_credentials = NULL;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&services->lock);

  former_settings = services->settings;
  former_credentials = services->credentials;
  services->settings = settings_ref (settings);
  services->credentials = credentials;
}

Settings *
pop3_services_settings (Pop3Services *services)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&services->lock);

  return settings_ref (services->settings);
}

Credentials *
pop3_services_credentials (Pop3Services *services)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&services->lock);

  return credentials_ref (services->credentials);
}
