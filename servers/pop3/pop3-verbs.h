/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/pop3/pop3-session.h"

/**
 * SECTION: pop3-verbs
 *
 * The commands of POP3, in one table: in which states each is allowed, what may stand behind it,
 * what CAPA says of it, and what it does. The capabilities that are no command's stand in a table
 * beside it.
 */

typedef enum
{
  POP3_ARGUMENT_NONE,
  POP3_ARGUMENT_ALLOWED,
  POP3_ARGUMENT_NEEDED,
  POP3_ARGUMENT_PASSWORD /* needed, and taken with every space that stands in it */
} Pop3Arguments;

typedef struct
{
  const char *name;
  guint states; /* a bit 1 << Pop3State for each */
  Pop3Arguments arguments;
  gboolean is_log_on;     /* not without TLS where the settings say so; nor listed then */
  const char *capability; /* (nullable) the line of CAPA that announces it */
  /* Makes the step; @argument is %NULL where there is none. */
  Pop3Step (*handle) (Pop3Session *session, const Pop3Terms *terms, const char *argument);
} Pop3Verb;

/** @name: in any case. Returns: (nullable): its row */
const Pop3Verb *pop3_verbs_find (const char *name);
