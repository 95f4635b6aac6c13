/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ctl/queue-verbs.h"

#include "core/ctl/assignments.h"
#include "core/ctl/json-output.h"
#include "core/ctl/output.h"
#include "core/ctl/queue-query.h"

#include <glib/gi18n.h>

static QueueQuery query;

const GOptionEntry QUEUE_VERBS_OPTIONS[] = {
  { "all", 'a', 0, G_OPTION_ARG_NONE, &query.all, N_ ("Act on all messages"), NULL },
  { "limit", 'n', 0, G_OPTION_ARG_INT, &query.limit, N_ ("List at most so many"), N_ ("NUMBER") },
  { "sender", 0, 0, G_OPTION_ARG_STRING, &query.sender,
    N_ ("Messages of this sender; * stands for any text, <> for the null sender"), N_ ("PATTERN") },
  { "recipient", 0, 0, G_OPTION_ARG_STRING, &query.recipient,
    N_ ("Messages that wait for this recipient"), N_ ("PATTERN") },
  { "destination", 0, 0, G_OPTION_ARG_STRING, &query.destination,
    N_ ("Messages that wait for this domain"), N_ ("PATTERN") },
  { "held", 0, 0, G_OPTION_ARG_NONE, &query.held, N_ ("Messages that an administrator holds"),
    NULL },
  { "kept", 0, 0, G_OPTION_ARG_NONE, &query.kept, N_ ("Messages that a filter keeps"), NULL },
  { NULL }
};

/* The words of the bus, for people. */
static const struct
{
  const char *state, *word;
} STATES[] = {
  { "waiting", N_ ("waiting") }, { "active", N_ ("active") },       { "held", N_ ("held") },
  { "kept", N_ ("kept") },       { "delivered", N_ ("delivered") }, { "failed", N_ ("failed") },
};

static const char *
text_of (GVariant *message, const char *name)
{
  const char *text = "";

  (void) g_variant_lookup (message, name, "&s", &text);
  return text;
}

static const char *
state_word (GVariant *row)
{
  const char *state = text_of (row, "state");

  for (gsize i = 0; i < G_N_ELEMENTS (STATES); i++)
    if (g_str_equal (STATES[i].state, state))
      return _ (STATES[i].word);
  return state;
}

static const char *
sender_of (GVariant *message)
{
  const char *sender = text_of (message, "sender");

  return *sender != '\0' ? sender : "<>";
}

static char *
size_of (GVariant *message)
{
  guint64 size = 0;

  (void) g_variant_lookup (message, "size", "t", &size);
  return g_format_size (size);
}

static char *
time_of (GVariant *message, const char *name)
{
  gint64 time_s = 0;

  (void) g_variant_lookup (message, name, "x", &time_s);
  return output_time (time_s);
}

/* What is held has no next attempt; why it is held is what matters. */
static gboolean
is_held (GVariant *message)
{
  const char *state = text_of (message, "state");

  return g_str_equal (state, "held") || g_str_equal (state, "kept");
}

/* --- Looking --- */

static void
add_row (OutputTable *table, GVariant *message)
{
  g_autoptr (GVariant) recipients
      = g_variant_lookup_value (message, "recipients", G_VARIANT_TYPE_STRING_ARRAY);
  g_autofree char *to = recipients ? assignments_value_to_text (recipients) : g_strdup ("");
  g_autofree char *size = size_of (message);
  g_autofree char *next = is_held (message) ? g_strdup ("-") : time_of (message, "next-attempt");

  output_table_add (table, text_of (message, "id"), state_word (message), sender_of (message), to,
                    size, next, text_of (message, is_held (message) ? "hold-reason" : "reason"));
}

