/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/endpoint.h"
#include "core/settings/ip-network.h"

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

/**
 * Domain patterns in lower case: "example.org", "*.example.org" (all below it) or "*";
 * NULL-terminated, never NULL.
 */
typedef char **DomainList;

typedef struct
{
  gsize length;
  IpNetwork *rows; /* (owned), in the order of the document, no doubles */
} NetworkList;

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
} GeneralSettings;

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
  gboolean pop_overrides_address;
  gboolean pop_overrides_blocklist;
  gboolean refuse_local_host;
} ConnectionSettings;

typedef struct
{
  guint sessions;
  guint message_size_kib;
  guint recipients;
  guint inactivity_seconds;
} SmtpLimits;

typedef struct
{
  EndpointList listeners;
  char *mail_router; /* "", "host", "host:port", "[address]:port" */
  RelaySettings relay;
  ConnectionSettings connection;
  SmtpLimits limits;
} SmtpSettings;

typedef struct
{
  guint sessions;
} Pop3Limits;

typedef struct
{
  EndpointList listeners;
  guint inactivity_seconds;
  Pop3Limits limits;
} Pop3Settings;

typedef struct
{
  guint64 revision; /* as in the document; 0 where it has none */
  GeneralSettings general;
  SmtpSettings smtp;
  Pop3Settings pop3;
} Settings;

/**
 * settings_load:
 * @path: the settings file
 *
 * Reads, migrates (in memory) and validates the file, with no network and no DOCTYPE.
 *
 * Returns: (transfer full): the snapshot, or %NULL with a #SettingsError that names every problem
 */
Settings *settings_load (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Returns: (transfer full): a snapshot with every setting at its default */
Settings *settings_new_default (void);

Settings *settings_ref (const Settings *settings);
void settings_unref (Settings *settings);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Settings, settings_unref)
