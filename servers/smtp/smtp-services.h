/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/auth/credentials.h"
#include "servers/auth/logon-table.h"
#include "servers/policy/client-facts.h"
#include "servers/policy/policy.h"
#include "servers/queue/queue.h"
#include "servers/smtp/smtp-counters.h"
#include "servers/smtp/smtp-decision.h"

/**
 * SECTION: smtp-services
 *
 * What the SMTP server has open beside its sockets, shared by all conversations: the policy in
 * force, the users, the table of log-ons, the queue. Any thread may ask.
 */
typedef struct
{
  PolicyHolder *policies; /* (owned) */
  LogonTable *logons;     /* (owned) */
  Queue *queue;           /* (owned) */
  SmtpCounters counters;

  GMutex lock;
  Credentials *credentials; /* (owned) guarded by lock */
} SmtpServices;

/** @state_dir: STATE */
SmtpServices *smtp_services_new (const char *state_dir,
                                 const Settings *settings,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** The queue is closed first, by smtp_services_close_queue(), if its writer may still call back. */
void smtp_services_free (SmtpServices *services);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmtpServices, smtp_services_free)

/** Keeps every promise that was begun, and calls back about it; from then on nothing is added. */
void smtp_services_close_queue (SmtpServices *services);

/**
 * smtp_services_prepare:
 * @credentials: gets the users of @settings, (transfer full), for smtp_services_publish()
 *
 * Does what can fail of putting @settings in force.
 */
gboolean smtp_services_prepare (SmtpServices *services,
                                const Settings *settings,
                                Credentials **credentials,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Puts @settings in force. @credentials: (transfer full) */
void
smtp_services_publish (SmtpServices *services, const Settings *settings, Credentials *credentials);

/** Returns: (transfer full): the users */
Credentials *smtp_services_credentials (SmtpServices *services);

/** Gathers what is known now of the client at @peer; whether it is @is_local_host only the caller
 * can know. @logon: where the newest log-on is kept while the facts are used */
ClientFacts smtp_services_client_facts (SmtpServices *services,
                                        const IpAddress *peer,
                                        gboolean is_local_host,
                                        Logon *logon);

/** Decides, with the settings in force at this moment, the question that is open in @session: any
 * but SMTP_QUESTION_MESSAGE. */
SmtpDecision smtp_services_decide (SmtpServices *services,
                                   const SmtpSession *session,
                                   const ClientFacts *client);
