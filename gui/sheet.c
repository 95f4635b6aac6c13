/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/sheet.h"

#include <glib/gi18n.h>

static const PosternFormRow smtp_general[] = {
  { "general.host-name", "host-name" },
  { "smtp.mail-router", "mail-router" },
  { "general.users-file", "users-file" },
  { "general.local-domains", "local-domains" },
  { "general.near-domains", "near-domains" },
  { "smtp.listeners", "listeners" },
  { "smtp.limits.sessions", "sessions" },
  { "smtp.limits.message-size-kib", "message-size" },
  { "smtp.limits.recipients", "recipients" },
  { "smtp.limits.inactivity-seconds", "inactivity" },
  { NULL, NULL },
};

static const PosternFormRow smtp_relay[] = {
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

static const PosternFormRow smtp_connection[] = {
  { "smtp.connection.allow", "allow" },
  { "smtp.connection.refuse-local-host", "refuse-local-host" },
  { "smtp.connection.refused", "refused" },
  { "smtp.connection.excepted", "excepted" },
  { "smtp.connection.blocklists", "blocklists" },
  { "smtp.connection.pop-overrides-address", "pop-overrides-address" },
  { "smtp.connection.pop-overrides-blocklist", "pop-overrides-blocklist" },
  { NULL, NULL },
};

static const PosternFormRow pop_general[] = {
  { "pop3.listeners", "listeners" },
  { "pop3.inactivity-seconds", "inactivity" },
  { "pop3.limits.sessions", "sessions" },
  { NULL, NULL },
};

static const SheetPage smtp_pages[] = {
  { "smtp-general", N_ ("_General"), smtp_general },
  { "smtp-relay", N_ ("_Relay Restrictions"), smtp_relay },
  { "smtp-connection", N_ ("Co_nnection Restrictions"), smtp_connection },
  { NULL, NULL, NULL },
};

static const SheetPage pop_pages[] = {
  { "pop-general", N_ ("_General"), pop_general },
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
