/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/activity/activity-service.h"

#include "activity-bus.h"
#include "core/bus/bus.h"
#include "servers/activity/activity-file.h"
#include "servers/activity/activity-history.h"

#include <glib/gstdio.h>

#define NOTE_EVERY_S 10
#define WRITE_EVERY_S (3 * 60)

struct _ActivityService
{
  ActivityCounters counters;
  gpointer user;
  ActivityHistory *history; /* (owned) */
  ActivityFile *file;       /* (owned) */
  gboolean is_written;      /* as it is */
  guint note_source, write_source;
  BusActivity1 *skeleton; /* (owned) */
  Gatekeeper *gatekeeper; /* (nullable) until there is a bus */
};

static gint64
now_s (void)
{
  return g_get_real_time () / G_USEC_PER_SEC;
}

void
activity_service_note (ActivityService *service)
{
  g_autoptr (GVariant) counters = service->counters (service->user);
  if (activity_history_note (service->history, now_s (), counters))
    service->is_written = FALSE;
}

static gboolean
on_note (gpointer data)
{
  activity_service_note (data);
  return G_SOURCE_CONTINUE;
}

/* --- The file --- */

static void
write_history (ActivityService *service)
{
  if (service->is_written)
    return;
  activity_file_write (service->file, activity_history_to_text (service->history));
  service->is_written = TRUE;
}

static gboolean
on_write (gpointer data)
{
  write_history (data);
  return G_SOURCE_CONTINUE;
}

static void
read_history (ActivityService *service)
{
  g_autoptr (GError) error = NULL;
  gsize length;
  g_autofree char *text = activity_file_read (service->file, &length);

  if (text == NULL || activity_history_read (service->history, text, length, &error))
    return;

  const char *path = activity_file_path (service->file);
  g_autofree char *aside = g_strconcat (path, ".damaged", NULL);
  gboolean is_aside = g_rename (path, aside) == 0;
  g_warning ("activity: %s is damaged (%s); it is begun anew%s%s", path, error->message,
             is_aside ? ", and what there was is kept as " : "", is_aside ? aside : "");
}

/* --- The bus --- */

static void
answer_history (GDBusMethodInvocation *invocation, gpointer user)
{
  ActivityService *service = user;
  gint64 since_s;
  const char *word;
  ActivitySpan span;

  g_variant_get (g_dbus_method_invocation_get_parameters (invocation), "(x&s)", &since_s, &word);
  if (!activity_span_parse (word, &span))
    {
      g_dbus_method_invocation_return_error (invocation, BUS_ERROR, BUS_ERROR_INVALID,
                                             "\"%s\" is not a span: minute or quarter", word);
      return;
    }
  activity_service_note (service);
  bus_activity1_complete_history (service->skeleton, invocation,
                                  activity_history_names (service->history),
                                  activity_history_samples (service->history, span, since_s));
}

static gboolean
on_history (BusActivity1 *skeleton,
            GDBusMethodInvocation *invocation,
            gint64 since_s,
            const char *resolution,
            ActivityService *service)
{
  gatekeeper_admit (service->gatekeeper, invocation, answer_history, service);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

void
activity_service_export (ActivityService *service,
                         GDBusConnection *connection,
                         const char *object_path,
                         Gatekeeper *gatekeeper)
{
  GDBusInterfaceSkeleton *skeleton = G_DBUS_INTERFACE_SKELETON (service->skeleton);
  g_autoptr (GError) error = NULL;

  service->gatekeeper = gatekeeper;
  if (g_dbus_interface_skeleton_get_connection (skeleton) != NULL)
    g_dbus_interface_skeleton_unexport (skeleton);
  if (!g_dbus_interface_skeleton_export (skeleton, connection, object_path, &error))
    g_warning ("bus: %s", error->message);
}

/* --- Life --- */

ActivityService *
activity_service_new (const char *state_dir,
                      const char *server,
                      ActivityCounters counters,
                      gpointer user)
{
  ActivityService *service = g_new0 (ActivityService, 1);
  g_autofree char *folder = g_build_filename (state_dir, "activity", NULL);
  g_autoptr (GVariant) first = counters (user);

  service->counters = counters;
  service->user = user;
  service->history = activity_history_new (first);
  service->file = activity_file_new (folder, server);
  read_history (service);
  service->is_written = TRUE;
  service->note_source = g_timeout_add_seconds (NOTE_EVERY_S, on_note, service);
  service->write_source = g_timeout_add_seconds (WRITE_EVERY_S, on_write, service);
  service->skeleton = bus_activity1_skeleton_new ();
  g_signal_connect (service->skeleton, "handle-history", G_CALLBACK (on_history), service);
  return service;
}

void
activity_service_free (ActivityService *service)
{
  GDBusInterfaceSkeleton *skeleton;

  if (service == NULL)
    return;
  skeleton = G_DBUS_INTERFACE_SKELETON (service->skeleton);
  g_signal_handlers_disconnect_by_data (skeleton, service);
  if (g_dbus_interface_skeleton_get_connection (skeleton) != NULL)
    g_dbus_interface_skeleton_unexport (skeleton);
  g_object_unref (skeleton);
  g_source_remove (service->note_source);
  g_source_remove (service->write_source);
  write_history (service);
  activity_file_free (service->file);
  activity_history_free (service->history);
  g_free (service);
}
