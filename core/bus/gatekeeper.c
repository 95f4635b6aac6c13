/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/bus/gatekeeper.h"

#include "core/bus/bus.h"

#include <pwd.h>
#include <unistd.h>

#define VIEW GATEKEEPER_VIEW
#define CHANGE GATEKEEPER_CHANGE
#define CONTROL GATEKEEPER_CONTROL

#define BUS_NAME "org.freedesktop.DBus"
#define BUS_PATH "/org/freedesktop/DBus"
#define POLKIT_NAME "org.freedesktop.PolicyKit1"
#define POLKIT_PATH "/org/freedesktop/PolicyKit1/Authority"
#define POLKIT_INTERFACE "org.freedesktop.PolicyKit1.Authority"
#define POLKIT_ALLOW_USER_INTERACTION 1

static const struct
{
  const char *interface, *method, *action;
} ACTIONS[] = {
  { "org.postern.ServerProperties1", "Describe", VIEW },
  { "org.postern.ServerProperties1", "Get", VIEW },
  { "org.postern.ServerProperties1", "Check", VIEW },
  { "org.postern.ServerProperties1", "Assess", VIEW },
  { "org.postern.ServerProperties1", "Apply", CHANGE },
  { "org.postern.ServerProperties1", "ApplyUntil", CHANGE },
  { "org.postern.ServerProperties1", "Keep", CHANGE },
  { "org.postern.ServerProperties1", "EndTemporary", CHANGE },
  { "org.postern.ServerProperties1", "Temporary", VIEW },
  { "org.postern.ServerProperties1", "History", VIEW },
  { "org.postern.ServerProperties1", "Diff", VIEW },
  { "org.postern.ServerProperties1", "DiffDocument", VIEW },
  { "org.postern.ServerProperties1", "Restore", CHANGE },
  { "org.postern.ServerProperties1", "Export", VIEW },
  { "org.postern.ServerProperties1", "Import", CHANGE },
  { "org.postern.ServerProperties1", "StartServer", CONTROL },
  { "org.postern.ServerProperties1", "StopServer", CONTROL },
  { "org.postern.ServerProperties1", "RestartServer", CONTROL },
  { "org.postern.MailUsers1", "List", VIEW },
  { "org.postern.MailUsers1", "Add", CHANGE },
  { "org.postern.MailUsers1", "SetPassword", CHANGE },
  { "org.postern.MailUsers1", "SetApopSecret", CHANGE },
  { "org.postern.MailUsers1", "SetQuota", CHANGE },
  { "org.postern.MailUsers1", "Remove", CHANGE },
  { "org.postern.Server1", "Counters", VIEW },
  { "org.postern.Server1", "Troubles", VIEW },
  { "org.postern.Server1", "Stop", CONTROL },
  { "org.postern.Activity1", "History", VIEW },
  { "org.postern.RelayDecision1", "Explain", VIEW },
  { "org.postern.RelayDecision1", "ExplainAt", VIEW },
  { "org.postern.Refusals1", "List", VIEW },
  { "org.postern.LogOns1", "List", VIEW },
  { "org.postern.LogOns1", "Revoke", CONTROL },
  { "org.postern.LogOns1", "RevokeAll", CONTROL },
  { "org.postern.LogOns1", "Extend", CONTROL },
  { "org.postern.GrantUse1", "List", VIEW },
  { "org.postern.Devices1", "List", VIEW },
  { "org.postern.Bans1", "List", VIEW },
  { "org.postern.Bans1", "Lift", CONTROL },
  { "org.postern.Queue1", "List", VIEW },
  { "org.postern.Queue1", "Show", VIEW },
  { "org.postern.Queue1", "Content", CONTROL },
  { "org.postern.Queue1", "Hold", CONTROL },
  { "org.postern.Queue1", "Release", CONTROL },
  { "org.postern.Queue1", "Retry", CONTROL },
  { "org.postern.Queue1", "Remove", CONTROL },
};

