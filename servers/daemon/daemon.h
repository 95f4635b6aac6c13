/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/bus/gatekeeper.h"
#include "core/settings/settings.h"

/**
 * SECTION: daemon
 *
 * What the three servers have in common as processes: options, log, the settings they follow, the
 * bus they answer on, and their end. A server's main gives a #DaemonServer, a table of what is its
 * own, and calls daemon_run().
 *
 * Options: --config FILE, --state-dir DIR, --bus system|session|ADDRESS|none, --exit-with-bus,
 * --workers N, --log stderr|syslog, --version. Everything here runs in the main thread (GMainLoop). SIGTERM and SIGINT
 * end the server in order, SIGHUP re-reads the file.
 *
 * Settings: read at the start, then again at each Changed signal, each time the authority appears on the bus
 * or is gone from it (it may have died between saving and telling), and at SIGHUP; or its image, where the authority keeps one of that very file (image-file). A file that cannot be taken leaves the revision in force as it is, and says why in
 * the log and in RevisionProblem. At the start, that is the one saved last, of which the authority keeps the image; where
 * there is none, the process ends with the file's problems on stderr, exit 78.
 *
 * A service manager is told when the start and a SIGHUP are done, in words, too (service-manager).
 */

typedef struct _Daemon Daemon;

typedef struct
{
  const char *server;      /* "smtp": org.postern.Server1.Server */
  const char *program;     /* "postern-smtpd" */
  const char *bus_name;    /* "org.postern.SmtpServer1" */
  const char *object_path; /* "/org/postern/SmtpServer1" */

  /** Opens files, binds sockets and starts workers. Returns the server's own data, or %NULL with
   * @error: the process ends with 1. */
  gpointer (*start) (Daemon *daemon, const Settings *settings, GError **error);

  /**
   * Puts a new snapshot in force: a decision that begins after the return uses it. May bind and
   * close listeners. Fails only where the snapshot can't be put in force whole (a port is taken);
   * then the former one stays in force.
   */
  gboolean (*apply) (gpointer self, const Settings *settings, GError **error);

  /** Exports the interfaces beside org.postern.Server1 on @connection at object_path. May be %NULL.
   */
  void (*export) (gpointer self, GDBusConnection *connection, Gatekeeper *gatekeeper);

  /** Adds "{st}" pairs to an a{st} builder. */
  void (*counters) (gpointer self, GVariantBuilder *builder);

  /** Adds a sentence for each thing that deserves the administrator's hand, though the settings are
   * in force: a file that can't be read again. May be %NULL. */
  void (*troubles) (gpointer self, GStrvBuilder *builder);

  /** Returns: (transfer full): the endpoints that are listened on, as text; NULL-terminated. May be
   * %NULL. */
  char **(*endpoints) (gpointer self);

  /** Ends sessions and workers, closes files, frees @self. */
  void (*stop) (gpointer self);

  const GOptionEntry
      *options; /* (nullable) the server's own, beside the common ones; ends with { NULL } */
} DaemonServer;

/** Runs the server to its end. Returns the exit status: 0 asked to stop, 1 failed, 64 wrong
 * options, 78 wrong settings. */
int daemon_run (const DaemonServer *server, int argc, char **argv);

/** The folder of --state-dir, absolute. */
const char *daemon_state_dir (Daemon *daemon);

/** How many worker threads to start: --workers, by default one for each processor, at most 8. */
guint daemon_workers (Daemon *daemon);
