/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/smtp/smtp-services.h"

#include "servers/policy/policy-binding.h"
#include "servers/policy/policy-logon.h"

/* Without its journal the queue is slower, but as safe. */
static void
use_journal (Queue *queue)
{
  g_autoptr (GError) error = NULL;
  if (!queue_use_journal (queue, &error))
    g_warning ("the queue is used without its journal: %s", error->message);
}

/* Opens what lies below the state folder. */
static gboolean
open_tables (SmtpServices *services, GError **error)
{
  g_autofree char *queue = g_build_filename (services->state_dir, "queue", NULL);
  g_autofree char *logons = g_build_filename (services->state_dir, "log-ons", NULL);
  g_autofree char *bans = g_build_filename (services->state_dir, "bans", NULL);

  services->logons = logon_table_open (logons, LOGON_TABLE_READER, error);
  if (!services->logons)
    return FALSE;
  services->bans = ban_table_open (bans, error);
  if (!services->bans)
    return FALSE;
  services->queue = queue_open (queue, error);
  if (!services->queue)
    return FALSE;
  use_journal (services->queue);
  return TRUE;
}

SmtpServices *
smtp_services_new (const char *state_dir,
                   const char *resolver,
                   const Settings *settings,
                   GError **error)
{
  CredentialsSource source = credentials_source_of (settings);
  g_autoptr (Credentials) credentials = credentials_new (&source, error);
  if (!credentials)
    return NULL;

  g_autoptr (SmtpServices) services = g_new0 (SmtpServices, 1);
  g_mutex_init (&services->lock);
  g_cond_init (&services->no_additions);
  services->state_dir = g_strdup (state_dir);
  services->policies = policy_holder_new (settings);
  services->tls = tls_holder_new ();
  services->quota = quota_new ();
  services->turnstile = turnstile_new ("smtp-check", 0);
  services->tally = client_tally_new ();
  services->grants = smtp_grant_use_new ();
  services->blocklists = smtp_blocklists_new (resolver);
  services->refusals = smtp_refusals_new ();
  services->directory = directory_new (settings, credentials);
  services->filters = content_filter_set_new (settings);
  services->credentials = g_steal_pointer (&credentials);
  if (!open_tables (services, error)
      || !tls_holder_apply (services->tls, &settings->security, error))
    return NULL;
  return g_steal_pointer (&services);
}

void
smtp_services_free (SmtpServices *services)
{
  smtp_services_close (services);
  g_clear_pointer (&services->logons, logon_table_close);
  g_clear_pointer (&services->bans, ban_table_close);
  smtp_blocklists_free (services->blocklists);
  smtp_grant_use_free (services->grants);
  smtp_refusals_free (services->refusals);
  client_tally_free (services->tally);
  quota_free (services->quota);
  tls_holder_free (services->tls);
  content_filter_set_unref (services->filters);
  directory_unref (services->directory);
  credentials_unref (services->credentials);
  policy_holder_free (services->policies);
  g_cond_clear (&services->no_additions);
  g_mutex_clear (&services->lock);
  g_free (services->state_dir);
  g_free (services);
}

void
smtp_services_close (SmtpServices *services)
{
  g_clear_pointer (&services->turnstile, turnstile_free);
  smtp_blocklists_close (services->blocklists);
  g_mutex_lock (&services->lock);
  services->is_closing = TRUE;
  while (services->additions > 0)
    g_cond_wait (&services->no_additions, &services->lock);
  g_mutex_unlock (&services->lock);
  g_clear_pointer (&services->queue, queue_close);
}

void
smtp_services_begin_addition (SmtpServices *services)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&services->lock);
  services->additions++;
}

void
smtp_services_end_addition (SmtpServices *services)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&services->lock);
  if (--services->additions == 0 && services->is_closing)
    g_cond_broadcast (&services->no_additions);
}

/* --- Settings --- */

gboolean
smtp_services_prepare (SmtpServices *services,
                       const Settings *settings,
                       Credentials **credentials,
                       GError **error)
{
  CredentialsSource source = credentials_source_of (settings);
  g_autoptr (Credentials) former = smtp_services_credentials (services);
  g_autoptr (Credentials) next = credentials_is_of (former, &source)
                                     ? g_steal_pointer (&former)
                                     : credentials_new (&source, error);

  if (!next || !tls_holder_prepare (services->tls, &settings->security, error))
    return FALSE;
  *credentials = g_steal_pointer (&next);
  return TRUE;
}

void
smtp_services_publish (SmtpServices *services, const Settings *settings, Credentials *credentials)
{
  Directory *directory = directory_new (settings, credentials);
  ContentFilterSet *filters = content_filter_set_new (settings);

  g_mutex_lock (&services->lock);
  Credentials *former_credentials = services->credentials;
  Directory *former_directory = services->directory;
  ContentFilterSet *former_filters = services->filters;
  services->credentials = credentials;
  services->directory = directory;
  services->filters = filters;
  g_mutex_unlock (&services->lock);

  content_filter_set_unref (former_filters);
  directory_unref (former_directory);
  credentials_unref (former_credentials);
  tls_holder_publish (services->tls);
  policy_holder_publish (services->policies, settings);
}

