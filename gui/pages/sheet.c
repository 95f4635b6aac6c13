/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/pages/sheet.h"

#include <glib/gi18n.h>

static const SheetRow smtp_general[] = {
  { "general.host-name", "host-name" },       { "general.local-domains", "local-domains" },
  { "general.near-domains", "near-domains" }, { "smtp.mail-router", "mail-router" },
  { "smtp.autostart", "autostart" },          { NULL, NULL },
};

static const SheetRow smtp_domains[] = {
  { "smtp.listeners", "listeners" },
  { "smtp.submission-listeners", "submission-listeners" },
  { "smtp.submission-tls-listeners", "submission-tls-listeners" },
  { "smtp.bindings", "bindings" },
  { NULL, NULL },
};

static const SheetRow smtp_relay[] = {
  { "smtp.relay.allow", "allow" },
  { "smtp.relay.refuse-local-host", "refuse-local-host" },
  { "smtp.relay.near-domains", "near-domains" },
  { "smtp.relay.address-list", "address-list" },
  { "smtp.relay.pop-client", "pop-client" },
  { "smtp.relay.pop-client-minutes", "pop-client-minutes" },
  { "smtp.relay.authenticated", "authenticated" },
  { "smtp.relay.addresses", "addresses" },
  { NULL, NULL },
};

static const SheetRow smtp_connection[] = {
  { "smtp.connection.allow", "allow" },
  { "smtp.connection.refuse-local-host", "refuse-local-host" },
  { "smtp.connection.refused", "refused" },
  { "smtp.connection.excepted", "excepted" },
  { "smtp.connection.blocklists", "blocklists" },
  { "smtp.connection.blocklist-match", "blocklist-match" },
  { "smtp.connection.pop-overrides-address", "pop-overrides-address" },
  { "smtp.connection.pop-overrides-blocklist", "pop-overrides-blocklist" },
  { "smtp.connection.greet-pause-seconds", "greet-pause" },
  { NULL, NULL },
};

static const SheetRow smtp_filters[] = {
  { "smtp.filters", "filters" },
  { NULL, NULL },
};

static const SheetRow smtp_retries[] = {
  { "smtp.retries.minutes-count", "minutes-count" },
  { "smtp.retries.minutes-interval", "minutes-interval" },
  { "smtp.retries.hours-count", "hours-count" },
  { "smtp.retries.hours-interval", "hours-interval" },
  { "smtp.retries.days-count", "days-count" },
  { "smtp.retries.days-interval", "days-interval" },
  { "smtp.retries.delay-notice-hours", "delay-notice" },
  { NULL, NULL },
};

static const SheetRow smtp_delivery[] = {
  { "smtp.delivery.autostart", "autostart" },
  { "smtp.delivery.routes", "routes" },
  { "smtp.delivery.credentials", "credentials" },
  { "smtp.delivery.near-domains-direct", "near-domains-direct" },
  { "smtp.delivery.tls", "tls" },
  { "smtp.delivery.ca-file", "ca-file" },
  { "smtp.delivery.tls-rules", "tls-rules" },
  { "smtp.delivery.connections-per-destination", "connections" },
  { "smtp.delivery.messages-per-connection", "messages" },
  { NULL, NULL },
};

static const SheetRow smtp_security[] = {
  { "smtp.tls", "tls" },
  { "smtp.authentication", "authentication" },
  { "security.certificates", "certificates" },
  { "security.minimum-tls", "minimum-tls" },
  { "security.ciphers", "ciphers" },
  { "security.never-banned", "never-banned" },
  { "security.failed-log-ons", "failed-log-ons" },
  { "security.ban-minutes", "ban-minutes" },
  { NULL, NULL },
};

static const SheetRow smtp_limits[] = {
  { "smtp.limits.sessions", "sessions" },
  { "smtp.limits.client-sessions", "client-sessions" },
  { "smtp.limits.client-connections-per-minute", "client-connections" },
  { "smtp.limits.inactivity-seconds", "inactivity" },
  { "smtp.limits.errors", "errors" },
  { "smtp.limits.client-messages-per-minute", "client-messages" },
  { "smtp.limits.message-size-kib", "message-size" },
  { "smtp.limits.recipients", "recipients" },
  { "smtp.limits.message-minutes", "message-minutes" },
  { NULL, NULL },
};

