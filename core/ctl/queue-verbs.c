/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ctl/queue-verbs.h"

#include "core/ctl/assignments.h"
#include "core/ctl/json-output.h"
#include "core/ctl/output.h"

#include <glib/gi18n.h>

static gboolean all_messages;
static gint limit;

const GOptionEntry QUEUE_VERBS_OPTIONS[]
    = { { "all", 'a', 0, G_OPTION_ARG_NONE, &all_messages, N_ ("Retry all messages"), NULL },
        { "limit", 'n', 0, G_OPTION_ARG_INT, &limit, N_ ("List at most so many"), N_ ("NUMBER") },
        { NULL } };

static void
add_row (OutputTable *table, GVariant *message)
{
  const char *id = "", *sender = "", *reason = "";
  gint64 next_attempt = 0;
  guint64 size = 0;
  g_autoptr (GVariant) recipients
      = g_variant_lookup_value (message, "recipients", G_VARIANT_TYPE_STRING_ARRAY);

  (void) g_variant_lookup (message, "id", "&s", &id);
  (void) g_variant_lookup (message, "sender", "&s", &sender);
  (void) g_variant_lookup (message, "reason", "&s", &reason);
  (void) g_variant_lookup (message, "size", "t", &size);
  (void) g_variant_lookup (message, "next-attempt", "x", &next_attempt);
  g_autofree char *to = recipients ? assignments_value_to_text (recipients) : g_strdup ("");
  g_autofree char *bytes = g_format_size (size);
  g_autofree char *next = output_time (next_attempt);
  output_table_add (table, id, sender[0] != '\0' ? sender : "<>", to, bytes, next, reason);
}

/* One answer of the bus has its limits; a queue has none. */
static void
warn_of_more (Client *client, gsize shown)
{
  guint64 waiting;
  g_autoptr (GVariant) reply = client_call_server (
      client, "delivery", "org.postern.Server1.Counters", NULL, "(a{st})", NULL);
  g_autoptr (GVariant) counters = reply ? g_variant_get_child_value (reply, 0) : NULL;

  if (counters != NULL && g_variant_lookup (counters, "waiting", "t", &waiting) && waiting > shown)
    output_warning (_ ("only the oldest %u of %u messages are listed"), (guint) shown,
                    (guint) waiting);
}

static Status
list (Client *client)
{
  g_autoptr (GError) error = NULL;
  if (limit < 0)
    return verb_wrong_usage (_ ("--limit takes a number from 0"));

  g_autoptr (GVariant) reply
      = client_call_server (client, "delivery", "org.postern.Queue1.List",
                            g_variant_new ("(u)", (guint) limit), "(aa{sv})", &error);
  if (reply == NULL)
    return client_report (error);
  g_autoptr (GVariant) messages = g_variant_get_child_value (reply, 0);
  if (limit == 0)
    warn_of_more (client, g_variant_n_children (messages));
  if (client->json)
    {
      json_output_print (messages);
      return STATUS_OK;
    }

  const char *headings[]
      = { _ ("ID"),     _ ("SENDER"), _ ("RECIPIENTS"), _ ("SIZE"), _ ("NEXT ATTEMPT"),
          _ ("REASON"), NULL };
  g_autoptr (OutputTable) table = output_table_new (headings);
  for (gsize i = 0; i < g_variant_n_children (messages); i++)
    {
      g_autoptr (GVariant) message = g_variant_get_child_value (messages, i);
      add_row (table, message);
    }
  output_table_print (table);
  return STATUS_OK;
}

/* @count of what was asked for has been done; fewer than were named means that some are not in the
 * queue. */
static Status
report_count (Client *client, const char *done, guint count, char **ids)
{
  guint asked = g_strv_length (ids);

  if (client->json)
    json_output_print (g_variant_new_parsed ("{'count': <%u>}", count));
  else
    output_line (done, count);
  if (count >= asked)
    return STATUS_OK;
  g_printerr (_ ("posternctl: %u of the messages are not in the queue\n"), asked - count);
  return STATUS_FAILED;
}

static Status
act (Client *client, const char *method, const char *done, char **ids)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = client_call_server (client, "delivery", method,
                                                   g_variant_new ("(^as)", ids), "(u)", &error);
  if (reply == NULL)
    return client_report (error);

  guint count;
  g_variant_get (reply, "(u)", &count);
  return report_count (client, done, count, ids);
}

Status
queue_verbs_queue (Client *client, char **arguments)
{
  const char *deed = arguments[0] != NULL ? arguments[0] : "list";
  char **ids = arguments[0] != NULL ? arguments + 1 : arguments;
  gboolean named = ids[0] != NULL;
  gboolean valid = (g_str_equal (deed, "list") && !named && !all_messages)
                   || (g_str_equal (deed, "retry") && named != all_messages)
                   || (g_str_equal (deed, "remove") && named && !all_messages);
  if (!valid)
    return verb_wrong_usage (_ ("usage: posternctl %s"),
                             "queue [list | retry ID… | retry --all | remove ID…]");

  if (g_str_equal (deed, "list"))
    return list (client);
  if (g_str_equal (deed, "retry"))
    return act (client, "org.postern.Queue1.Retry", _ ("Messages that are tried again now: %u."),
                ids);
  return act (client, "org.postern.Queue1.Remove", _ ("Messages that were removed: %u."), ids);
}
