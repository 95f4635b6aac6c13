/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/smtp/smtp-explain.h"

#include "core/bus/bus.h"
#include "server-bus.h"
#include "servers/smtp/smtp-session.h"

#include <ifaddrs.h>
#include <netinet/in.h>
#include <string.h>

struct _SmtpExplain
{
  SmtpServices *services;
  BusRelayDecision1 *skeleton; /* (owned) */
  Gatekeeper *gatekeeper;
  Worker *worker;       /* (owned) (nullable): asks blocklists */
  GThreadPool *answers; /* (owned): one thread, as an answer may wait for DNS and name service */
};

/* A conversation that nobody hears. */
typedef struct
{
  SmtpServices *services;
  const SmtpCaller *caller;
  SmtpFacts *facts;
  SmtpSession *session;
  SmtpDecision decision; /* the last one */
  SmtpStep step;         /* the last one; never a question */
} Rehearsal;

void
smtp_explanation_clear (SmtpExplanation *explanation)
{
  g_clear_pointer (&explanation->reason, g_free);
  g_clear_pointer (&explanation->reply, g_free);
}

/* --- The conversation --- */

/* One of the addresses of this system: who comes from there is the local host. */
static gboolean
is_own_address (const IpAddress *address)
{
  struct ifaddrs *interfaces = NULL;
  gboolean found = FALSE;
  if (getifaddrs (&interfaces) != 0)
    return FALSE;

  for (struct ifaddrs *i = interfaces; i && !found; i = i->ifa_next)
    {
      if (!i->ifa_addr)
        continue;
      IpAddress own = { { [10] = 0xff, [11] = 0xff } };
      if (i->ifa_addr->sa_family == AF_INET)
        memcpy (own.bytes + 12, &((struct sockaddr_in *) i->ifa_addr)->sin_addr, 4);
      else if (i->ifa_addr->sa_family == AF_INET6)
        memcpy (own.bytes, &((struct sockaddr_in6 *) i->ifa_addr)->sin6_addr, 16);
      else
        continue;
      found = ip_address_equal (&own, address);
    }
  freeifaddrs (interfaces);
  return found;
}

/* Answers the questions of a step, and keeps the one that is left. */
static void
follow (Rehearsal *rehearsal, SmtpStep step)
{
  g_autoptr (Policy) policy = policy_holder_get (rehearsal->services->policies);
  SmtpTerms terms = smtp_services_terms (rehearsal->services, rehearsal->caller, policy);

  if (step.kind == SMTP_STEP_ASK)
    {
      rehearsal->decision = smtp_services_decide (rehearsal->services, rehearsal->session,
                                                  &rehearsal->facts->client);
      if (rehearsal->decision.verdict == VERDICT_BLOCKLISTED)
        rehearsal->decision.reason = rehearsal->caller->blocklist_reason;
      SmtpAnswer answer = { rehearsal->decision.kind, rehearsal->decision.reason };
      step = smtp_session_answer (rehearsal->session, &terms, &answer);
    }
  rehearsal->step = step;
}

/* Says a line; returns whether the server takes it. */
static gboolean
say (Rehearsal *rehearsal, const char *line)
{
  g_autoptr (Policy) policy = policy_holder_get (rehearsal->services->policies);
  SmtpTerms terms = smtp_services_terms (rehearsal->services, rehearsal->caller, policy);

  /* Where nothing is asked, it is the words themselves that are refused. */
  rehearsal->decision = (SmtpDecision){ .rule = "bad-address", .setting = "", .reason = NULL };
  follow (rehearsal, smtp_session_feed (rehearsal->session, &terms, line, strlen (line)));
  return rehearsal->step.reply[0] == '2';
}

static gboolean
rehearse (Rehearsal *rehearsal, const SmtpExplainQuestion *question)
{
  gboolean utf8 = !g_str_is_ascii (question->sender) || !g_str_is_ascii (question->recipient);
  g_autofree char *mail
      = g_strdup_printf ("MAIL FROM:<%s>%s", question->sender, utf8 ? " SMTPUTF8" : "");
  g_autofree char *rcpt = g_strdup_printf ("RCPT TO:<%s>", question->recipient);

  /* Under TLS: what is asked is who may send, not how. */
  follow (rehearsal, smtp_session_begin (rehearsal->session, TRUE));
  return rehearsal->step.reply[0] == '2' && say (rehearsal, "EHLO client") && say (rehearsal, mail)
         && say (rehearsal, rcpt);
}

/* --- Blocklists --- */

