/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * SECTION: verdict
 *
 * A decision is named by the rule that made it. One table gives, for each rule, what it decides, the setting that an
 * administrator would change to decide otherwise, and the sentence for people.
 */
typedef enum
{
  VERDICT_LOCAL_DOMAIN,       /* allowed: delivery, not relay */
  VERDICT_EVERYBODY,          /* allowed: All */
  VERDICT_LOCAL_HOST,         /* allowed: None, but the client is this system itself */
  VERDICT_NEAR_DOMAIN,        /* allowed */
  VERDICT_ADDRESS_LIST,       /* allowed */
  VERDICT_POP_CLIENT,         /* allowed */
  VERDICT_AUTHENTICATED,      /* allowed */
  VERDICT_NO_RESTRICTION,     /* allowed: connections are restricted, but not this one */
  VERDICT_EXCEPTED_ADDRESS,   /* allowed: in a refused network, but excepted */
  VERDICT_POP_OVERRIDE,       /* allowed: refused address, but logged on to POP */
  VERDICT_NOBODY,             /* refused: None */
  VERDICT_LOG_ON_FIRST,       /* refused: no rule fits, and a log-on to POP would help */
  VERDICT_NO_RULE,            /* refused: no rule fits */
  VERDICT_REFUSED_ADDRESS,    /* refused: connection restrictions */
  VERDICT_CONNECTIONS_NOBODY, /* refused: connection restrictions, None */
} Verdict;

/** Whether the verdict lets the client through. */
gboolean verdict_allows (Verdict verdict);

/** The rule's word on the bus and in logs: "pop-client"; the interface file lists them. */
const char *verdict_word (Verdict verdict);

/** The setting that the rule stands in: "smtp.relay.pop-client"; "" for none. */
const char *verdict_setting (Verdict verdict);

/** One sentence, cause first, then cure: "Relaying denied: log on to the POP server first". */
const char *verdict_reason (Verdict verdict);
