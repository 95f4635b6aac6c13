/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gui/client/postern-client.h"

/**
 * SECTION: enforcement
 *
 * What became of a revision that was saved: do the servers obey it?
 */

typedef enum
{
  ENFORCEMENT_WAITING, /* a running server has not reported it yet */
  ENFORCEMENT_DONE,    /* each running server reports it, or a later one */
  ENFORCEMENT_FAILED   /* a server could not take it */
} Enforcement;

/** @words: (out) (transfer full): the same for people: "Saved as revision 7; in force on SMTP and
 * POP." */
Enforcement enforcement_of (PosternClient *client, guint64 revision, char **words);

/** Returns: (transfer full): which running servers could not take @revision, and why, a sentence
 * for each with a blank before it; "" for none */
char *enforcement_problems (PosternClient *client, guint64 revision);
