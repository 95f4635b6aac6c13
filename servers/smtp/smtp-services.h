/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/auth/ban-table.h"
#include "servers/auth/logon-table.h"
#include "servers/filter/content-filter-set.h"
#include "servers/net/client-tally.h"
#include "servers/net/tls-holder.h"
#include "servers/net/turnstile.h"
#include "servers/policy/policy.h"
#include "servers/queue/queue.h"
#include "servers/smtp/smtp-blocklists.h"
#include "servers/smtp/smtp-caller.h"
#include "servers/smtp/smtp-counters.h"
#include "servers/smtp/smtp-decision.h"
#include "servers/smtp/smtp-grant-use.h"
#include "servers/smtp/smtp-refusals.h"

/**
 * SECTION: smtp-services
 *
 * What the SMTP server has open beside its sockets, shared by all conversations. Any thread may
 * ask, where nothing else is said.
 */
typedef struct
{
  char *state_dir;            /* (owned) */
  PolicyHolder *policies;     /* (owned) */
  TlsHolder *tls;             /* (owned) */
  LogonTable *logons;         /* (owned) */
  BanTable *bans;             /* (owned) */
  Queue *queue;               /* (owned) */
  Quota *quota;               /* (owned) */
  Turnstile *turnstile;       /* (owned) (nullable) for the check of passwords */
  ClientTally *tally;         /* (owned) */
  SmtpGrantUse *grants;       /* (owned) */
  SmtpBlocklists *blocklists; /* (owned) */
  SmtpRefusals *refusals;     /* (owned) */
  SmtpCounters counters;

  GMutex lock;
  Credentials *credentials;  /* (owned) guarded by lock */
  Directory *directory;      /* (owned) the same */
  ContentFilterSet *filters; /* (owned) the same */
  guint additions;           /* the same: messages on their way into the queue */
  gboolean is_closing;       /* the same: then who ends the last one tells */
  GCond no_additions;
} SmtpServices;

/** @state_dir: STATE. @resolver: (nullable): as for dns_new() */
SmtpServices *smtp_services_new (const char *state_dir,
                                 const char *resolver,
                                 const Settings *settings,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** The queue is closed first, by smtp_services_close(), if its writer may still call back. */
void smtp_services_free (SmtpServices *services);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmtpServices, smtp_services_free)

/** Ends the check of passwords, keeps every promise that was begun, and calls back about it; from
 * then on nothing is added, and blocklists are not asked. While the workers live, when nobody
 * authenticates; main thread. */
void smtp_services_close (SmtpServices *services);

/** A message is on its way into the queue, perhaps through the thread pool: the queue stays open
 * until smtp_services_end_addition(), which comes after queue_add(). */
void smtp_services_begin_addition (SmtpServices *services);
void smtp_services_end_addition (SmtpServices *services);

/** Does what can fail of putting @settings in force; nothing changes yet. @credentials: gets the
 * users, (transfer full), for smtp_services_publish(). Main thread. */
gboolean smtp_services_prepare (SmtpServices *services,
                                const Settings *settings,
                                Credentials **credentials,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Puts in force what was prepared last. @credentials: (transfer full). Main thread. */
void
smtp_services_publish (SmtpServices *services, const Settings *settings, Credentials *credentials);

/** Returns: (transfer full): the users */
Credentials *smtp_services_credentials (SmtpServices *services);

/** Returns: (transfer full): who gets the mail for local addresses */
Directory *smtp_services_directory (SmtpServices *services);

/** Returns: (transfer full): what catches messages */
ContentFilterSet *smtp_services_filters (SmtpServices *services);

/** The terms of this moment for @caller; they live as long as @policy. */
SmtpTerms
smtp_services_terms (SmtpServices *services, const SmtpCaller *caller, const Policy *policy);

/** What a decision about a client is made with, and what the texts in it live in. */
typedef struct
{
  ClientFacts client;
  gboolean has_logon;
  Logon logon;         /* the newest one */
  char *authenticated; /* (owned) (nullable) */
} SmtpFacts;

/**
 * smtp_services_facts:
 * @user: (nullable): who has authenticated
 * @granted: recipients of the message at hand that were let through by the log-on
 *
 * Returns: (transfer full): what is known now of the client
 */
SmtpFacts *smtp_services_facts (SmtpServices *services,
                                const SmtpCaller *caller,
                                const char *user,
                                guint granted);
void smtp_facts_free (SmtpFacts *facts);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmtpFacts, smtp_facts_free)

/** Decides, with the settings in force at this moment, the question that is open in @session: about
 * the client, the sender or the recipient. May block, but for the client and the sender. */
SmtpDecision smtp_services_decide (SmtpServices *services,
                                   const SmtpSession *session,
                                   const ClientFacts *client);

/** The same about the recipient, unless it may block: then nothing is decided, and FALSE returned. */
gboolean smtp_services_decide_at_once (SmtpServices *services,
                                       const SmtpSession *session,
                                       const ClientFacts *client,
                                       SmtpDecision *decision) G_GNUC_WARN_UNUSED_RESULT;

guint64 smtp_services_count (SmtpServices *services, SmtpCount count, gint64 by);