static Status
list (Client *client, char **ids)
{
  g_autoptr (GError) error = NULL;
  if (query.limit < 0)
    return verb_wrong_usage (_ ("--limit takes a number from 0"));

  g_autoptr (GVariant) messages = queue_query_list (&query, client, &error);
  if (messages == NULL)
    return client_report (error);
  if (client->json)
    {
      json_output_print (messages);
      return STATUS_OK;
    }

  const char *headings[] = { _ ("ID"),   _ ("STATE"),        _ ("SENDER"), _ ("RECIPIENTS"),
                             _ ("SIZE"), _ ("NEXT ATTEMPT"), _ ("REASON"), NULL };
  g_autoptr (OutputTable) table = output_table_new (headings);
  for (gsize i = 0; i < g_variant_n_children (messages); i++)
    {
      g_autoptr (GVariant) message = g_variant_get_child_value (messages, i);
      add_row (table, message);
    }
  output_table_print (table);
  return STATUS_OK;
}

static void
print_recipients (GVariant *message)
{
  const char *headings[] = { _ ("RECIPIENT"), _ ("STATE"), _ ("REASON"), NULL };
  g_autoptr (OutputTable) table = output_table_new (headings);
  g_autoptr (GVariant) recipients
      = g_variant_lookup_value (message, "all-recipients", G_VARIANT_TYPE ("aa{sv}"));

  for (gsize i = 0; recipients != NULL && i < g_variant_n_children (recipients); i++)
    {
      g_autoptr (GVariant) recipient = g_variant_get_child_value (recipients, i);
      output_table_add (table, text_of (recipient, "address"), state_word (recipient),
                        text_of (recipient, "reason"));
    }
  output_table_print (table);
}

static void
print_message (GVariant *message)
{
  guint attempts = 0;
  g_autofree char *size = size_of (message);
  g_autofree char *arrived = time_of (message, "arrived");
  g_autofree char *next = time_of (message, "next-attempt");

  (void) g_variant_lookup (message, "attempts", "u", &attempts);
  output_line (_ ("Message: %s, %s"), text_of (message, "id"), state_word (message));
  output_line (_ ("Sender: %s"), sender_of (message));
  output_line (_ ("From client: %s"), text_of (message, "client"));
  if (*text_of (message, "user") != '\0')
    output_line (_ ("User: %s"), text_of (message, "user"));
  output_line (_ ("Arrived: %s"), arrived);
  output_line (_ ("Size: %s"), size);
  output_line (_ ("Attempts: %u"), attempts);
  if (is_held (message))
    output_line (_ ("Held: %s"), text_of (message, "hold-reason"));
  else
    output_line (_ ("Next attempt: %s"), next);
  print_recipients (message);
}

static Status
show (Client *client, char **ids)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply
      = client_call_server (client, "delivery", "org.postern.Queue1.Show",
                            g_variant_new ("(s)", ids[0]), "(a{sv})", &error);
  if (reply == NULL)
    return client_report (error);

  g_autoptr (GVariant) message = g_variant_get_child_value (reply, 0);
  if (client->json)
    json_output_print (message);
  else
    print_message (message);
  return STATUS_OK;
}

static Status
content (Client *client, char **ids)
{
  g_autoptr (GError) error = NULL;
  guint64 offset = 0;

  for (;;)
    {
      g_autoptr (GVariant) reply
          = client_call_server (client, "delivery", "org.postern.Queue1.Content",
                                g_variant_new ("(st)", ids[0], offset), "(ay)", &error);
      if (reply == NULL)
        return client_report (error);
      g_autoptr (GVariant) piece = g_variant_get_child_value (reply, 0);
      gsize length;
      const char *bytes = g_variant_get_fixed_array (piece, &length, 1);
      if (length == 0)
        return STATUS_OK;
      output_bytes (bytes, length);
      offset += length;
    }
}

/* --- Changing --- */

/* The bus takes so many ids at a time. */
#define IDS_A_CALL 10000