/* A question to them: put in the worker's thread, waited for in ours. */
typedef struct
{
  SmtpServices *services;
  Worker *worker;
  SmtpCaller *caller;
  Policy *policy;
  GAsyncQueue *answered; /* gets the inquiry */
} Inquiry;

static void
end_inquiry (Inquiry *inquiry)
{
  /* Who waits may be gone before the push has returned. */
  g_autoptr (GAsyncQueue) answered = g_async_queue_ref (inquiry->answered);
  g_async_queue_push (answered, inquiry);
}

static void
on_blocklists (gpointer user, const BlocklistAnswer *answer)
{
  Inquiry *inquiry = user;
  SmtpCaller *caller = inquiry->caller;

  caller->blocklists = answer->is_listed ? BLOCKLIST_LISTED : BLOCKLIST_CLEAN;
  if (answer->is_listed)
    caller->blocklist_reason = blocklist_answer_to_reason (answer, &caller->address);
  end_inquiry (inquiry);
}

static void
ask_blocklists (gpointer data)
{
  Inquiry *inquiry = data;
  const ConnectionSettings *settings = &inquiry->policy->settings->smtp.connection;
  Blocklist *blocklist = smtp_blocklists_get (inquiry->services->blocklists, inquiry->worker);
  if (blocklist)
    blocklist_ask (blocklist, settings->blocklists, settings->blocklist_match,
                   &inquiry->caller->address, on_blocklists, inquiry);
  else
    end_inquiry (inquiry);
}

/* As the greeting does it, see smtp-greeting. */
static void
inquire (SmtpServices *services, Worker *worker, SmtpCaller *caller)
{
  g_autoptr (Policy) policy = policy_holder_get (services->policies);
  g_autoptr (SmtpFacts) facts = smtp_services_facts (services, caller, NULL, 0);
  if (!worker || !connection_policy_asks_blocklists (policy, &facts->client))
    return;

  g_autoptr (GAsyncQueue) answered = g_async_queue_new ();
  Inquiry inquiry = { services, worker, caller, policy, answered };
  worker_post (worker, ask_blocklists, &inquiry);
  g_async_queue_pop (answered);
}

/* --- The answer --- */

/* The reply's words, without its codes. */
static const char *
words_of_reply (const char *reply)
{
  const char *words = strchr (reply, ' ');
  const char *after_enhanced = words ? strchr (words + 1, ' ') : NULL;
  return after_enhanced ? after_enhanced + 1 : reply;
}

static gboolean
check_text (const char *what, const char *text, GError **error)
{
  for (const char *c = text; *c; c++)
    if (g_ascii_iscntrl (*c))
      {
        g_set_error (error, BUS_ERROR, BUS_ERROR_INVALID, "The %s holds a control character", what);
        return FALSE;
      }
  return TRUE;
}

/* Nobody has authenticated where nobody can. */
static const char *
authenticated_user (SmtpServices *services, const SmtpExplainQuestion *question)
{
  g_autoptr (Policy) policy = policy_holder_get (services->policies);
  gboolean can = policy->settings->smtp.authentication != AUTHENTICATION_USE_NO;

  return can && *question->authenticated ? question->authenticated : NULL;
}

/* Puts the client in @caller. */
static gboolean
make_caller (const SmtpExplainQuestion *question, SmtpCaller *caller, GError **error)
{
  IpAddress client;
  SmtpDoor door;

  if (!ip_address_parse (question->client, &client))
    {
      g_set_error (error, BUS_ERROR, BUS_ERROR_INVALID, "\"%s\" is not an address of a client",
                   question->client);
      return FALSE;
    }
  if (!smtp_door_parse (question->door, &door))
    {
      g_set_error (error, BUS_ERROR, BUS_ERROR_INVALID, "\"%s\" is not a door of the SMTP server",
                   question->door);
      return FALSE;
    }
  smtp_caller_init (caller, &client, &client, door);
  caller->is_local_host = is_own_address (&client) || ip_address_is_loopback (&client);
  return TRUE;
}

gboolean
smtp_explain_find (SmtpServices *services,
                   Worker *worker,
                   const SmtpExplainQuestion *question,
                   SmtpExplanation *explanation,
                   GError **error)
{
  g_auto (SmtpCaller) caller = { 0 };
  if (!check_text ("sender", question->sender, error)
      || !check_text ("recipient", question->recipient, error)
      || !make_caller (question, &caller, error))
    return FALSE;

  g_autoptr (SmtpSession) session = smtp_session_new ();
  inquire (services, worker, &caller);
  const char *user = authenticated_user (services, question);
  g_autoptr (SmtpFacts) facts = smtp_services_facts (services, &caller, user, 0);
  Rehearsal rehearsal
      = { .services = services, .caller = &caller, .session = session, .facts = facts };

  explanation->allowed = rehearse (&rehearsal, question);
  explanation->rule = rehearsal.decision.rule;
  explanation->setting = rehearsal.decision.setting;
  explanation->reply = g_strchomp (g_strdup (rehearsal.step.reply));
  explanation->reason = g_strdup (rehearsal.decision.reason ? rehearsal.decision.reason
                                                            : words_of_reply (explanation->reply));
  return TRUE;
}

