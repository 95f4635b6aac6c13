/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/settings/rules-listeners.h"

#include "core/settings/list-row.h"
#include "core/settings/setting.h"

static const char *const names[] = {
  "smtp.listeners", "smtp.submission-listeners", "smtp.submission-tls-listeners",
  "pop3.listeners", "pop3.tls-listeners",
};

/* Who listens where. */
typedef struct
{
  const char
      *any[G_MAXUINT16 + 1]; /* port -> setting that listens there at all addresses, or NULL */
  GHashTable *exact;         /* (owned) endpoint -> setting that listens there */
} Listeners;

static void
note_any_addresses (Listeners *listeners, const char *setting, const EndpointList *list)
{
  for (gsize row = 0; row < list->length; row++)
    if (list->rows[row].any_address && listeners->any[list->rows[row].port] == NULL)
      listeners->any[list->rows[row].port] = setting;
}

static void
check_listener (
    Listeners *listeners, const char *setting, Endpoint *endpoint, gsize row, GPtrArray *findings)
{
  const char *any = listeners->any[endpoint->port];
  const char *former = g_hash_table_lookup (listeners->exact, endpoint);
  char text[ENDPOINT_TEXT_MAX];

  if (former != NULL)
    rules_findings_refuse (
        findings, setting, (gssize) row,
        g_strdup_printf ("%s is taken by %s already", endpoint_to_string (endpoint, text), former));
  else if (any != NULL && !endpoint->any_address)
    rules_findings_refuse (findings, setting, (gssize) row,
                           g_strdup_printf ("%s is taken by *:%u in %s already",
                                            endpoint_to_string (endpoint, text), endpoint->port,
                                            any));
  else
    g_hash_table_insert (listeners->exact, endpoint, (gpointer) setting);
}

void
rules_listeners_check (const Settings *settings, GPtrArray *findings)
{
  g_autofree Listeners *listeners = g_new0 (Listeners, 1);
  g_autoptr (GHashTable) exact = list_row_table_new (SETTING_ENDPOINTS);
  const EndpointList *lists[G_N_ELEMENTS (names)];

  listeners->exact = exact;
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      lists[i] = setting_member (setting_lookup (names[i]), settings);
      note_any_addresses (listeners, names[i], lists[i]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    for (gsize row = 0; row < lists[i]->length; row++)
      check_listener (listeners, names[i], &lists[i]->rows[row], row, findings);
}
