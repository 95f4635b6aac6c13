/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ctl/queue-query.h"

gboolean
queue_query_is_said (const QueueQuery *query)
{
  return query->all || query->sender != NULL || query->recipient != NULL
         || query->destination != NULL || query->held || query->kept;
}

static void
add_text (GVariantBuilder *filter, const char *name, const char *text)
{
  if (text != NULL)
    g_variant_builder_add (filter, "{sv}", name, g_variant_new_string (text));
}

/* @after: (nullable): the last id of the part before this one */
static GVariant *
filter_of (const QueueQuery *query, const char *after)
{
  GVariantBuilder filter;
  gboolean is_null_sender = g_strcmp0 (query->sender, "<>") == 0;

  g_variant_builder_init (&filter, G_VARIANT_TYPE_VARDICT);
  add_text (&filter, "sender", is_null_sender ? "" : query->sender);
  add_text (&filter, "recipient", query->recipient);
  add_text (&filter, "destination", query->destination);
  add_text (&filter, "after", after);
  if (query->held)
    g_variant_builder_add (&filter, "{sv}", "held", g_variant_new_boolean (TRUE));
  if (query->kept)
    g_variant_builder_add (&filter, "{sv}", "kept", g_variant_new_boolean (TRUE));
  return g_variant_builder_end (&filter);
}

/* Returns: (transfer none): of the last message in a list that is not empty */
static const char *
last_id (GVariant *messages)
{
  const char *id = NULL;
  g_autoptr (GVariant) last
      = g_variant_get_child_value (messages, g_variant_n_children (messages) - 1);

  (void) g_variant_lookup (last, "id", "&s", &id);
  return id;
}

GVariant *
queue_query_list (const QueueQuery *query, Client *client, GError **error)
{
  GVariantBuilder all;
  g_autofree char *after = NULL;
  gsize count = 0, limit = query->limit > 0 ? (gsize) query->limit : G_MAXUINT;

  g_variant_builder_init (&all, G_VARIANT_TYPE ("aa{sv}"));
  while (count < limit)
    {
      guint wanted = query->limit > 0 ? (guint) (limit - count) : 0;
      g_autoptr (GVariant) reply = client_call_server (
          client, "delivery", "org.postern.Queue1.List",
          g_variant_new ("(@a{sv}u)", filter_of (query, after), wanted), "(aa{sv})", error);
      if (reply == NULL)
        {
          g_variant_builder_clear (&all);
          return NULL;
        }
      g_autoptr (GVariant) part = g_variant_get_child_value (reply, 0);
      gsize n_messages = g_variant_n_children (part);
      for (gsize i = 0; i < n_messages; i++)
        {
          g_autoptr (GVariant) message = g_variant_get_child_value (part, i);
          g_variant_builder_add_value (&all, message);
        }
      count += n_messages;
      g_free (after);
      after = n_messages > 0 ? g_strdup (last_id (part)) : NULL;
      if (after == NULL)
        break;
    }
  return g_variant_ref_sink (g_variant_builder_end (&all));
}

char **
queue_query_ids (const QueueQuery *query, Client *client, GError **error)
{
  g_autoptr (GVariant) messages = queue_query_list (query, client, error);
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();

  if (messages == NULL)
    return NULL;
  for (gsize i = 0; i < g_variant_n_children (messages); i++)
    {
      g_autoptr (GVariant) message = g_variant_get_child_value (messages, i);
      char *id;
      if (g_variant_lookup (message, "id", "s", &id))
        g_ptr_array_add (ids, id);
    }
  g_ptr_array_add (ids, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&ids), FALSE);
}