/* --- The bus --- */

/* Explain and ExplainAt differ in the last argument alone. */
static SmtpExplainQuestion
read_question (GDBusMethodInvocation *invocation)
{
  GVariant *arguments = g_dbus_method_invocation_get_parameters (invocation);
  SmtpExplainQuestion question = { .door = smtp_door_word (SMTP_DOOR_RELAY) };
  const char **texts[] = { &question.client, &question.sender, &question.recipient,
                           &question.authenticated, &question.door };

  for (gsize i = 0; i < g_variant_n_children (arguments); i++)
    g_variant_get_child (arguments, i, "&s", texts[i]);
  return question;
}

/* In a thread of its own. */
static void
find_answer (gpointer data, gpointer user_data)
{
  GDBusMethodInvocation *invocation = data;
  SmtpExplain *explain = user_data;
  SmtpExplainQuestion question = read_question (invocation);
  g_auto (SmtpExplanation) found = { 0 };
  g_autoptr (GError) error = NULL;

  if (!smtp_explain_find (explain->services, explain->worker, &question, &found, &error))
    {
      g_dbus_method_invocation_return_gerror (invocation, error);
      return;
    }
  g_dbus_method_invocation_return_value (invocation,
                                         g_variant_new ("(bssss)", found.allowed, found.rule,
                                                        found.setting, found.reason, found.reply));
}

static void
answer_explain (GDBusMethodInvocation *invocation, gpointer user_data)
{
  SmtpExplain *explain = user_data;
  g_thread_pool_push (explain->answers, invocation, NULL);
}

static gboolean
admit (SmtpExplain *explain, GDBusMethodInvocation *invocation)
{
  gatekeeper_admit (explain->gatekeeper, invocation, answer_explain, explain);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
on_explain (BusRelayDecision1 *skeleton,
            GDBusMethodInvocation *invocation,
            const char *client,
            const char *sender,
            const char *recipient,
            const char *authenticated,
            gpointer user_data)
{
  return admit (user_data, invocation);
}

static gboolean
on_explain_at (BusRelayDecision1 *skeleton,
               GDBusMethodInvocation *invocation,
               const char *client,
               const char *sender,
               const char *recipient,
               const char *authenticated,
               const char *door,
               gpointer user_data)
{
  return admit (user_data, invocation);
}

SmtpExplain *
smtp_explain_new (SmtpServices *services,
                  GDBusConnection *connection,
                  const char *object_path,
                  Gatekeeper *gatekeeper)
{
  g_autoptr (GError) error = NULL;
  SmtpExplain *explain = g_new0 (SmtpExplain, 1);
  explain->services = services;
  explain->gatekeeper = gatekeeper;
  explain->worker = worker_new ("smtp-explain", &error);
  if (!explain->worker)
    {
      g_warning ("what is explained leaves blocklists out: %s", error->message);
      g_clear_error (&error);
    }
  explain->answers = g_thread_pool_new (find_answer, explain, 1, FALSE, NULL);
  explain->skeleton = bus_relay_decision1_skeleton_new ();
  g_signal_connect (explain->skeleton, "handle-explain", G_CALLBACK (on_explain), explain);
  g_signal_connect (explain->skeleton, "handle-explain-at", G_CALLBACK (on_explain_at), explain);
  if (!g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (explain->skeleton), connection,
                                         object_path, &error))
    g_warning ("bus: %s", error->message);
  return explain;
}

void
smtp_explain_free (SmtpExplain *explain)
{
  GDBusInterfaceSkeleton *skeleton = G_DBUS_INTERFACE_SKELETON (explain->skeleton);
  g_signal_handlers_disconnect_by_data (skeleton, explain);
  if (g_dbus_interface_skeleton_get_connection (skeleton))
    g_dbus_interface_skeleton_unexport (skeleton);
  g_thread_pool_free (explain->answers, FALSE, TRUE);
  if (explain->worker)
    smtp_blocklists_leave (explain->services->blocklists, explain->worker);
  worker_free (explain->worker);
  g_object_unref (explain->skeleton);
  g_free (explain);
}
