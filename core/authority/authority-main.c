/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * posternd, the authority over the settings of this system: owns the settings file and its earlier
 * revisions, and lets the administrators' programs read and change them over the bus.
 *
 * Exit status: 0 asked to stop, 1 failed (or lost the bus or its name there), 64 wrong options, 78
 * wrong settings.
 */

#include "core/authority/authority-service.h"
#include "core/bus/bus-place.h"
#include "core/bus/bus.h"
#include "core/confinement/confinement.h"
#include "core/log/log-writer.h"

#include <glib-unix.h>
#include <locale.h>

#define PROGRAM "posternd"

#define EXIT_FAILED 1
#define EXIT_WRONG_OPTIONS 64
#define EXIT_WRONG_SETTINGS 78

typedef struct
{
  char *config, *state_dir, *bus, *log; /* (owned) */
  gboolean exit_with_bus, version;
  LogWriterTarget target;
} Options;

typedef struct
{
  GMainLoop *loop;
  AuthorityService *service;
  gboolean exit_with_bus;
  int status;
} Process;

static gboolean
read_options (int *argc, char ***argv, Options *options)
{
  const GOptionEntry entries[]
      = { { "config", 'c', 0, G_OPTION_ARG_FILENAME, &options->config, "The settings file",
            "FILE" },
          { "state-dir", 's', 0, G_OPTION_ARG_FILENAME, &options->state_dir,
            "The folder that earlier revisions are kept below", "DIR" },
          { "bus", 'b', 0, G_OPTION_ARG_STRING, &options->bus,
            "The bus: system, session or an address; or stdio: the one program that started this",
            "WHERE" },
          { "exit-with-bus", 0, 0, G_OPTION_ARG_NONE, &options->exit_with_bus,
            "The end of the bus is the asked-for end, not a failure", NULL },
          { "log", 0, 0, G_OPTION_ARG_STRING, &options->log,
            "Where the log goes: stderr (and the journal behind it), or syslog", "WHERE" },
          { "version", 0, 0, G_OPTION_ARG_NONE, &options->version, "Print the version", NULL },
          { NULL } };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;

  g_option_context_set_summary (context, "The authority over the settings of Postern.");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, argc, argv, &error))
    {
      g_printerr ("posternd: %s\n", error->message);
      return FALSE;
    }
  if (*argc > 1)
    {
      g_printerr ("posternd: “%s” is no option\n", (*argv)[1]);
      return FALSE;
    }
  if (!log_writer_parse_target (options->log ? options->log : "stderr", &options->target))
    {
      g_printerr ("posternd: --log %s: give stderr or syslog\n", options->log);
      return FALSE;
    }
  options->config = options->config ? options->config : g_strdup (POSTERN_CONFIG);
  options->state_dir = options->state_dir ? options->state_dir : g_strdup (POSTERN_STATE_DIR);
  options->bus = options->bus ? options->bus : g_strdup ("system");
  return TRUE;
}

static void
end (Process *process, int status)
{
  process->status = status;
  g_main_loop_quit (process->loop);
}

