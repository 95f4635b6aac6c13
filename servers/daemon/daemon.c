/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/daemon/daemon.h"

#include "core/confinement/confinement.h"
#include "core/log/log-event.h"
#include "core/log/log-writer.h"
#include "core/settings/file-identity.h"
#include "core/settings/image-file.h"
#include "servers/activity/activity-service.h"
#include "servers/daemon/daemon-bus.h"
#include "servers/daemon/daemon-options.h"
#include "servers/daemon/service-manager.h"

#include <errno.h>
#include <glib-unix.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>

#define EXIT_WRONG_SETTINGS 78

/* What we make is for us and for the group that the servers share, and for nobody else. */
#define UMASK 0007
#define STATE_DIR_MODE 0770

struct _Daemon
{
  const DaemonServer *server;
  DaemonOptions options;
  gpointer self; /* (owned) what server->start() gave */
  GMainLoop *loop;
  int status;

  FileIdentity taken; /* the settings file that is in force */
  BusServer1 *skeleton;
  ActivityService *activity; /* (owned) (nullable) while the server runs */
  Gatekeeper *gatekeeper;    /* (unowned) (nullable) belongs to bus */
  DaemonBus *bus;            /* (nullable) */
};

static void
end (Daemon *daemon, int status)
{
  daemon->status = status;
  g_main_loop_quit (daemon->loop);
}

/* --- Settings --- */

static void
tell_service_manager (Daemon *daemon)
{
  const char *problem = bus_server1_get_revision_problem (daemon->skeleton);
  g_autofree char *endpoints
      = g_strjoinv (", ", (char **) bus_server1_get_endpoints (daemon->skeleton));
  g_autofree char *status = g_strdup_printf (
      "Revision %" G_GUINT64_FORMAT " in force%s%s%s%s",
      bus_server1_get_revision_in_force (daemon->skeleton), *endpoints != '\0' ? ", on " : "",
      endpoints, *problem != '\0' ? "; the settings file can't be used: " : "", problem);

  service_manager_ready (status);
}

static void
mute_journal (const JournalSettings *journal)
{
  log_event_mute ((journal->sessions ? 0 : LOG_SESSIONS) | (journal->messages ? 0 : LOG_MESSAGES)
                  | (journal->refusals ? 0 : LOG_REFUSALS) | (journal->log_ons ? 0 : LOG_LOG_ONS)
                  | (journal->deliveries ? 0 : LOG_DELIVERIES));
}

static void
show_in_force (Daemon *daemon, const Settings *settings, gint64 began_us)
{
  const char *const none[] = { NULL };
  g_auto (GStrv) endpoints = NULL;

  if (daemon->server->endpoints != NULL)
    endpoints = daemon->server->endpoints (daemon->self);
  mute_journal (&settings->journal);

  bus_server1_set_endpoints (daemon->skeleton,
                             endpoints != NULL ? (const char *const *) endpoints : none);
  bus_server1_set_revision_problem (daemon->skeleton, "");
  bus_server1_set_revision_in_force (daemon->skeleton, settings->revision);
  g_dbus_interface_skeleton_flush (G_DBUS_INTERFACE_SKELETON (daemon->skeleton));

  g_message ("settings: revision %" G_GUINT64_FORMAT " in force (%.1f ms)", settings->revision,
             (g_get_monotonic_time () - began_us) / 1000.0);
  tell_service_manager (daemon);
}

static void
show_problem (Daemon *daemon, const char *problem)
{
  g_warning ("settings: revision %" G_GUINT64_FORMAT " stays in force: %s",
             bus_server1_get_revision_in_force (daemon->skeleton), problem);
  bus_server1_set_revision_problem (daemon->skeleton, problem);
  g_dbus_interface_skeleton_flush (G_DBUS_INTERFACE_SKELETON (daemon->skeleton));
  tell_service_manager (daemon);
}

static Settings *
load_settings (Daemon *daemon, GError **error)
{
  Settings *settings = image_file_load (daemon->options.state_dir, daemon->options.config);

  return settings != NULL ? settings : settings_load (daemon->options.config, error);
}

static void
follow_settings (Daemon *daemon)
{
  gint64 began_us = g_get_monotonic_time ();
  FileIdentity identity = file_identity_of (daemon->options.config);
  g_autoptr (GError) error = NULL;

  g_autoptr (Settings) settings = load_settings (daemon, &error);
  if (settings == NULL || !daemon->server->apply (daemon->self, settings, &error))
    {
      daemon->taken = FILE_IDENTITY_NONE;
      show_problem (daemon, error->message);
      return;
    }

  daemon->taken = identity;
  show_in_force (daemon, settings, began_us);
}

