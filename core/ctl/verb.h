/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/ctl/client.h"

/**
 * SECTION: verb
 *
 * What posternctl can do: one table, from which the commands, their help and the completion come. A
 * family of verbs is a file.
 */

typedef struct
{
  const char *name;
  const char *arguments;       /* as the help shows them; to be translated */
  int arguments_min;           /* arguments after the verb */
  int arguments_max;           /* -1: any number */
  const char *summary;         /* one line; to be translated */
  const char *description;     /* (nullable): what the help says beyond; to be translated */
  const GOptionEntry *options; /* (nullable): the verb's own, beside the common ones */

  /** @arguments: NULL-terminated, as many as the row allows. Returns the exit status, having said
   * what is wrong. */
  Status (*run) (Client *client, char **arguments);
} Verb;

/** Returns: (transfer none): all verbs in the order of the help; ends with a row without a name */
const Verb *verb_table (void);

/** Returns: (transfer none): the verb of that name; %NULL when there is none */
const Verb *verb_find (const char *name);

/** Says on stderr what is wrong with the command line. Returns STATUS_USAGE. */
Status verb_wrong_usage (const char *format, ...) G_GNUC_PRINTF (1, 2);
