/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/daemon/daemon-options.h"

#include <stdlib.h>

#define EXIT_WRONG_OPTIONS 64
#define WORKERS_DEFAULT_MAX 8
#define WORKERS_MAX 256

typedef struct
{
  char *config, *state_dir, *bus, *log; /* (owned) */
  gboolean exit_with_bus, version;
  int workers;
} Given;

static void
given_clear (Given *given)
{
  g_free (given->config);
  g_free (given->state_dir);
  g_free (given->bus);
  g_free (given->log);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Given, given_clear)

static gboolean
parse (Given *given, const GOptionEntry *own, char **argv, GError **error)
{
  const GOptionEntry entries[]
      = { { "config", 'c', 0, G_OPTION_ARG_FILENAME, &given->config, "The settings file", "FILE" },
          { "state-dir", 's', 0, G_OPTION_ARG_FILENAME, &given->state_dir,
            "The folder of queue, log-ons and mailboxes", "DIR" },
          { "bus", 'b', 0, G_OPTION_ARG_STRING, &given->bus,
            "The bus to answer on: system, session, an address, or none", "WHERE" },
          { "exit-with-bus", 0, 0, G_OPTION_ARG_NONE, &given->exit_with_bus,
            "End when the bus ends, instead of waiting for it to come back", NULL },
          { "workers", 'w', 0, G_OPTION_ARG_INT, &given->workers,
            "How many threads carry connections (one for each processor, at most 8)", "N" },
          { "log", 0, 0, G_OPTION_ARG_STRING, &given->log,
            "Where the log goes: stderr (and the journal behind it), or syslog", "WHERE" },
          { "version", 0, 0, G_OPTION_ARG_NONE, &given->version, "Print the version", NULL },
          { NULL } };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);

  g_option_context_add_main_entries (context, entries, NULL);
  if (own != NULL)
    g_option_context_add_main_entries (context, own, NULL);
  if (!g_option_context_parse_strv (context, &argv, error))
    return FALSE;

  if (argv[0] != NULL && argv[1] != NULL)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION, "“%s” is no option",
                   argv[1]);
      return FALSE;
    }
  if (given->workers < 0 || given->workers > WORKERS_MAX)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   "--workers %d: not in the range 1 to %d", given->workers, WORKERS_MAX);
      return FALSE;
    }

  return TRUE;
}

gboolean
daemon_options_parse (
    DaemonOptions *options, const char *program, const GOptionEntry *own, char **argv, int *status)
{
  g_auto (GStrv) copy = g_strdupv (argv);
  g_auto (Given) given = { 0 };
  g_autoptr (GError) error = NULL;

  if (!parse (&given, own, copy, &error))
    {
      g_printerr ("%s: %s\nTry “%s --help”.\n", program, error->message, program);
      *status = EXIT_WRONG_OPTIONS;
      return FALSE;
    }
  if (given.version)
    {
      g_print ("%s %s\n", program, POSTERN_VERSION);
      *status = EXIT_SUCCESS;
      return FALSE;
    }

  if (!log_writer_parse_target (given.log ? given.log : "stderr", &options->log))
    {
      g_printerr ("%s: --log %s: give stderr or syslog\n", program, given.log);
      *status = EXIT_WRONG_OPTIONS;
      return FALSE;
    }

  options->config = g_canonicalize_filename (given.config ? given.config : POSTERN_CONFIG, NULL);
  options->state_dir
      = g_canonicalize_filename (given.state_dir ? given.state_dir : POSTERN_STATE_DIR, NULL);
  options->bus = g_strdup (given.bus ? given.bus : "system");
  options->exit_with_bus = given.exit_with_bus;
  options->workers = given.workers > 0 ? (guint) given.workers
                                       : MIN (g_get_num_processors (), WORKERS_DEFAULT_MAX);

  return TRUE;
}

void
daemon_options_clear (DaemonOptions *options)
{
  g_free (options->config);
  g_free (options->state_dir);
  g_free (options->bus);
}
