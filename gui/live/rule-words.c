/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/live/rule-words.h"

#include <glib/gi18n.h>

/* A setting that is NULL stands for any. */
static const struct
{
  const char *rule;
  const char *setting;
  const char *words;
} rules[] = {
  { "local-domain", NULL, N_ ("The recipient is local: this is delivery, not relay.") },
  { "everybody", "smtp.relay.allow", N_ ("Everybody may relay.") },
  { "everybody", NULL, N_ ("Everybody may connect.") },
  { "nobody", "smtp.relay.allow", N_ ("Nobody may relay.") },
  { "nobody", NULL, N_ ("Nobody may connect.") },
  { "local-host", NULL, N_ ("The client is this system itself.") },
  { "near-domain", NULL, N_ ("The recipient's domain is a near domain.") },
  { "address-list", NULL, N_ ("The client's address is in the address relay list.") },
  { "pop-client", NULL, N_ ("The client's address has logged on to the POP server.") },
  { "authenticated", NULL, N_ ("The client has authenticated.") },
  { "no-rule", NULL, N_ ("No rule lets this client relay.") },
  { "submission-only", NULL, N_ ("At this address only clients that may relay can send.") },
  { "grant-messages", NULL, N_ ("One log-on lets no more messages through.") },
  { "grant-recipients", NULL, N_ ("One log-on lets no more recipients through.") },
  { "sender-not-users", NULL, N_ ("The sender is no address of the user who logged on.") },
  { "refused-address", NULL, N_ ("The client's address is refused.") },
  { "blocklisted", NULL, N_ ("The client's address is on a blocklist.") },
  { "no-restriction", NULL, N_ ("No connection restriction holds for the client's address.") },
  { "excepted-address", NULL, N_ ("The client's address is excepted from the restrictions.") },
  { "pop-override", NULL,
    N_ ("The client's address is refused, but has logged on to the POP server.") },
  { "blocklist-pop-override", NULL,
    N_ ("The client's address is on a blocklist, but has logged on to the POP server.") },
  { "unknown-user", NULL, N_ ("There is no such user or alias here.") },
  { "alias-to-nobody", NULL, N_ ("The alias leads to nobody.") },
  { "mailbox-full", NULL, N_ ("The recipient's mailbox is full.") },
  { "too-many-sessions", NULL, N_ ("Too many sessions are open.") },
  { "client-sessions", NULL, N_ ("The client has too many sessions.") },
  { "client-connections", NULL, N_ ("The client has connected too often in a minute.") },
  { "client-messages", NULL, N_ ("The client has sent too many mails in a minute.") },
  { "too-early", NULL, N_ ("The client spoke before the greeting.") },
  { "content", NULL, N_ ("The content was refused.") },
  { "bad-address", NULL, N_ ("One of the addresses is no mail address.") },
};

const char *
rule_words (const char *rule, const char *setting)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rules); i++)
    if (g_str_equal (rules[i].rule, rule)
        && (rules[i].setting == NULL || g_strcmp0 (rules[i].setting, setting) == 0))
      return _ (rules[i].words);
  return rule;
}
