/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/settings.h"
#include "servers/auth/credentials.h"
#include "servers/auth/logon-table.h"
#include "servers/pop3/pop3-counters.h"

/**
 * SECTION: pop3-services
 *
 * What the POP3 server has open beside its sockets, shared by all conversations: the settings in
 * force, the users, the table of log-ons. Any thread may ask.
 */
typedef struct
{
  char *state_dir;    /* (owned) */
  LogonTable *logons; /* (owned) */
  Pop3Counters counters;

  GMutex lock;
  Settings *settings;       /* (owned) guarded by lock */
  Credentials *credentials; /* (owned) guarded by lock */
} Pop3Services;

/** @state_dir: STATE */
Pop3Services *pop3_services_new (const char *state_dir,
                                 const Settings *settings,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
void pop3_services_free (Pop3Services *services);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Pop3Services, pop3_services_free)

/** Writes down every log-on that was begun, and calls back about it; from then on nothing is
 * recorded. */
void pop3_services_close_logons (Pop3Services *services);

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

/** Returns: (transfer full): the settings in force; to be held for one decision */
Settings *pop3_services_settings (Pop3Services *services);

/** Returns: (transfer full): the users */
Credentials *pop3_services_credentials (Pop3Services *services);
