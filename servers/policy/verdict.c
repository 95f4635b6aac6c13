/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/policy/verdict.h"

typedef struct
{
  gboolean allows;
  const char *word;
  const char *setting;
  const char *reason;
} VerdictRow;

static const VerdictRow rows[N_VERDICTS] = {
  [VERDICT_LOCAL_DOMAIN] = { TRUE, "local-domain", "general.local-domains",
                             "The recipient is local: this is delivery, not relay" },
  [VERDICT_EVERYBODY] = { TRUE, "everybody", "smtp.relay.allow", "Everybody may relay" },
  [VERDICT_LOCAL_HOST] = { TRUE, "local-host", "smtp.relay.refuse-local-host",
                           "Nobody may relay, but the client is this system itself" },
  [VERDICT_NEAR_DOMAIN]
  = { TRUE, "near-domain", "smtp.relay.near-domains", "The recipient's domain is a near domain" },
  [VERDICT_ADDRESS_LIST] = { TRUE, "address-list", "smtp.relay.address-list",
                             "The client's address is in the address relay list" },
  [VERDICT_POP_CLIENT] = { TRUE, "pop-client", "smtp.relay.pop-client",
                           "The client's address has logged on to the POP server" },
  [VERDICT_AUTHENTICATED]
  = { TRUE, "authenticated", "smtp.relay.authenticated", "The client has authenticated" },
  [VERDICT_NO_RESTRICTION] = { TRUE, "no-restriction", "smtp.connection.refused",
                               "No connection restriction holds for the client's address" },
  [VERDICT_EXCEPTED_ADDRESS] = { TRUE, "excepted-address", "smtp.connection.excepted",
                                 "The client's address is excepted from the restrictions" },
  [VERDICT_POP_OVERRIDE]
  = { TRUE, "pop-override", "smtp.connection.pop-overrides-address",
      "The client's address is refused, but has logged on to the POP server" },
  [VERDICT_BLOCKLIST_POP_OVERRIDE]
  = { TRUE, "blocklist-pop-override", "smtp.connection.pop-overrides-blocklist",
      "The client's address is on a blocklist, but has logged on to the POP server" },
  [VERDICT_CONNECTIONS_EVERYBODY]
  = { TRUE, "everybody", "smtp.connection.allow", "Everybody may connect" },
  [VERDICT_CONNECTIONS_LOCAL_HOST] = { TRUE, "local-host", "smtp.connection.refuse-local-host",
                                       "Nobody may connect, but the client is this system itself" },
  [VERDICT_NOBODY]
  = { FALSE, "nobody", "smtp.relay.allow", "Relaying denied: this system relays for nobody" },
  [VERDICT_LOG_ON_FIRST] = { FALSE, "no-rule", "smtp.relay.pop-client",
                             "Relaying denied: log on to the POP server first" },
  [VERDICT_AUTHENTICATE_FIRST] = { FALSE, "no-rule", "smtp.relay.authenticated",
                                   "Relaying denied: log on with SMTP AUTH first" },
  [VERDICT_NO_RULE] = { FALSE, "no-rule", "smtp.relay.allow",
                        "Relaying denied: ask the administrator to allow this client" },
  [VERDICT_SUBMISSION_ONLY]
  = { FALSE, "submission-only", "smtp.submission-listeners",
      "Authentication required: log on with SMTP AUTH, or to the POP server first" },
  [VERDICT_GRANT_MESSAGES] = { FALSE, "grant-messages", "pop3.log-ons.messages",
                               "Relaying denied: one log-on lets no more messages through; log on "
                               "to the POP server again" },
  [VERDICT_GRANT_RECIPIENTS] = { FALSE, "grant-recipients", "pop3.log-ons.recipients",
                                 "Relaying denied: one log-on lets no more recipients through; log "
                                 "on to the POP server again" },
  [VERDICT_SENDER_NOT_USERS] = { FALSE, "sender-not-users", "pop3.log-ons.sender-check",
                                 "Sender denied: it is no address of the user who logged on; send "
                                 "as that user, or log on as the sender" },
  [VERDICT_BLOCKLISTED]
  = { FALSE, "blocklisted", "smtp.connection.blocklists",
      "Connection refused: this address is on a blocklist; ask the list to take it off" },
  [VERDICT_REFUSED_ADDRESS] = { FALSE, "refused-address", "smtp.connection.refused",
                                "Connection refused: ask the administrator to allow this address" },
  [VERDICT_CONNECTIONS_NOBODY]
  = { FALSE, "nobody", "smtp.connection.allow",
      "Connection refused: this system takes connections from nobody" },
};

gboolean
verdict_allows (Verdict verdict)
{
  g_return_val_if_fail (verdict < N_VERDICTS, FALSE);
  return rows[verdict].allows;
}

const char *
verdict_word (Verdict verdict)
{
  g_return_val_if_fail (verdict < N_VERDICTS, "no-rule");
  return rows[verdict].word;
}

const char *
verdict_setting (Verdict verdict)
{
  g_return_val_if_fail (verdict < N_VERDICTS, "");
  return rows[verdict].setting;
}

const char *
verdict_reason (Verdict verdict)
{
  g_return_val_if_fail (verdict < N_VERDICTS, "");
  return rows[verdict].reason;
}