Credentials *
smtp_services_credentials (SmtpServices *services)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&services->lock);
  return credentials_ref (services->credentials);
}

Directory *
smtp_services_directory (SmtpServices *services)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&services->lock);
  return directory_ref (services->directory);
}

ContentFilterSet *
smtp_services_filters (SmtpServices *services)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&services->lock);
  return content_filter_set_ref (services->filters);
}

SmtpTerms
smtp_services_terms (SmtpServices *services, const SmtpCaller *caller, const Policy *policy)
{
  g_autoptr (TlsContext) context = tls_holder_get (services->tls);
  SmtpTerms terms = smtp_decision_terms (policy, context != NULL);
  terms.host_name = policy_host_name_at (policy, &caller->local);
  return terms;
}

/* --- Facts and decisions --- */

/* The user may have gone since, or have another password. */
static gboolean
is_vouched_for (SmtpServices *services, const SmtpCaller *caller, const Logon *logon)
{
  g_autoptr (Credentials) credentials = smtp_services_credentials (services);
  return credentials_vouch (credentials, logon->user, logon->mark, &caller->address);
}

SmtpFacts *
smtp_services_facts (SmtpServices *services,
                     const SmtpCaller *caller,
                     const char *user,
                     guint granted)
{
  g_autoptr (Policy) policy = policy_holder_get (services->policies);
  IpAddress address = policy_logon_address (policy, &caller->address);
  SmtpFacts *facts = g_new0 (SmtpFacts, 1);
  SmtpGrantCount used = { 0, 0 };

  LogonFinding finding = logon_table_find (services->logons, &address, &facts->logon);
  facts->has_logon = finding == LOGON_FOUND && is_vouched_for (services, caller, &facts->logon);
  if (facts->has_logon)
    used = smtp_grant_use_look_up (services->grants, &facts->logon);
  facts->authenticated = g_strdup (user);
  facts->client = (ClientFacts){
    .address = caller->address,
    .is_local_host = caller->is_local_host,
    .seconds_since_logon = facts->has_logon ? facts->logon.age : CLIENT_NEVER_LOGGED_ON,
    .logon_user = facts->has_logon ? facts->logon.user : NULL,
    .is_logon_unsure = finding == LOGON_UNSURE,
    .authenticated = facts->authenticated,
    .by_submission = caller->door != SMTP_DOOR_RELAY,
    .grant_messages = used.messages,
    .grant_recipients = used.recipients + granted,
    .blocklists = caller->blocklists,
  };
  return facts;
}

void
smtp_facts_free (SmtpFacts *facts)
{
  g_free (facts->authenticated);
  g_free (facts);
}

static SmtpDispatch
dispatch_of (const SmtpSession *session)
{
  return (SmtpDispatch){
    .sender = session->transaction.sender,
    .recipient = session->transaction.candidate.recipient,
    .size = session->transaction.parameters.size,
  };
}

SmtpDecision
smtp_services_decide (SmtpServices *services, const SmtpSession *session, const ClientFacts *client)
{
  g_autoptr (Policy) policy = policy_holder_get (services->policies);
  if (session->question == SMTP_QUESTION_SENDER)
    return smtp_decision_on_sender (policy, client);
  if (session->question != SMTP_QUESTION_RECIPIENT)
    return smtp_decision_on_client (policy, client);

  g_autoptr (Credentials) credentials = smtp_services_credentials (services);
  g_autoptr (Directory) directory = smtp_services_directory (services);
  SmtpBooks books = { policy, directory, credentials, services->quota, services->state_dir };
  SmtpDispatch dispatch = dispatch_of (session);
  return smtp_decision_on_recipient (&books, client, &dispatch);
}

gboolean
smtp_services_decide_at_once (SmtpServices *services,
                              const SmtpSession *session,
                              const ClientFacts *client,
                              SmtpDecision *decision)
{
  g_autoptr (Policy) policy = policy_holder_get (services->policies);
  g_autoptr (Credentials) credentials = smtp_services_credentials (services);
  g_autoptr (Directory) directory = smtp_services_directory (services);
  SmtpBooks books = { policy, directory, credentials, services->quota, services->state_dir };
  SmtpDispatch dispatch = dispatch_of (session);
  if (smtp_decision_may_block (&books, &dispatch))
    return FALSE;
  *decision = smtp_decision_on_recipient (&books, client, &dispatch);
  return TRUE;
}

guint64
smtp_services_count (SmtpServices *services, SmtpCount count, gint64 by)
{
  return smtp_counters_add (&services->counters, count, by);
}