/* What can be done. */
typedef struct
{
  const char *name;
  Status (*look) (Client *client, char **ids); /* (nullable): only looks */
  gint n_ids;                         /* that it takes; -1: some, or a query in their place */
  const char *method, *done, *missed; /* of what changes messages */
} Deed;

static const Deed DEEDS[] = {
  { "list", list, 0, NULL, NULL, NULL },
  { "show", show, 1, NULL, NULL, NULL },
  { "content", content, 1, NULL, NULL, NULL },
  { "hold", NULL, -1, "org.postern.Queue1.Hold", N_ ("Messages that are held: %u."),
    N_ ("posternctl: %u of the messages are not in the queue\n") },
  { "release", NULL, -1, "org.postern.Queue1.Release", N_ ("Messages that were released: %u."),
    N_ ("posternctl: %u of the messages were not held, or are not in the queue\n") },
  { "retry", NULL, -1, "org.postern.Queue1.Retry", N_ ("Messages that are tried again now: %u."),
    N_ ("posternctl: %u of the messages are held, or are not in the queue\n") },
  { "remove", NULL, -1, "org.postern.Queue1.Remove", N_ ("Messages that were removed: %u."),
    N_ ("posternctl: %u of the messages are not in the queue\n") },
};

/* Returns FALSE with an error. @count: gets how many messages were changed */
static gboolean
call_for (Client *client, const char *method, char **ids, guint *count, GError **error)
{
  guint n_ids = g_strv_length (ids);

  *count = 0;
  for (guint from = 0; from < n_ids; from += IDS_A_CALL)
    {
      guint changed;
      GVariant *part
          = g_variant_new_strv ((const char *const *) ids + from, MIN (n_ids - from, IDS_A_CALL));
      g_autoptr (GVariant) reply = client_call_server (client, "delivery", method,
                                                       g_variant_new ("(@as)", part), "(u)", error);
      if (reply == NULL)
        return FALSE;
      g_variant_get (reply, "(u)", &changed);
      *count += changed;
    }
  return TRUE;
}

/* Without ids, the query says which ones; of those, some may be gone when their turn comes. */
static Status
change (Client *client, const Deed *deed, char **ids)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) found = ids[0] == NULL ? queue_query_ids (&query, client, &error) : NULL;
  char **chosen = ids[0] != NULL ? ids : found;
  guint count;

  if (chosen == NULL || !call_for (client, deed->method, chosen, &count, &error))
    return client_report (error);
  if (client->json)
    json_output_print (g_variant_new_parsed ("{'count': <%u>}", count));
  else
    output_line (_ (deed->done), count);
  if (ids[0] == NULL || count >= g_strv_length (ids))
    return STATUS_OK;
  g_printerr (_ (deed->missed), g_strv_length (ids) - count);
  return STATUS_FAILED;
}

/* Whether the command line has what @deed takes. */
static gboolean
is_complete (const Deed *deed, char **ids)
{
  gboolean is_said = queue_query_is_said (&query);

  if (deed->n_ids < 0)
    return (ids[0] != NULL) != is_said && query.limit == 0;
  if (deed->n_ids > 0)
    return !is_said && query.limit == 0 && g_strv_length (ids) == (guint) deed->n_ids;
  return ids[0] == NULL && !query.all;
}

Status
queue_verbs_queue (Client *client, char **arguments)
{
  const char *name = arguments[0] != NULL ? arguments[0] : "list";
  char **ids = arguments[0] != NULL ? arguments + 1 : arguments;

  for (gsize i = 0; i < G_N_ELEMENTS (DEEDS); i++)
    if (g_str_equal (DEEDS[i].name, name) && is_complete (&DEEDS[i], ids))
      return DEEDS[i].look != NULL ? DEEDS[i].look (client, ids) : change (client, &DEEDS[i], ids);
  return verb_wrong_usage (_ ("usage: posternctl %s"),
                           "queue [list | show ID | content ID | hold ID… | release ID… | retry "
                           "ID… | remove ID…]");
}
