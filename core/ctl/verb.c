/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/ctl/verb.h"

#include "core/ctl/ban-verbs.h"
#include "core/ctl/completion-verbs.h"
#include "core/ctl/device-verbs.h"
#include "core/ctl/ending.h"
#include "core/ctl/expectation.h"
#include "core/ctl/explain-verb.h"
#include "core/ctl/history-verbs.h"
#include "core/ctl/log-on-verbs.h"
#include "core/ctl/metrics-verb.h"
#include "core/ctl/queue-verbs.h"
#include "core/ctl/server-verbs.h"
#include "core/ctl/settings-verbs.h"
#include "core/ctl/temporary-verbs.h"
#include "core/ctl/user-verbs.h"

#include <glib/gi18n.h>

static const Verb VERBS[] = {
  { "status", "", 0, 0, N_ ("Show the authority and each server"),
    N_ ("Shows whether each server runs, which revision of the settings it has in force, where it "
        "listens, how many "
        "sessions are open, and why it could not take the newest revision."),
    NULL, server_verbs_status },
  { "start", N_ ("SERVER… | --autostart"), 0, -1,
    N_ ("Start servers: smtp, pop3, delivery, or all"),
    N_ ("With --autostart, those that are to be started with this system: smtp.autostart, "
        "pop3.autostart and smtp.delivery.autostart say which."),
    SERVER_VERBS_START_OPTIONS, server_verbs_start },
  { "stop", N_ ("SERVER…"), 1, -1, N_ ("Stop servers: smtp, pop3, delivery, or all"), NULL, NULL,
    server_verbs_stop },
  { "restart", N_ ("SERVER…"), 1, -1, N_ ("Stop servers, and start them again"), NULL, NULL,
    server_verbs_restart },
  { "describe", N_ ("[NAME…]"), 0, -1, N_ ("Say what settings mean and what they may be"), NULL,
    NULL, settings_verbs_describe },
  { "get", N_ ("[NAME…]"), 0, -1, N_ ("Print settings"),
    N_ ("Prints a line NAME=VALUE for each setting; `posternctl apply` reads them."),
    SETTINGS_VERBS_GET_OPTIONS, settings_verbs_get },
  { "set", N_ ("NAME=VALUE…"), 1, -1, N_ ("Change settings"),
    N_ ("NAME=VALUE replaces the value; the values of a list are separated by commas. NAME+=VALUE "
        "adds to a list, "
        "NAME-=VALUE takes from it. All changes are saved as one revision, or none. With an end, "
        "the "
        "authority takes the change back by itself."),
    ENDING_OPTIONS, settings_verbs_set },
  { "check", N_ ("NAME=VALUE…"), 1, -1, N_ ("Tell what would be wrong with a change"),
    N_ ("Takes what `posternctl set` takes, and changes nothing. Ends with status 2 when the "
        "change would be refused."),
    NULL, settings_verbs_check },
  { "apply", N_ ("FILE"), 1, 1, N_ ("Change the settings that a file of NAME=VALUE lines names"),
    N_ ("FILE may be - for the standard input. Empty lines, and lines that begin with #, are "
        "passed over."),
    ENDING_OPTIONS, settings_verbs_apply },
  { "temporary", N_ ("[list | keep ID… | end ID…]"), 0, -1,
    N_ ("List changes that have an end, keep them, or end them"),
    N_ ("A change that was made with --until is taken back at its end, unless it is kept."), NULL,
    temporary_verbs_temporary },
  { "history", "", 0, 0, N_ ("List the kept revisions of the settings"), NULL, NULL,
    history_verbs_history },
  { "diff", N_ ("[FROM [TO]]"), 0, 2, N_ ("Show what differs between revisions"),
    N_ ("Without FROM, the revision before the newest; without TO, the newest."), NULL,
    history_verbs_diff },
  { "restore", N_ ("REVISION"), 1, 1, N_ ("Make a kept revision the newest one"), NULL,
    EXPECTATION_OPTIONS, history_verbs_restore },
  { "export", N_ ("[FILE]"), 0, 1, N_ ("Write the settings file, to back it up"), NULL, NULL,
    history_verbs_export },
  { "import", N_ ("FILE"), 1, 1, N_ ("Replace the settings by a settings file"),
    N_ ("FILE may be - for the standard input."), EXPECTATION_OPTIONS, history_verbs_import },
  { "log-ons", N_ ("[list | extend ADDRESS… | revoke ADDRESS… | revoke --all]"), 0, -1,
    N_ ("List, extend or revoke log-ons to the POP server"),
    N_ ("Who has logged on to the POP server may relay for a time; a revoked log-on ends that at "
        "once, an extended one counts as made now."),
    LOG_ON_VERBS_OPTIONS, log_on_verbs_log_ons },
  { "devices", N_ ("[list]"), 0, -1, N_ ("List who logs on to the POP server, and from where"),
    N_ ("Which users have logged on from which addresses in the last 90 days, how, and how many "
        "messages they have ever fetched. Those that never fetch any log on only to send."),
    NULL, device_verbs_devices },
  { "bans", N_ ("[list | lift ADDRESS…]"), 0, -1, N_ ("List or lift bans"),
    N_ ("An address whose log-ons fail too often may not log on for a time, neither to the POP "
        "server nor to the SMTP server."),
    NULL, ban_verbs_bans },
  { "users", N_ ("[list | add NAME | password NAME | apop NAME | quota NAME MIB | remove NAME…]"),
    0, -1, N_ ("List, add, change or remove mail users"),
    N_ ("Passwords are asked for at the terminal, or read as one line of the standard input. In "
        "place of MIB stands none for no limit, or default for what general.mailbox-size-mib says. "
        "The mailbox of a user who is removed stays."),
    USER_VERBS_OPTIONS, user_verbs_users },
  { "queue", N_ ("[list | show ID | content ID | hold ID… | release ID… | retry ID… | remove ID…]"),
    0, -1, N_ ("List, show, hold, release, retry or remove messages that wait"),
    N_ ("In place of IDs, options say which messages are meant: those for which all of the options "
        "are true. A removed message is gone; its sender is not told."),
    QUEUE_VERBS_OPTIONS, queue_verbs_queue },
  { "explain", N_ ("--client=ADDRESS --to=RECIPIENT"), 0, 0,
    N_ ("May this client send this? And why?"),
    N_ ("Asks the functions that decide over real messages. Ends with status 2 when the message "
        "would be refused."),
    EXPLAIN_VERB_OPTIONS, explain_verb_explain },
  { "metrics", "", 0, 0, N_ ("Print what the servers count, as Prometheus reads it"),
    N_ ("With --listen, answers http://ADDRESS:PORT/metrics until it is ended."),
    METRICS_VERB_OPTIONS, metrics_verb_metrics },
  { "completion", N_ ("verbs | settings"), 1, 1, N_ ("List names, for the shell to complete"), NULL,
    NULL, completion_verbs_completion },
  { NULL }
};

const Verb *
verb_table (void)
{
  return VERBS;
}

const Verb *
verb_find (const char *name)
{
  for (const Verb *verb = VERBS; verb->name != NULL; verb++)
    if (g_str_equal (verb->name, name))
      return verb;
  return NULL;
}

Status
verb_wrong_usage (const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_autofree char *text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_printerr ("posternctl: %s\n", text);
  return STATUS_USAGE;
}