static void
on_settings_changed (gpointer user, guint64 revision)
{
  Daemon *daemon = user;
  FileIdentity identity = file_identity_of (daemon->options.config);

  /* The authority appears also when nothing was saved since we read the file. */
  if (revision == 0 && file_identity_equal (&identity, &daemon->taken))
    return;

  follow_settings (daemon);
}

/* --- The bus --- */

static GVariant *
read_counters (gpointer user)
{
  Daemon *daemon = user;
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{st}"));
  if (daemon->server->counters != NULL)
    daemon->server->counters (daemon->self, &builder);
  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

static void
answer_counters (GDBusMethodInvocation *invocation, gpointer user)
{
  Daemon *daemon = user;
  g_autoptr (GVariant) counters = read_counters (daemon);

  bus_server1_complete_counters (daemon->skeleton, invocation, counters);
}

static void
answer_troubles (GDBusMethodInvocation *invocation, gpointer user)
{
  Daemon *daemon = user;
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  if (daemon->server->troubles != NULL)
    daemon->server->troubles (daemon->self, builder);
  g_auto (GStrv) troubles = g_strv_builder_end (builder);
  bus_server1_complete_troubles (daemon->skeleton, invocation, (const char *const *) troubles);
}

static void
answer_stop (GDBusMethodInvocation *invocation, gpointer user)
{
  Daemon *daemon = user;

  bus_server1_complete_stop (daemon->skeleton, invocation);
  g_message ("asked to stop over the bus");
  end (daemon, EXIT_SUCCESS);
}

static gboolean
on_counters (BusServer1 *skeleton, GDBusMethodInvocation *invocation, Daemon *daemon)
{
  gatekeeper_admit (daemon->gatekeeper, invocation, answer_counters, daemon);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
on_troubles (BusServer1 *skeleton, GDBusMethodInvocation *invocation, Daemon *daemon)
{
  gatekeeper_admit (daemon->gatekeeper, invocation, answer_troubles, daemon);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
on_stop (BusServer1 *skeleton, GDBusMethodInvocation *invocation, Daemon *daemon)
{
  gatekeeper_admit (daemon->gatekeeper, invocation, answer_stop, daemon);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static void
on_connected (gpointer user, GDBusConnection *connection, Gatekeeper *gatekeeper)
{
  Daemon *daemon = user;
  GDBusInterfaceSkeleton *skeleton = G_DBUS_INTERFACE_SKELETON (daemon->skeleton);
  g_autoptr (GError) error = NULL;

  daemon->gatekeeper = gatekeeper;
  if (g_dbus_interface_skeleton_get_connection (skeleton) != NULL) /* the one that is gone */
    g_dbus_interface_skeleton_unexport (skeleton);
  if (!g_dbus_interface_skeleton_export (skeleton, connection, daemon->server->object_path, &error))
    g_warning ("bus: %s", error->message);
  activity_service_export (daemon->activity, connection, daemon->server->object_path, gatekeeper);
  if (daemon->server->export != NULL)
    daemon->server->export(daemon->self, connection, gatekeeper);
}

static void
on_bus_ended (gpointer user, const char *reason)
{
  Daemon *daemon = user;

  if (reason != NULL)
    g_critical ("bus: %s", reason);
  else
    g_message ("bus: it has ended, and so does the server");
  end (daemon, reason != NULL ? EXIT_FAILURE : EXIT_SUCCESS);
}

static gboolean
join_bus (Daemon *daemon, GError **error)
{
  static const DaemonBusEvents events = { on_connected, on_settings_changed, on_bus_ended };

  if (g_str_equal (daemon->options.bus, "none"))
    return TRUE;

  daemon->bus = daemon_bus_new (daemon->options.bus, daemon->server->bus_name,
                                daemon->options.exit_with_bus, &events, daemon, error);
  return daemon->bus != NULL;
}

/* --- The process --- */

static gboolean
on_end_signal (gpointer data)
{
  g_message ("asked to stop by a signal");
  end (data, EXIT_SUCCESS);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_hangup (gpointer data)
{
  service_manager_reloading ();
  follow_settings (data);
  return G_SOURCE_CONTINUE;
}

/* A session is a descriptor: as many as the system lets us have. */
static void
raise_descriptor_limit (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) != 0)
    return;

  limit.rlim_cur = limit.rlim_max;
  if (setrlimit (RLIMIT_NOFILE, &limit) != 0)
    g_warning ("cannot raise the number of open files: %s", g_strerror (errno));
}

/* Blocked from the first moment until they are obeyed: one that comes while the server starts, as
 * its clients can connect already, waits, and does not kill. */
static void
mask_signals (int how)
{
  sigset_t set;

  sigemptyset (&set);
  sigaddset (&set, SIGTERM);
  sigaddset (&set, SIGINT);
  sigaddset (&set, SIGHUP);
  pthread_sigmask (how, &set, NULL);
}

static void
serve (Daemon *daemon)
{
  guint signals[] = { g_unix_signal_add (SIGTERM, on_end_signal, daemon),
                      g_unix_signal_add (SIGINT, on_end_signal, daemon),
                      g_unix_signal_add (SIGHUP, on_hangup, daemon) };

  mask_signals (SIG_UNBLOCK);
  g_main_loop_run (daemon->loop);
  service_manager_stopping ();

  /* A second SIGTERM or SIGINT ends the process even if the orderly end takes too long. */
  for (gsize i = 0; i < G_N_ELEMENTS (signals); i++)
    g_source_remove (signals[i]);
}

/* @problem: (nullable): why the file can't be used, and the settings are those saved last */
static gboolean
start (Daemon *daemon, const Settings *settings, const char *problem, GError **error)
{
  gint64 began_us = g_get_monotonic_time ();

  daemon->self = daemon->server->start (daemon, settings, error);
  if (daemon->self == NULL)
    return FALSE;

  daemon->activity = activity_service_new (daemon->options.state_dir, daemon->server->server,
                                           read_counters, daemon);
  show_in_force (daemon, settings, began_us);
  if (problem != NULL)
    show_problem (daemon, problem);
  return join_bus (daemon, error);
}

/* A damaged file is no reason to take no mail. @problem: (transfer full) (nullable): what is wrong
 * with the file. */
static Settings *
load_first (Daemon *daemon, char **problem)
{
  FileIdentity identity = file_identity_of (daemon->options.config);
  g_autoptr (GError) error = NULL;
  Settings *settings = load_settings (daemon, &error);

  if (settings != NULL)
    {
      daemon->taken = identity;
      return settings;
    }
  *problem = g_strdup (error->message);
  return image_file_load_last (daemon->options.state_dir, daemon->options.config);
}

/* Before the first thread and the first byte from outside. */
static gboolean
confine (Daemon *daemon, GError **error)
{
  if (g_mkdir_with_parents (daemon->options.state_dir, STATE_DIR_MODE) != 0)
    {
      g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno), "cannot make %s: %s",
                   daemon->options.state_dir, g_strerror (errno));
      return FALSE;
    }
  return confinement_enter (confinement_profile (daemon->server->program),
                            daemon->options.state_dir, NULL, error);
}

static void
run (Daemon *daemon)
{
  g_autoptr (GError) error = NULL;

  if (!confine (daemon, &error))
    {
      g_critical ("%s", error->message);
      daemon->status = EXIT_FAILURE;
      return;
    }

  g_autofree char *problem = NULL;
  g_autoptr (Settings) settings = load_first (daemon, &problem);
  if (settings == NULL)
    {
      g_printerr ("%s: %s\n%s\n", daemon->server->program, daemon->options.config, problem);
      daemon->status = EXIT_WRONG_SETTINGS;
      return;
    }

  if (start (daemon, settings, problem, &error))
    serve (daemon);
  else
    {
      g_critical ("%s", error->message);
      daemon->status = EXIT_FAILURE;
    }

  /* The bus name goes last: until then, the server is seen to run. */
  if (daemon->activity != NULL)
    activity_service_note (daemon->activity);
  if (daemon->self != NULL)
    daemon->server->stop (daemon->self);
  g_clear_pointer (&daemon->activity, activity_service_free);
  g_clear_pointer (&daemon->bus, daemon_bus_free);
}

int
daemon_run (const DaemonServer *server, int argc, char **argv)
{
  Daemon daemon = { .server = server };
  int status;

  if (!daemon_options_parse (&daemon.options, server->program, server->options, argv, &status))
    return status;

  mask_signals (SIG_BLOCK);
  log_writer_start (server->program, daemon.options.log);
  umask (UMASK);
  signal (SIGPIPE, SIG_IGN);
  raise_descriptor_limit ();

  daemon.loop = g_main_loop_new (NULL, FALSE);
  daemon.skeleton = bus_server1_skeleton_new ();
  bus_server1_set_server (daemon.skeleton, server->server);
  g_signal_connect (daemon.skeleton, "handle-counters", G_CALLBACK (on_counters), &daemon);
  g_signal_connect (daemon.skeleton, "handle-troubles", G_CALLBACK (on_troubles), &daemon);
  g_signal_connect (daemon.skeleton, "handle-stop", G_CALLBACK (on_stop), &daemon);

  run (&daemon);

  g_object_unref (daemon.skeleton);
  g_main_loop_unref (daemon.loop);
  daemon_options_clear (&daemon.options);
  return daemon.status;
}

const char *
daemon_state_dir (Daemon *daemon)
{
  return daemon->options.state_dir;
}

guint
daemon_workers (Daemon *daemon)
{
  return daemon->options.workers;
}
