/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/settings/risk.h"

#include "core/settings/risk-lists.h"
#include "core/settings/setting.h"

/* A limit that falls to less than this part of itself could end what runs well now. */
#define DRASTIC 4

const char *
risk_word (RiskKind kind)
{
  return kind == RISK_OPEN_RELAY ? "open-relay" : "shut-out";
}

/* --- open relays: whether a snapshot is one, and by which rule --- */

static gboolean
relays_for_all (const Settings *settings)
{
  return settings->smtp.relay.allow == ALLOWANCE_ALL;
}

static gboolean
relays_for_wide_network (const Settings *settings)
{
  const RelaySettings *relay = &settings->smtp.relay;

  return relay->allow == ALLOWANCE_SPECIFIED && relay->address_list
         && risk_lists_has_wide (&relay->addresses);
}

static gboolean
relays_to_all_domains (const Settings *settings)
{
  return settings->smtp.relay.allow == ALLOWANCE_SPECIFIED && settings->smtp.relay.near_domains
         && g_strv_contains ((const char *const *) settings->general.near_domains, "*");
}

/* --- shutting out: whether the snapshot is strict in that respect --- */

static gboolean
nobody_connects (const Settings *settings)
{
  return settings->smtp.connection.allow == ALLOWANCE_NONE;
}

static gboolean
connections_are_restricted (const Settings *settings)
{
  const ConnectionSettings *connection = &settings->smtp.connection;

  return connection->allow == ALLOWANCE_SPECIFIED
         && (connection->refused.length > 0 || connection->blocklists[0] != NULL);
}

static gboolean
own_programs_do_not_connect (const Settings *settings)
{
  return nobody_connects (settings) && settings->smtp.connection.refuse_local_host;
}

static gboolean
nobody_relays (const Settings *settings)
{
  return settings->smtp.relay.allow == ALLOWANCE_NONE;
}

static gboolean
own_programs_do_not_relay (const Settings *settings)
{
  return nobody_relays (settings) && settings->smtp.relay.refuse_local_host;
}

static gboolean
relay_rules_decide (const Settings *settings)
{
  return settings->smtp.relay.allow != ALLOWANCE_ALL;
}

#define IS(name, condition)                                                                        \
  static gboolean name (const Settings *settings)                                                  \
  {                                                                                                \
    return condition;                                                                              \
  }

IS (smtp_needs_tls, settings->smtp.tls == TLS_USE_ONLY)
IS (pop3_needs_tls, settings->pop3.tls == TLS_USE_ONLY)
IS (smtp_has_no_tls, settings->smtp.tls == TLS_USE_NO || settings->security.certificates[0] == NULL)
IS (pop3_has_no_tls, settings->pop3.tls == TLS_USE_NO || settings->security.certificates[0] == NULL)
IS (nobody_authenticates, settings->smtp.authentication == AUTHENTICATION_USE_NO)
IS (authentication_needs_tls, settings->smtp.authentication != AUTHENTICATION_USE_ALWAYS)
IS (no_system_users, !settings->general.system_users)
IS (shared_senders_are_checked, settings->pop3.log_ons.sender_check != SENDER_CHECK_NONE)
IS (all_senders_are_checked, settings->pop3.log_ons.sender_check == SENDER_CHECK_ALL)

/* A risk where @is was not so before, and is so after. */
static const struct
{
  RiskKind kind;
  const char *setting;
  gboolean (*is) (const Settings *settings);
  const char *sentence;
} STATES[] = {
  { RISK_OPEN_RELAY, "smtp.relay.allow", relays_for_all,
    "everybody may send to everybody: this is an open relay" },
  { RISK_OPEN_RELAY, "smtp.relay.addresses", relays_for_wide_network,
    "mail is relayed for a large part of the Internet, or all of it: this is an open relay" },
  { RISK_OPEN_RELAY, "general.near-domains", relays_to_all_domains,
    "every domain is near, and mail to near domains is relayed: this is an open relay" },
  { RISK_SHUT_OUT, "smtp.connection.allow", nobody_connects,
    "nobody may connect to the SMTP server any more" },
  { RISK_SHUT_OUT, "smtp.connection.allow", connections_are_restricted,
    "connections from refused addresses and from addresses on blocklists are refused from now on" },
  { RISK_SHUT_OUT, "smtp.connection.refuse-local-host", own_programs_do_not_connect,
    "the programs of this system may not connect to the SMTP server any more" },
  { RISK_SHUT_OUT, "smtp.relay.allow", nobody_relays, "nobody's messages are relayed any more" },
  { RISK_SHUT_OUT, "smtp.relay.allow", relay_rules_decide,
    "only messages that a rule lets through are relayed from now on" },
  { RISK_SHUT_OUT, "smtp.relay.refuse-local-host", own_programs_do_not_relay,
    "messages of the programs of this system are not relayed any more" },
  { RISK_SHUT_OUT, "smtp.tls", smtp_needs_tls, "clients without TLS can't send any more" },
  { RISK_SHUT_OUT, "pop3.tls", pop3_needs_tls, "clients without TLS can't log on any more" },
  { RISK_SHUT_OUT, "smtp.tls", smtp_has_no_tls, "clients that insist on TLS can't send any more" },
  { RISK_SHUT_OUT, "pop3.tls", pop3_has_no_tls,
    "clients that insist on TLS can't log on any more" },
  { RISK_SHUT_OUT, "smtp.authentication", nobody_authenticates,
    "nobody can authenticate at the SMTP server any more" },
  { RISK_SHUT_OUT, "smtp.authentication", authentication_needs_tls,
    "clients without TLS can't authenticate any more" },
  { RISK_SHUT_OUT, "general.system-users", no_system_users,
    "the users of this system can't log on any more" },
  { RISK_SHUT_OUT, "pop3.log-ons.sender-check", shared_senders_are_checked,
    "messages whose sender is not the user who logged on are refused from now on" },
  { RISK_SHUT_OUT, "pop3.log-ons.sender-check", all_senders_are_checked,
    "messages whose sender is not the user who logged on are refused from now on" },
};

