/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ctl/explain-verb.h"

#include "core/ctl/json-output.h"
#include "core/ctl/output.h"

#include <glib/gi18n.h>

static char *client_address, *sender, *recipient, *authenticated, *door;

const GOptionEntry EXPLAIN_VERB_OPTIONS[]
    = { { "client", 'c', 0, G_OPTION_ARG_STRING, &client_address, N_ ("The client's address"),
          N_ ("ADDRESS") },
        { "from", 'f', 0, G_OPTION_ARG_STRING, &sender,
          N_ ("The sender; empty for the null sender"), N_ ("SENDER") },
        { "to", 't', 0, G_OPTION_ARG_STRING, &recipient, N_ ("The recipient"), N_ ("RECIPIENT") },
        { "authenticated", 'a', 0, G_OPTION_ARG_STRING, &authenticated,
          N_ ("The name that the client authenticated with"), N_ ("USER") },
        { "door", 'd', 0, G_OPTION_ARG_STRING, &door,
          N_ ("Where it comes in: smtp, submission or submission-tls"), N_ ("DOOR") },
        { NULL } };

typedef struct
{
  gboolean allowed;
  char *rule, *setting, *reason, *reply; /* (owned) */
} Verdict;

static void
verdict_clear (Verdict *verdict)
{
  g_free (verdict->rule);
  g_free (verdict->setting);
  g_free (verdict->reason);
  g_free (verdict->reply);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Verdict, verdict_clear)

static gboolean
ask (Client *client, Verdict *verdict, GError **error)
{
  g_autoptr (GVariant) reply = client_call_server (
      client, "smtp", "org.postern.RelayDecision1.ExplainAt",
      g_variant_new ("(sssss)", client_address, sender ? sender : "", recipient,
                     authenticated ? authenticated : "", door ? door : "smtp"),
      "(bssss)", error);
  if (reply == NULL)
    return FALSE;
  g_variant_get (reply, "(bssss)", &verdict->allowed, &verdict->rule, &verdict->setting,
                 &verdict->reason, &verdict->reply);
  return TRUE;
}

Status
explain_verb_explain (Client *client, char **arguments)
{
  g_auto (Verdict) verdict = { 0 };
  g_autoptr (GError) error = NULL;

  if (client_address == NULL || recipient == NULL)
    return verb_wrong_usage (_ ("explain needs --client and --to"));
  if (!ask (client, &verdict, &error))
    return client_report (error);

  if (client->json)
    json_output_print (g_variant_new_parsed (
        "{'allowed': <%b>, 'rule': <%s>, 'setting': <%s>, 'reason': <%s>, 'reply': <%s>}",
        verdict.allowed, verdict.rule, verdict.setting, verdict.reason, verdict.reply));
  else
    {
      output_line (verdict.allowed ? _ ("It would be taken: %s") : _ ("It would be refused: %s"),
                   verdict.reason);
      output_line (_ ("Rule: %s"), verdict.rule);
      if (verdict.setting[0] != '\0')
        output_line (_ ("Setting: %s"), verdict.setting);
      output_line (_ ("Reply: %s"), verdict.reply);
    }
  return verdict.allowed ? STATUS_OK : STATUS_NO;
}
