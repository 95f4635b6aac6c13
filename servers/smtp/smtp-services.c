/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/smtp/smtp-services.h"

#include "servers/policy/policy-logon.h"

SmtpServices *
smtp_services_new (const char *state_dir, const Settings *settings, GError **error)
{
  g_autofree char *queue_folder = g_build_filename (state_dir, "queue", NULL);
  g_autofree char *logons_folder = g_build_filename (state_dir, "log-ons", NULL);
  CredentialsSource source = credentials_source_of (settings);
  g_autoptr (Credentials) credentials = credentials_new (&source, error);
  if (!credentials)
    return NULL;
  g_autoptr (LogonTable) logons = logon_table_open (logons_folder, LOGON_TABLE_READER, error);
  if (!logons)
    return NULL;
  g_autoptr (Queue) queue = queue_open (queue_folder, error);
  if (!queue)
    return NULL;

  SmtpServices *services = g_new0 (SmtpServices, 1);
  g_mutex_init (&services->lock);
  services->policies = policy_holder_new (settings);
  services->logons = g_steal_pointer (&logons);
  services->queue = g_steal_pointer (&queue);
  services->credentials = g_steal_pointer (&credentials);
  return services;
}

void
smtp_services_free (SmtpServices *services)
{
  smtp_services_close_queue (services);
  logon_table_close (services->logons);
  credentials_unref (services->credentials);
  policy_holder_free (services->policies);
  g_mutex_clear (&services->lock);
  g_free (services);
}

void
smtp_services_close_queue (SmtpServices *services)
{
  g_clear_pointer (&services->queue, queue_close);
}

gboolean
smtp_services_prepare (SmtpServices *services,
                       const Settings *settings,
                       Credentials **credentials,
                       GError **error)
{
  CredentialsSource source = credentials_source_of (settings);
  g_autoptr (Credentials) former = smtp_services_credentials (services);

  if (credentials_is_of (former, &source))
    *credentials = g_steal_pointer (&former);
  else
    *credentials = credentials_new (&source, error);
  return *credentials != NULL;
}

void
smtp_services_publish (SmtpServices *services, const Settings *settings, Credentials *credentials)
{
  g_mutex_lock (&services->lock);
  Credentials *former = services->credentials;
  services->credentials = credentials;
  g_mutex_unlock (&services->lock);

  credentials_unref (former);
  policy_holder_publish (services->policies, settings);
}

Credentials *
smtp_services_credentials (SmtpServices *services)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&services->lock);
  return credentials_ref (services->credentials);
}

ClientFacts
smtp_services_client_facts (SmtpServices *services,
                            const IpAddress *peer,
                            gboolean is_local_host,
                            Logon *logon)
{
  g_autoptr (Policy) policy = policy_holder_get (services->policies);
  IpAddress address = policy_logon_address (policy, peer);
  gboolean is_known = logon_table_look_up (services->logons, &address, logon);

  return (ClientFacts){
    .address = *peer,
    .is_local_host = is_local_host || ip_address_is_loopback (peer),
    .seconds_since_logon = is_known ? logon->age : CLIENT_NEVER_LOGGED_ON,
    .logon_user = is_known ? logon->user : NULL,
  };
}

SmtpDecision
smtp_services_decide (SmtpServices *services, const SmtpSession *session, const ClientFacts *client)
{
  g_autoptr (Policy) policy = policy_holder_get (services->policies);
  if (session->question != SMTP_QUESTION_RECIPIENT)
    return smtp_decision_on_client (policy, client);

  g_autoptr (Credentials) credentials = smtp_services_credentials (services);
  return smtp_decision_on_recipient (policy, credentials, client, session->transaction.candidate);
}
