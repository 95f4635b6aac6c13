/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/log/log-writer.h"

/** The options that all servers take. */
typedef struct
{
  char *config;    /* (owned) absolute */
  char *state_dir; /* (owned) absolute */
  char *bus;       /* (owned) "system", "session", an address, or "none" */
  gboolean exit_with_bus;
  guint workers; /* 1 and up */
  LogWriterTarget log;
} DaemonOptions;

/**
 * daemon_options_parse:
 * @own: (nullable): the program's own options, beside those
 * @status: gets the exit status where the process is to end at once
 *
 * Reads the command line. Returns FALSE when there is nothing more to do: --help and --version
 * (status 0), or wrong options, which it has told on standard error (status 64).
 */
gboolean daemon_options_parse (
    DaemonOptions *options, const char *program, const GOptionEntry *own, char **argv, int *status);

void daemon_options_clear (DaemonOptions *options);