static const SheetRow smtp_journal[] = {
  { "journal.sessions", "sessions" },     { "journal.messages", "messages" },
  { "journal.refusals", "refusals" },     { "journal.log-ons", "log-ons" },
  { "journal.deliveries", "deliveries" }, { NULL, NULL },
};

static const SheetRow local_mail[] = {
  { "general.users-file", "users-file" },
  { "general.system-users", "system-users" },
  { "general.mailbox-size-mib", "mailbox-size" },
  { "general.aliases", "aliases" },
  { "general.postmaster", "postmaster" },
  { "general.catch-all", "catch-all" },
  { NULL, NULL },
};

static const SheetRow pop_general[] = {
  { "pop3.listeners", "listeners" },
  { "pop3.tls-listeners", "tls-listeners" },
  { "pop3.inactivity-seconds", "inactivity" },
  { "pop3.autostart", "autostart" },
  { NULL, NULL },
};

static const SheetRow pop_security[] = {
  { "pop3.tls", "tls" },
  { NULL, NULL },
};

static const SheetRow pop_log_ons[] = {
  { "pop3.log-ons.windows", "windows" },
  { "pop3.log-ons.unrecorded", "unrecorded" },
  { "pop3.log-ons.ipv6-prefix", "ipv6-prefix" },
  { "pop3.log-ons.sender-check", "sender-check" },
  { "pop3.log-ons.shared-addresses", "shared-addresses" },
  { "pop3.log-ons.messages", "messages" },
  { "pop3.log-ons.recipients", "recipients" },
  { NULL, NULL },
};

static const SheetRow pop_limits[] = {
  { "pop3.limits.sessions", "sessions" },
  { "pop3.limits.client-sessions", "client-sessions" },
  { NULL, NULL },
};

static const SheetPage smtp_pages[] = {
  { "smtp-general", N_ ("_General"), smtp_general },
  { "smtp-relay", N_ ("_Relay Restrictions"), smtp_relay },
  { "smtp-connection", N_ ("Co_nnection Restrictions"), smtp_connection },
  { "smtp-filters", N_ ("Filters"), smtp_filters },
  { "smtp-retries", N_ ("Outbound Retries"), smtp_retries },
  { "smtp-domains", N_ ("Domains and Bindings"), smtp_domains },
  { "smtp-delivery", N_ ("Delivery"), smtp_delivery },
  { "smtp-security", N_ ("Security"), smtp_security },
  { "smtp-limits", N_ ("Limits"), smtp_limits },
  { "smtp-journal", N_ ("Journal"), smtp_journal },
  { "local-mail", N_ ("Local Mail"), local_mail },
  { NULL, NULL, NULL },
};

static const SheetPage pop_pages[] = {
  { "pop-general", N_ ("_General"), pop_general },
  { "pop-security", N_ ("Security"), pop_security },
  { "pop-log-ons", N_ ("Log-ons"), pop_log_ons },
  { "pop-limits", N_ ("Limits"), pop_limits },
  { NULL, NULL, NULL },
};

static const Sheet sheets[] = {
  { "smtp", N_ ("SMTP Properties"), smtp_pages },
  { "pop", N_ ("POP Properties"), pop_pages },
};

const Sheet *
sheet_find (const char *id)
{
  for (gsize i = 0; i < G_N_ELEMENTS (sheets); i++)
    if (g_str_equal (sheets[i].id, id))
      return &sheets[i];
  return NULL;
}

static const SheetRow *
find_row (const SheetPage *page, const char *name)
{
  for (const SheetRow *row = page->rows; row->setting != NULL; row++)
    if (g_str_equal (row->setting, name))
      return row;
  return NULL;
}

const Sheet *
sheet_find_setting (const char *name, const SheetPage **page, const SheetRow **row)
{
  for (gsize i = 0; i < G_N_ELEMENTS (sheets); i++)
    for (const SheetPage *tried = sheets[i].pages; tried->id != NULL; tried++)
      {
        const SheetRow *found = find_row (tried, name);

        if (found == NULL)
          continue;
        if (page != NULL)
          *page = tried;
        if (row != NULL)
          *row = found;
        return &sheets[i];
      }
  return NULL;
}