static void
add (GPtrArray *risks, RiskKind kind, const char *setting, char *sentence)
{
  Risk *risk = g_new (Risk, 1);

  *risk = (Risk){ kind, setting, sentence };
  g_ptr_array_add (risks, risk);
}

/* One sentence a setting is enough: the first, which says most. */
static gboolean
has_one (const GPtrArray *risks, const char *setting)
{
  for (guint i = 0; i < risks->len; i++)
    if (g_str_equal (((const Risk *) risks->pdata[i])->setting, setting))
      return TRUE;
  return FALSE;
}

static void
assess_states (const Settings *before, const Settings *after, GPtrArray *risks)
{
  for (guint i = 0; i < G_N_ELEMENTS (STATES); i++)
    if (STATES[i].is (after) && !STATES[i].is (before) && !has_one (risks, STATES[i].setting))
      add (risks, STATES[i].kind, STATES[i].setting, g_strdup (STATES[i].sentence));
}

/* The rules of Specified. That nobody may relay any more, or not everybody, has been said. */
static const struct
{
  const char *setting;
  const char *sentence;
} RULES[] = {
  { "smtp.relay.near-domains", "messages to near domains are not relayed any more" },
  { "smtp.relay.address-list",
    "messages from the addresses in the address relay list are not relayed any more" },
  { "smtp.relay.pop-client", "a log-on to the POP server lets nobody relay any more" },
  { "smtp.relay.authenticated",
    "messages from clients that have authenticated are not relayed any more" },
};

static void
assess_rules (const Settings *before, const Settings *after, GPtrArray *risks)
{
  if (before->smtp.relay.allow != ALLOWANCE_SPECIFIED
      || after->smtp.relay.allow != ALLOWANCE_SPECIFIED)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (RULES); i++)
    {
      const Setting *setting = setting_lookup (RULES[i].setting);

      if (*(const gboolean *) setting_member (setting, before)
          && !*(const gboolean *) setting_member (setting, after))
        add (risks, RISK_SHUT_OUT, RULES[i].setting, g_strdup (RULES[i].sentence));
    }
}

static guint
number_of (const char *setting, const Settings *settings)
{
  return *(const guint *) setting_member (setting_lookup (setting), settings);
}

/* Limits of which 0 can mean that there is none. */
static const struct
{
  const char *setting;
  gboolean zero_is_none;
} LIMITS[] = {
  { "smtp.limits.sessions", FALSE },
  { "smtp.limits.client-sessions", TRUE },
  { "smtp.limits.client-connections-per-minute", TRUE },
  { "smtp.limits.client-messages-per-minute", TRUE },
  { "pop3.limits.sessions", FALSE },
  { "pop3.limits.client-sessions", TRUE },
};

static void
assess_limits (const Settings *before, const Settings *after, GPtrArray *risks)
{
  for (guint i = 0; i < G_N_ELEMENTS (LIMITS); i++)
    {
      guint former = number_of (LIMITS[i].setting, before);
      guint now = number_of (LIMITS[i].setting, after);

      if (now < former / DRASTIC && !(LIMITS[i].zero_is_none && now == 0))
        add (risks, RISK_SHUT_OUT, LIMITS[i].setting,
             g_strdup_printf ("%u is far less than before: what goes beyond it is refused", now));
    }
}

static void
assess_users_file (const Settings *before, const Settings *after, GPtrArray *risks)
{
  if (!g_str_equal (before->general.users_file, after->general.users_file))
    add (risks, RISK_SHUT_OUT, "general.users-file",
         g_strdup ("only users who are in the new file can log on from now on"));
}