static gboolean
on_end_signal (gpointer data)
{
  end (data, 0);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_hangup (gpointer data)
{
  Process *process = data;
  authority_service_look (process->service);
  return G_SOURCE_CONTINUE;
}

static void
on_bus_closed (GDBusConnection *connection, gboolean vanished, GError *error, gpointer data)
{
  Process *process = data;

  if (!process->exit_with_bus)
    g_warning ("The bus is gone");
  end (process, process->exit_with_bus ? 0 : EXIT_FAILED);
}

static void
on_name_lost (GDBusConnection *connection, const char *name, gpointer data)
{
  /* The end of the bus takes the name away, too; on_bus_closed() has that. */
  if (connection == NULL || g_dbus_connection_is_closed (connection))
    return;
  g_warning ("%s belongs to another process, or may not be owned", name);
  end (data, EXIT_FAILED);
}

static guint
own_name (GDBusConnection *connection, Process *process)
{
  return g_bus_own_name_on_connection (connection, BUS_PLACE_AUTHORITY_NAME,
                                       G_BUS_NAME_OWNER_FLAGS_DO_NOT_QUEUE, NULL, on_name_lost,
                                       process, NULL);
}

static void
serve (GDBusConnection *connection, AuthorityService *service, Process *process)
{
  process->service = service;
  process->loop = g_main_loop_new (NULL, FALSE);
  g_signal_connect (connection, "closed", G_CALLBACK (on_bus_closed), process);
  guint signals[] = { g_unix_signal_add (SIGTERM, on_end_signal, process),
                      g_unix_signal_add (SIGINT, on_end_signal, process),
                      g_unix_signal_add (SIGHUP, on_hangup, process) };
  guint name = bus_is_peer (connection) ? 0 : own_name (connection, process);

  g_dbus_connection_start_message_processing (connection);
  g_main_loop_run (process->loop);

  if (name != 0)
    g_bus_unown_name (name);
  for (gsize i = 0; i < G_N_ELEMENTS (signals); i++)
    g_source_remove (signals[i]);
  g_signal_handlers_disconnect_by_data (connection, process);
  g_main_loop_unref (process->loop);
}

/* A backup that is opened in the window, and not the settings of this system. */
static gboolean
is_for_one_program (const Options *options)
{
  return g_str_equal (options->bus, "stdio");
}

/* The settings file, the file of users and what is written beside them, to take their places. */
static gboolean
confine (const Custody *custody, const char *state_dir, GError **error)
{
  const Settings *settings = custody_settings (custody);
  g_autofree char *folder = g_path_get_dirname (custody_path (custody));
  g_autofree char *users = g_canonicalize_filename (settings->general.users_file, folder);
  g_autofree char *users_folder = g_path_get_dirname (users);
  const char *const folders[] = { folder, users_folder, NULL };

  return confinement_enter (confinement_profile (PROGRAM), state_dir, folders, error);
}

static int
run (const Options *options)
{
  Process process = { .exit_with_bus = options->exit_with_bus };
  g_autoptr (GError) error = NULL;

  if (!confinement_leave_root (confinement_profile (PROGRAM), options->state_dir, &error))
    {
      g_printerr ("posternd: %s\n", error->message);
      return EXIT_FAILED;
    }
  Custody *custody = is_for_one_program (options)
                         ? custody_open_backup (options->config, options->state_dir, &error)
                         : custody_open (options->config, options->state_dir, &error);
  if (custody == NULL)
    {
      g_printerr ("posternd: %s\n", error->message);
      return g_error_matches (error, AUTHORITY_ERROR, AUTHORITY_ERROR_INVALID) ? EXIT_WRONG_SETTINGS
                                                                               : EXIT_FAILED;
    }

  g_message ("settings: revision %" G_GUINT64_FORMAT " of %s",
             settings_document_revision (custody_document (custody)), custody_path (custody));
  if (!confine (custody, options->state_dir, &error))
    {
      custody_free (custody);
      g_printerr ("posternd: %s\n", error->message);
      return EXIT_FAILED;
    }
  g_autoptr (GDBusConnection) connection = bus_connect (options->bus, &error);
  if (connection == NULL)
    {
      custody_free (custody);
      g_printerr ("posternd: no way onto the bus: %s\n", error->message);
      return EXIT_FAILED;
    }
  Temporary *temporary = temporary_open (custody, options->state_dir, temporary_clock_read);
  AuthorityService *service = authority_service_new (connection, custody, temporary, &error);
  if (service == NULL)
    {
      g_printerr ("posternd: %s\n", error->message);
      return EXIT_FAILED;
    }

  serve (connection, service, &process);
  authority_service_free (service);
  (void) g_dbus_connection_flush_sync (connection, NULL, NULL);
  return process.status;
}

int
main (int argc, char **argv)
{
  Options options = { 0 };
  int status = EXIT_WRONG_OPTIONS;

  setlocale (LC_ALL, "");
  if (read_options (&argc, &argv, &options))
    {
      if (options.version)
        g_print ("posternd %s\n", POSTERN_VERSION);
      else
        log_writer_start ("posternd", options.target);
      status = options.version ? 0 : run (&options);
    }
  g_free (options.config);
  g_free (options.state_dir);
  g_free (options.bus);
  g_free (options.log);
  return status;
}
