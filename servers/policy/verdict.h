/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * SECTION: verdict
 *
 * A decision is named by the rule that made it. One table gives, for each rule, what it decides,
 * the setting that an administrator would change to decide otherwise, and the sentence for people.
 */
typedef enum
{
  /* relay: allowed */
  VERDICT_LOCAL_DOMAIN, /* delivery, not relay */
  VERDICT_EVERYBODY,    /* All */
  VERDICT_LOCAL_HOST,   /* None, but the client is this system itself */
  VERDICT_NEAR_DOMAIN,
  VERDICT_ADDRESS_LIST,
  VERDICT_POP_CLIENT,
  VERDICT_AUTHENTICATED,
  /* connection: allowed */
  VERDICT_NO_RESTRICTION,         /* connections are restricted, but not this one */
  VERDICT_EXCEPTED_ADDRESS,       /* excepted from refused networks and blocklists */
  VERDICT_POP_OVERRIDE,           /* refused address, but logged on to POP */
  VERDICT_BLOCKLIST_POP_OVERRIDE, /* on a blocklist, but logged on to POP */
  VERDICT_CONNECTIONS_EVERYBODY,  /* All */
  VERDICT_CONNECTIONS_LOCAL_HOST, /* None, but the client is this system itself */
  /* relay: refused */
  VERDICT_NOBODY,             /* None */
  VERDICT_LOG_ON_FIRST,       /* no rule fits, and a log-on to POP would help */
  VERDICT_AUTHENTICATE_FIRST, /* no rule fits, and SMTP AUTH alone would help */
  VERDICT_NO_RULE,            /* no rule fits */
  VERDICT_SUBMISSION_ONLY,    /* came for submission, and is nobody who may */
  VERDICT_GRANT_MESSAGES,     /* the log-on has been used for all the messages it is good for */
  VERDICT_GRANT_RECIPIENTS,   /* the same for recipients */
  VERDICT_SENDER_NOT_USERS,   /* the sender's address is not one of the user who logged on */
  /* connection: refused */
  VERDICT_REFUSED_ADDRESS,
  VERDICT_BLOCKLISTED,
  VERDICT_CONNECTIONS_NOBODY /* None */
} Verdict;

#define N_VERDICTS (VERDICT_CONNECTIONS_NOBODY + 1)

/** Whether the verdict lets the client through. */
gboolean verdict_allows (Verdict verdict);

/** The rule's word on the bus and in logs: "pop-client"; the interface file lists them. */
const char *verdict_word (Verdict verdict);

/** The setting that the rule stands in: "smtp.relay.pop-client". */
const char *verdict_setting (Verdict verdict);

/** One sentence, cause first, then cure: "Relaying denied: log on to the POP server first". */
const char *verdict_reason (Verdict verdict);