struct _Gatekeeper
{
  GDBusConnection *connection; /* (owned) */
  GCancellable
      *closing;   /* (owned): cancelled when the gatekeeper goes; each question holds it, too */
  GArray *asking; /* (owned) (element-type uid_t): the caller of each question that polkit has */
};

/* One call on its way through the gate. It outlives the gatekeeper, if need be. */
typedef struct
{
  GDBusConnection *connection;       /* (owned) */
  GCancellable *closing;             /* (owned) */
  GArray *asking;                    /* (owned) */
  GDBusMethodInvocation *invocation; /* (owned) */
  GatekeeperMethod method;
  gpointer user_data;
  const char *action;
  gboolean is_answered; /* polkit has said yes to this caller in this matter before */
  uid_t caller;
  char *polkit_cookie; /* (owned): names the question to polkit, so that it can be taken back */
  guint caller_watch;  /* 0 while nobody is asked */
  gboolean caller_vanished;
  gboolean is_asking; /* polkit has it */
} Question;

const char *
gatekeeper_action (const char *interface, const char *method)
{
  for (gsize i = 0; i < G_N_ELEMENTS (ACTIONS); i++)
    if (g_strcmp0 (ACTIONS[i].interface, interface) == 0
        && g_strcmp0 (ACTIONS[i].method, method) == 0)
      return ACTIONS[i].action;
  return NULL;
}

static GQuark
caller_quark (void)
{
  return g_quark_from_static_string ("postern-gatekeeper-caller");
}

static uid_t
caller_of (GDBusMethodInvocation *invocation)
{
  /* Kept plus one: without an answer this is (uid_t) -1, nobody, rather than root. */
  return GPOINTER_TO_UINT (g_object_get_qdata (G_OBJECT (invocation), caller_quark ())) - 1;
}

char *
gatekeeper_caller_name (GDBusMethodInvocation *invocation)
{
  uid_t uid = caller_of (invocation);
  char buffer[4096];
  struct passwd entry, *found = NULL;

  if (getpwuid_r (uid, &entry, buffer, sizeof buffer, &found) == 0 && found != NULL)
    return g_strdup (found->pw_name);
  return g_strdup_printf ("user %u", (guint) uid);
}

/* Returns: how many questions of the caller polkit has; @last: the index of one of them */
static guint
count_asking (const Question *question, guint *last)
{
  guint count = 0;

  for (guint i = 0; i < question->asking->len; i++)
    if (g_array_index (question->asking, uid_t, i) == question->caller)
      {
        *last = i;
        count++;
      }
  return count;
}

static void
question_free (Question *question)
{
  guint index;

  if (question->is_asking && count_asking (question, &index) > 0)
    g_array_remove_index_fast (question->asking, index);
  g_array_unref (question->asking);
  if (question->caller_watch != 0)
    g_bus_unwatch_name (question->caller_watch);
  g_clear_object (&question->connection);
  g_clear_object (&question->closing);
  g_free (question->polkit_cookie);
  g_free (question);
}

static void
question_admit (Question *question)
{
  g_object_set_qdata (G_OBJECT (question->invocation), caller_quark (),
                      GUINT_TO_POINTER (question->caller + 1));
  question->method (g_steal_pointer (&question->invocation), question->user_data);
  question_free (question);
}

static void
question_refuse (Question *question, const char *reason)
{
  /* Who only looks may ask as often as it likes; that is not to fill the log. */
  if (question->caller != (uid_t) -1 && !g_str_equal (question->action, VIEW))
    g_message ("%s refused to user %u: %s",
               g_dbus_method_invocation_get_method_name (question->invocation),
               (guint) question->caller, reason);
  g_dbus_method_invocation_return_error (g_steal_pointer (&question->invocation), BUS_ERROR,
                                         BUS_ERROR_NOT_AUTHORIZED, "Not authorized for %s: %s",
                                         question->action, reason);
  question_free (question);
}