static void
assess_minimum_tls (const Settings *before, const Settings *after, GPtrArray *risks)
{
  if (after->security.minimum_tls > before->security.minimum_tls)
    add (risks, RISK_SHUT_OUT, "security.minimum-tls",
         g_strdup ("devices that speak only an older TLS can't use it any more"));
}

/* --- lists --- */

static gboolean
always (const Settings *settings)
{
  return TRUE;
}

static gboolean
connections_are_specified (const Settings *settings)
{
  return settings->smtp.connection.allow == ALLOWANCE_SPECIFIED;
}

static gboolean
address_list_counts (const Settings *settings)
{
  return settings->smtp.relay.allow == ALLOWANCE_SPECIFIED && settings->smtp.relay.address_list;
}

static gboolean
near_domains_count (const Settings *settings)
{
  return settings->smtp.relay.allow == ALLOWANCE_SPECIFIED && settings->smtp.relay.near_domains;
}

static gboolean
pop_clients_relay (const Settings *settings)
{
  return settings->smtp.relay.allow == ALLOWANCE_SPECIFIED && settings->smtp.relay.pop_client;
}

static void
assess_window (const Settings *before, const Settings *after, GPtrArray *risks)
{
  guint former = before->smtp.relay.pop_client_minutes;
  guint now = after->smtp.relay.pop_client_minutes;

  if (now < former && pop_clients_relay (before) && pop_clients_relay (after))
    add (risks, RISK_SHUT_OUT, "smtp.relay.pop-client-minutes",
         g_strdup_printf ("a log-on to the POP server counts for %u minutes only, no longer for %u",
                          now, former));
}

static char *
say_listener (const char *row)
{
  return g_strdup_printf ("%s is listened on no longer: who connects there is turned away", row);
}

static char *
say_excepted (const char *row)
{
  return g_strdup_printf ("%s is no exception any more: it may be refused from now on", row);
}

static char *
say_refused (const char *row)
{
  return g_strdup_printf ("connections from %s are refused from now on", row);
}

static char *
say_relay_address (const char *row)
{
  return g_strdup_printf ("messages from %s are no longer relayed by the address relay list", row);
}

static char *
say_near_domain (const char *row)
{
  return g_strdup_printf ("messages to %s are no longer relayed as to a near domain", row);
}

static char *
say_unrecorded (const char *row)
{
  return g_strdup_printf ("log-ons from %s let nobody relay any more", row);
}

/* A risk where a row is there before and not after, or the other way round. */
static const struct
{
  const char *setting;
  gboolean (*counts) (const Settings *settings); /* before and after; else it is none */
  char *(*row) (const Setting *setting, const Settings *before, const Settings *after);
  char *(*say) (const char *row);
} LISTS[] = {
  { "smtp.listeners", always, risk_lists_removed, say_listener },
  { "smtp.submission-listeners", always, risk_lists_removed, say_listener },
  { "smtp.submission-tls-listeners", always, risk_lists_removed, say_listener },
  { "pop3.listeners", always, risk_lists_removed, say_listener },
  { "pop3.tls-listeners", always, risk_lists_removed, say_listener },
  { "smtp.connection.refused", connections_are_specified, risk_lists_added_network, say_refused },
  { "smtp.connection.excepted", connections_are_specified, risk_lists_removed, say_excepted },
  { "smtp.relay.addresses", address_list_counts, risk_lists_removed, say_relay_address },
  { "general.near-domains", near_domains_count, risk_lists_removed, say_near_domain },
  { "pop3.log-ons.unrecorded", pop_clients_relay, risk_lists_added_network, say_unrecorded },
};

static void
assess_lists (const Settings *before, const Settings *after, GPtrArray *risks)
{
  for (guint i = 0; i < G_N_ELEMENTS (LISTS); i++)
    {
      const char *setting = LISTS[i].setting;
      g_autofree char *row = NULL;

      if (!LISTS[i].counts (before) || !LISTS[i].counts (after) || has_one (risks, setting))
        continue;
      row = LISTS[i].row (setting_lookup (setting), before, after);
      if (row != NULL)
        add (risks, RISK_SHUT_OUT, setting, LISTS[i].say (row));
    }
}

static void
risk_free (gpointer data)
{
  Risk *risk = data;

  g_free (risk->sentence);
  g_free (risk);
}

GPtrArray *
risk_assess (const Settings *before, const Settings *after)
{
  GPtrArray *risks = g_ptr_array_new_with_free_func (risk_free);

  assess_states (before, after, risks);
  assess_rules (before, after, risks);
  assess_lists (before, after, risks);
  assess_limits (before, after, risks);
  assess_window (before, after, risks);
  assess_users_file (before, after, risks);
  assess_minimum_tls (before, after, risks);
  return risks;
}
