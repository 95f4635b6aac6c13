/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ctl/log-on-verbs.h"

#include "core/ctl/address-deed.h"
#include "core/ctl/json-output.h"
#include "core/ctl/output.h"

#include <glib/gi18n.h>

static gboolean revokes_all;

const GOptionEntry LOG_ON_VERBS_OPTIONS[]
    = { { "all", 0, 0, G_OPTION_ARG_NONE, &revokes_all, N_ ("Revoke every log-on"), NULL },
        { NULL } };

/* What a log-on has been used for. */
typedef struct
{
  gboolean is_known; /* the SMTP server, which counts, runs */
  guint32 messages;
  guint32 recipients;
} Use;

/* A log-on is known by its address and its time: one that was renewed is another. */
static char *
key_of (const char *address, gint64 time_s)
{
  return g_strdup_printf ("%s %" G_GINT64_FORMAT, address, time_s);
}

/* Returns: (transfer full) (nullable): log-on -> Use; NULL when nobody can tell */
static GHashTable *
ask_uses (Client *client)
{
  g_autoptr (GVariant) reply
      = client_call_server (client, "smtp", "org.postern.GrantUse1.List", NULL, "(a(sxuu))", NULL);
  if (reply == NULL)
    return NULL;
  g_autoptr (GVariant) all = g_variant_get_child_value (reply, 0);
  GHashTable *uses = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  GVariantIter iter;
  const char *address;
  gint64 time_s;
  Use use = { .is_known = TRUE };

  g_variant_iter_init (&iter, all);
  while (g_variant_iter_next (&iter, "(&sxuu)", &address, &time_s, &use.messages, &use.recipients))
    g_hash_table_replace (uses, key_of (address, time_s), g_memdup2 (&use, sizeof use));
  return uses;
}

static Use
find_use (GHashTable *uses, const char *address, gint64 time_s)
{
  g_autofree char *key = key_of (address, time_s);
  const Use *use = uses != NULL ? g_hash_table_lookup (uses, key) : NULL;

  return use != NULL ? *use : (Use){ .is_known = uses != NULL };
}

static void
add_json (GVariantBuilder *json, GVariant *log_on, const Use *use)
{
  static const char *const names[] = { "address", "user", "time", "seconds-left" };

  g_variant_builder_open (json, G_VARIANT_TYPE_VARDICT);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GVariant) value = g_variant_get_child_value (log_on, i);
      g_variant_builder_add (json, "{sv}", names[i], value);
    }
  if (use->is_known)
    {
      g_variant_builder_add (json, "{sv}", "messages", g_variant_new_uint32 (use->messages));
      g_variant_builder_add (json, "{sv}", "recipients", g_variant_new_uint32 (use->recipients));
    }
  g_variant_builder_close (json);
}

static Status
list (Client *client)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply
      = client_call_server (client, "pop3", "org.postern.LogOns1.List", NULL, "(a(ssxu))", &error);
  if (reply == NULL)
    return client_report (error);
  g_autoptr (GVariant) all = g_variant_get_child_value (reply, 0);
  g_autoptr (GHashTable) uses = ask_uses (client);

  const char *headings[]
      = { _ ("ADDRESS"), _ ("USER"), _ ("LOGGED ON"), _ ("MINUTES LEFT"), _ ("MESSAGES"), NULL };
  g_autoptr (OutputTable) table = output_table_new (headings);
  GVariantBuilder json;

  g_variant_builder_init (&json, G_VARIANT_TYPE ("aa{sv}"));
  for (gsize i = 0; i < g_variant_n_children (all); i++)
    {
      g_autoptr (GVariant) log_on = g_variant_get_child_value (all, i);
      const char *address, *user;
      gint64 time_s;
      guint32 left_s;

      g_variant_get (log_on, "(&s&sxu)", &address, &user, &time_s, &left_s);
      Use use = find_use (uses, address, time_s);
      g_autofree char *time = output_time (time_s);
      g_autofree char *left = g_strdup_printf ("%u", (left_s + 59) / 60);
      g_autofree char *messages
          = use.is_known ? g_strdup_printf ("%u", use.messages) : g_strdup ("-");
      output_table_add (table, address, user, time, left, messages);
      add_json (&json, log_on, &use);
    }
  g_autoptr (GVariant) rows = g_variant_ref_sink (g_variant_builder_end (&json));
  if (client->json)
    json_output_print (rows);
  else
    output_table_print (table);
  return STATUS_OK;
}

static Status
revoke_all (Client *client)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply
      = client_call_server (client, "pop3", "org.postern.LogOns1.RevokeAll", NULL, "(u)", &error);
  if (reply == NULL)
    return client_report (error);
  guint32 count;

  g_variant_get (reply, "(u)", &count);
  if (client->json)
    json_output_print (g_variant_new_parsed ("{'revoked': <%u>}", count));
  else
    output_line (ngettext ("%u log-on was revoked.", "%u log-ons were revoked.", count), count);
  return STATUS_OK;
}

static const AddressDeed deeds[] = {
  { "revoke", "org.postern.LogOns1.Revoke", "revoked",
    N_ ("%s may no longer relay as a POP client."), N_ ("no log-on of %s is in force") },
  { "extend", "org.postern.LogOns1.Extend", "extended", N_ ("The log-on of %s counts as made now."),
    N_ ("no log-on of %s is in force") },
};

Status
log_on_verbs_log_ons (Client *client, char **arguments)
{
  const char *word = arguments[0] != NULL ? arguments[0] : "list";
  const char *address = arguments[0] != NULL ? arguments[1] : NULL;

  if (revokes_all && g_str_equal (word, "revoke") && address == NULL)
    return revoke_all (client);
  if (!revokes_all && g_str_equal (word, "list") && address == NULL)
    return list (client);
  for (gsize i = 0; i < G_N_ELEMENTS (deeds) && !revokes_all; i++)
    if (g_str_equal (word, deeds[i].word) && address != NULL)
      return address_deed_run (client, &deeds[i], arguments + 1);
  return verb_wrong_usage (_ ("usage: posternctl %s"),
                           "log-ons [list | extend ADDRESS… | revoke ADDRESS… | revoke --all]");
}