static void
on_activatable_names (GObject *source, GAsyncResult *result, gpointer data)
{
  Question *question = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply
      = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  if (reply == NULL)
    {
      question_refuse (question, "the bus did not say whether polkit is there");
      return;
    }

  g_autofree const char **names = NULL;
  g_variant_get (reply, "(^a&s)", &names);
  if (g_strv_contains (names, POLKIT_NAME))
    question_refuse (question, "polkit does not answer");
  else if (question->caller == geteuid () || question->caller == 0)
    question_admit (question);
  else
    question_refuse (question, "there is no polkit on this bus, so only the servers' own user may");
}

/* The bus itself said that nobody has polkit's name. Believed only if the bus could not start
 * polkit either. */
static void
ask_whether_polkit_is_installed (Question *question)
{
  g_dbus_connection_call (question->connection, BUS_NAME, BUS_PATH, BUS_NAME,
                          "ListActivatableNames", NULL, G_VARIANT_TYPE ("(as)"),
                          G_DBUS_CALL_FLAGS_NONE, -1, question->closing, on_activatable_names,
                          question);
}

static void
take_polkit_verdict (Question *question, GDBusMessage *reply)
{
  GVariant *body = g_dbus_message_get_body (reply);
  if (body == NULL || !g_variant_is_of_type (body, G_VARIANT_TYPE ("((bba{ss}))")))
    {
      question_refuse (question, "polkit's answer can't be read");
      return;
    }

  gboolean authorized, challenge;
  g_variant_get (body, "((bb@a{ss}))", &authorized, &challenge, NULL);
  if (question->caller_vanished)
    question_refuse (question, "the caller has left");
  else if (authorized)
    question_admit (question);
  else if (challenge)
    question_refuse (question, "polkit wants a password, and there is no agent to ask for it");
  else
    question_refuse (question, "polkit says no");
}

static void
on_polkit_answer (GObject *source, GAsyncResult *result, gpointer data)
{
  Question *question = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusMessage) reply = g_dbus_connection_send_message_with_reply_finish (
      G_DBUS_CONNECTION (source), result, &error);

  if (reply == NULL)
    question_refuse (question, "polkit does not answer");
  else if (g_dbus_message_get_message_type (reply) == G_DBUS_MESSAGE_TYPE_METHOD_RETURN)
    take_polkit_verdict (question, reply);
  else if (g_strcmp0 (g_dbus_message_get_error_name (reply),
                      "org.freedesktop.DBus.Error.ServiceUnknown")
               == 0
           /* The bus stamps the sender, so a polkit that fails can't be mistaken for one that is
              absent. */
           && g_strcmp0 (g_dbus_message_get_sender (reply), BUS_NAME) == 0)
    ask_whether_polkit_is_installed (question);
  else
    question_refuse (question, "polkit answered with an error");
}

/* @connection: %NULL where it was the bus that vanished */
static void
on_caller_vanished (GDBusConnection *connection, const char *name, gpointer data)
{
  Question *question = data;

  question->caller_vanished = TRUE;
  if (connection == NULL)
    return;
  g_dbus_connection_call (connection, POLKIT_NAME, POLKIT_PATH, POLKIT_INTERFACE,
                          "CancelCheckAuthorization",
                          g_variant_new ("(s)", question->polkit_cookie), NULL,
                          G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, NULL, NULL, NULL);
}

static void
ask_polkit (Question *question)
{
  static guint64 last_cookie;
  const char *caller = g_dbus_method_invocation_get_sender (question->invocation);
  guint index;

  if (count_asking (question, &index) >= GATEKEEPER_MOST_QUESTIONS_OF_A_USER)
    {
      question_refuse (question, "polkit waits for too many answers of this user already");
      return;
    }
  g_array_append_val (question->asking, question->caller);
  question->is_asking = TRUE;
  question->polkit_cookie = g_strdup_printf ("postern-%" G_GUINT64_FORMAT, ++last_cookie);
  question->caller_watch
      = g_bus_watch_name_on_connection (question->connection, caller, G_BUS_NAME_WATCHER_FLAGS_NONE,
                                        NULL, on_caller_vanished, question, NULL);

  g_autoptr (GDBusMessage) message = g_dbus_message_new_method_call (
      POLKIT_NAME, POLKIT_PATH, POLKIT_INTERFACE, "CheckAuthorization");
  GVariant *subject = g_variant_new_parsed ("('system-bus-name', {'name': <%s>})", caller);
  g_dbus_message_set_body (message,
                           g_variant_new ("(@(sa{sv})s@a{ss}us)", subject, question->action,
                                          g_variant_new_array (G_VARIANT_TYPE ("{ss}"), NULL, 0),
                                          POLKIT_ALLOW_USER_INTERACTION, question->polkit_cookie));

  /* Somebody may be looking for the password: no time-out. */
  g_dbus_connection_send_message_with_reply (question->connection, message,
                                             G_DBUS_SEND_MESSAGE_FLAGS_NONE, G_MAXINT, NULL,
                                             question->closing, on_polkit_answer, question);
}

