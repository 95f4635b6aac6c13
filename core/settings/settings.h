/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/endpoint.h"
#include "core/settings/network-list.h"

/**
 * SECTION: settings
 *
 * A snapshot of all settings: immutable, reference-counted, valid. What each member means is
 * written, once, at its element in schemas/server-properties.xsd; the table in setting.c ties the
 * two together, and a test fails when they differ.
 *
 * A snapshot is shared freely between threads. Whoever decides something holds one reference for
 * the time of the decision.
 */

typedef enum
{
  ALLOWANCE_ALL,
  ALLOWANCE_NONE,
  ALLOWANCE_SPECIFIED
} Allowance;

typedef enum
{
  TLS_VERSION_1_0,
  TLS_VERSION_1_1,
  TLS_VERSION_1_2,
  TLS_VERSION_1_3
} TlsVersion;

/** Of a server: whether it speaks TLS. */
typedef enum
{
  TLS_USE_NO,
  TLS_USE_YES,
  TLS_USE_ONLY
} TlsUse;

typedef enum
{
  AUTHENTICATION_USE_NO,
  AUTHENTICATION_USE_TLS,
  AUTHENTICATION_USE_ALWAYS
} AuthenticationUse;

typedef enum
{
  BLOCKLIST_MATCH_ANY,
  BLOCKLIST_MATCH_ALL
} BlocklistMatch;

/** Towards another host: in the order of strictness. */
typedef enum
{
  DELIVERY_TLS_NONE,
  DELIVERY_TLS_MAY,
  DELIVERY_TLS_MUST,
  DELIVERY_TLS_VERIFY
} DeliveryTls;

typedef enum
{
  IPV6_PREFIX_128,
  IPV6_PREFIX_64
} Ipv6Prefix;

typedef enum
{
  SENDER_CHECK_NONE,
  SENDER_CHECK_SHARED,
  SENDER_CHECK_ALL
} SenderCheck;

/**
 * Rows that are texts in their normal form, each once, in the order of the document;
 * NULL-terminated, never NULL. What a row says is read by the module of its kind: alias,
 * binding, certificate-files, content-filter, host-credential, logon-window, mail-route, tls-rule.
 */
typedef char **TextList;

/**
 * Domain patterns in lower case: "example.org", "*.example.org" (all below it) or "*";
 * NULL-terminated, never NULL.
 */
typedef char **DomainList;

typedef struct
{
  gsize length;
  Endpoint *rows; /* (owned), in the order of the document, no doubles */
} EndpointList;

typedef struct
{
  char *host_name;
  DomainList local_domains;
  DomainList near_domains;
  char *users_file; /* absolute when the snapshot was read from a file */
  gboolean system_users;
  TextList aliases;
  char *postmaster;       /* "", a user, or an address */
  char *catch_all;        /* the same */
  guint mailbox_size_mib; /* 0: no limit */
} GeneralSettings;

typedef struct
{
  TextList certificates; /* file names are absolute when the snapshot was read from a file */
  TlsVersion minimum_tls;
  char *ciphers;        /* "": the safe ones */
  guint failed_log_ons; /* 0: nobody is banned */
  guint ban_minutes;
  NetworkList never_banned;
} SecuritySettings;

typedef struct
{
  Allowance allow;
  gboolean near_domains;
  gboolean address_list;
  NetworkList addresses;
  gboolean pop_client;
  guint pop_client_minutes; /* 15..65535 */
  gboolean authenticated;
  gboolean refuse_local_host;
} RelaySettings;

typedef struct
{
  Allowance allow;
  NetworkList refused;
  NetworkList excepted;
  DomainList blocklists;
  BlocklistMatch blocklist_match;
  gboolean pop_overrides_address;
  gboolean pop_overrides_blocklist;
  gboolean refuse_local_host;
  guint greet_pause_seconds; /* 0: no pause */
} ConnectionSettings;

typedef struct
{
  guint sessions;
  guint message_size_kib;
  guint recipients;
  guint inactivity_seconds;
  guint message_minutes;
  guint client_sessions;               /* of one address; 0: no limit */
  guint client_connections_per_minute; /* the same */
  guint client_messages_per_minute;    /* the same */
  guint errors;
} SmtpLimits;

typedef struct
{
  guint minutes_count, minutes_interval;
  guint hours_count, hours_interval;
  guint days_count, days_interval;
  guint delay_notice_hours; /* 0: none */
} RetrySettings;

typedef struct
{
  gboolean autostart;
  TextList routes;
  gboolean near_domains_direct;
  DeliveryTls tls;
  TextList tls_rules;
  char *ca_file;        /* "": the system's; else absolute when the snapshot was read from a file */
  TextList credentials; /* the same holds for the files in its rows */
  guint connections_per_destination;
  guint messages_per_connection;
} DeliverySettings;

typedef struct
{
  gboolean autostart;
  EndpointList listeners;
  EndpointList submission_listeners;
  EndpointList submission_tls_listeners;
  char *mail_router; /* "", "host", "host:port", "[address]:port" */
  TextList bindings;
  TlsUse tls;
  AuthenticationUse authentication;
  RelaySettings relay;
  ConnectionSettings connection;
  SmtpLimits limits;
  TextList filters;
  RetrySettings retries;
  DeliverySettings delivery;
} SmtpSettings;

typedef struct
{
  guint sessions;
  guint client_sessions; /* of one address; 0: no limit */
} Pop3Limits;

typedef struct
{
  Ipv6Prefix ipv6_prefix;
  NetworkList unrecorded;
  TextList windows;
  SenderCheck sender_check;
  NetworkList shared_addresses;
  guint messages;   /* 0: no limit */
  guint recipients; /* 0: no limit */
} LogOnSettings;

typedef struct
{
  gboolean autostart;
  EndpointList listeners;
  EndpointList tls_listeners;
  TlsUse tls;
  guint inactivity_seconds;
  Pop3Limits limits;
  LogOnSettings log_ons;
} Pop3Settings;

/** Which kinds of events the servers log. */
typedef struct
{
  gboolean sessions;
  gboolean messages;
  gboolean refusals;
  gboolean log_ons;
  gboolean deliveries;
} JournalSettings;

typedef struct
{
  guint64 revision; /* as in the document; 0 where it has none */
  GeneralSettings general;
  SecuritySettings security;
  SmtpSettings smtp;
  Pop3Settings pop3;
  JournalSettings journal;
} Settings;

/**
 * settings_load:
 * @path: the settings file
 *
 * Reads, migrates (in memory) and validates the file, with no network and no DOCTYPE. What others
 * may have put there is refused (settings-guard).
 *
 * Returns: (transfer full): the snapshot, or %NULL with a #SettingsError that names every problem
 */
Settings *settings_load (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Returns: (transfer full): a snapshot with every setting at its default */
Settings *settings_new_default (void);

Settings *settings_ref (const Settings *settings);
void settings_unref (Settings *settings);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Settings, settings_unref)
