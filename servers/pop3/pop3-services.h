/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/auth/ban-table.h"
#include "servers/auth/credentials.h"
#include "servers/auth/device-table.h"
#include "servers/auth/logon-table.h"
#include "servers/net/client-tally.h"
#include "servers/net/tls-holder.h"
#include "servers/net/turnstile.h"
#include "servers/policy/policy.h"
#include "servers/pop3/listing-cache.h"
#include "servers/pop3/pop3-counters.h"

/**
 * SECTION: pop3-services
 *
 * What the POP3 server has open beside its sockets, shared by all conversations: the settings in
 * force, the users, the tables of log-ons, bans and devices, the listings of mailboxes, the
 * certificates. Any thread may ask.
 */
typedef struct
{
  char *state_dir;        /* (owned) */
  LogonTable *logons;     /* (owned) */
  BanTable *bans;         /* (owned) */
  DeviceTable *devices;   /* (owned) */
  ListingCache *listings; /* (owned) */
  Turnstile *turnstile;   /* (owned) (nullable) for the check of passwords */
  ClientTally *tally;     /* (owned) */
  TlsHolder *tls;         /* (owned) */
  PolicyHolder *policies; /* (owned) the settings in force */
  Pop3Counters counters;

  GMutex lock;
  Credentials *credentials; /* (owned) guarded by lock */
} Pop3Services;

/** @state_dir: STATE */
Pop3Services *pop3_services_new (const char *state_dir,
                                 const Settings *settings,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
void pop3_services_free (Pop3Services *services);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Pop3Services, pop3_services_free)

/** Ends the check of passwords, writes down every log-on and every failure that was begun, and calls
 * back about it; from then on nothing is recorded. While the workers live, when nobody logs on. */
void pop3_services_close_tables (Pop3Services *services);

/**
 * pop3_services_prepare:
 * @credentials: gets the users of @settings, (transfer full), for pop3_services_publish()
 *
 * Does what can fail of putting @settings in force.
 */
gboolean pop3_services_prepare (Pop3Services *services,
                                const Settings *settings,
                                Credentials **credentials,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Puts @settings in force. @credentials: (transfer full) */
void
pop3_services_publish (Pop3Services *services, const Settings *settings, Credentials *credentials);

/**
 * Counts a log-on that failed against its address, if addresses can be banned at all; see
 * ban_table_failed(), also for the other parameters. Returns FALSE where nothing is counted, and
 * @noted does not come.
 */
gboolean pop3_services_count_failure (Pop3Services *services,
                                      const IpAddress *address,
                                      const char *user,
                                      BanNoted noted,
                                      gpointer user_data);

/** Whether @address is banned, or is about to be; see ban_table_look_up(). FALSE, and all of @ban
 * zero, for one that can't be. */
gboolean pop3_services_look_up_ban (Pop3Services *services, const IpAddress *address, Ban *ban);

/** Returns: (transfer full): the users */
Credentials *pop3_services_credentials (Pop3Services *services);