static void
on_caller_known (GObject *source, GAsyncResult *result, gpointer data)
{
  Question *question = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply
      = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  if (reply == NULL)
    {
      question_refuse (question, "the bus does not know the caller");
      return;
    }

  guint32 uid;
  g_variant_get (reply, "(u)", &uid);
  question->caller = uid;
  if (question->is_answered)
    question_admit (question);
  else
    ask_polkit (question);
}

static Question *
question_new (const Gatekeeper *gatekeeper,
              GDBusMethodInvocation *invocation,
              GatekeeperMethod method,
              gpointer user_data)
{
  Question *question = g_new0 (Question, 1);

  question->connection = g_object_ref (gatekeeper->connection);
  question->closing = g_object_ref (gatekeeper->closing);
  question->asking = g_array_ref (gatekeeper->asking);
  question->invocation = invocation;
  question->method = method;
  question->user_data = user_data;
  question->caller = (uid_t) -1;
  return question;
}

static void
question_begin (Question *question)
{
  GDBusMethodInvocation *invocation = question->invocation;

  question->action = gatekeeper_action (g_dbus_method_invocation_get_interface_name (invocation),
                                        g_dbus_method_invocation_get_method_name (invocation));
  if (question->action == NULL)
    {
      question->action = "any action";
      question_refuse (question, "nobody may call this method");
      return;
    }

  if (bus_is_peer (question->connection))
    {
      question->caller = getuid ();
      question_admit (question);
      return;
    }

  const char *caller = g_dbus_method_invocation_get_sender (invocation);
  if (caller == NULL)
    {
      question_refuse (question, "the caller is not on a bus");
      return;
    }
  g_dbus_connection_call (question->connection, BUS_NAME, BUS_PATH, BUS_NAME,
                          "GetConnectionUnixUser", g_variant_new ("(s)", caller),
                          G_VARIANT_TYPE ("(u)"), G_DBUS_CALL_FLAGS_NONE, -1, question->closing,
                          on_caller_known, question);
}

void
gatekeeper_admit (Gatekeeper *gatekeeper,
                  GDBusMethodInvocation *invocation,
                  GatekeeperMethod method,
                  gpointer user_data)
{
  question_begin (question_new (gatekeeper, invocation, method, user_data));
}

void
gatekeeper_admit_again (Gatekeeper *gatekeeper,
                        GDBusMethodInvocation *invocation,
                        GatekeeperMethod method,
                        gpointer user_data)
{
  Question *question = question_new (gatekeeper, invocation, method, user_data);

  question->is_answered = TRUE;
  question_begin (question);
}

Gatekeeper *
gatekeeper_new (GDBusConnection *connection)
{
  Gatekeeper *gatekeeper = g_new0 (Gatekeeper, 1);
  gatekeeper->connection = g_object_ref (connection);
  gatekeeper->closing = g_cancellable_new ();
  gatekeeper->asking = g_array_new (FALSE, FALSE, sizeof (uid_t));
  return gatekeeper;
}

void
gatekeeper_free (Gatekeeper *gatekeeper)
{
  if (gatekeeper == NULL)
    return;
  g_cancellable_cancel (gatekeeper->closing);
  g_clear_object (&gatekeeper->closing);
  g_array_unref (gatekeeper->asking);
  g_clear_object (&gatekeeper->connection);
  g_free (gatekeeper);
}
