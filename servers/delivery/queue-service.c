/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/queue-service.h"

#include "core/bus/bus.h"
#include "server-bus.h"
#include "servers/delivery/delivery-log.h"

/* Content gives so much at a time: a message can be larger than one answer of the bus may be. */
#define PIECE_MAX (1024 * 1024)

struct _QueueService
{
  QueueServiceSource source;
  Gatekeeper *gatekeeper; /* (unowned) */
  BusQueue1 *skeleton;    /* (owned) */
  GThreadPool *pool;      /* (owned) of one thread */
};

/* Answers a call that was admitted, in the thread. Returns: (transfer floating): the answer, a
 * tuple; %NULL with @error */
typedef GVariant *(*Answer) (QueueService *service,
                             GDBusMethodInvocation *invocation,
                             GError **error);

/* A call on its way to the thread. */
typedef struct
{
  Answer answer;
  GDBusMethodInvocation *invocation; /* (owned), until it is answered */
} Call;

static void
fail (GDBusMethodInvocation *invocation, const GError *error)
{
  if (error->domain == BUS_ERROR)
    g_dbus_method_invocation_return_gerror (invocation, error);
  else
    g_dbus_method_invocation_return_error_literal (invocation, BUS_ERROR, BUS_ERROR_FAILED,
                                                   error->message);
}

/* --- Looking --- */

static GVariant *
answer_list (QueueService *service, GDBusMethodInvocation *invocation, GError **error)
{
  guint limit;
  QueueFilter filter;
  g_autoptr (GVariant) asked = NULL;
  const QueueServiceSource *source = &service->source;
  g_variant_get (g_dbus_method_invocation_get_parameters (invocation), "(@a{sv}u)", &asked, &limit);
  if (!queue_view_parse_filter (asked, &filter, error))
    return NULL;
  g_autoptr (GPtrArray) envelopes = queue_list (source->queue, &filter, limit, error);
  if (envelopes == NULL)
    return NULL;
  return g_variant_new ("(@aa{sv})",
                        queue_view_describe_all (envelopes, source->is_active, source->user_data));
}

/* Returns: (transfer full): the message that a call asks for by its id */
static Envelope *
find (QueueService *service, const char *text, GError **error)
{
  g_autoptr (GError) failure = NULL;
  const char *const texts[] = { text, NULL };
  g_autoptr (GArray) ids = queue_view_parse_ids (texts, error);
  if (ids == NULL)
    return NULL;
  g_autoptr (Envelope) envelope
      = queue_envelope (service->source.queue, g_array_index (ids, guint64, 0), &failure);
  if (failure != NULL)
    g_propagate_error (error, g_steal_pointer (&failure));
  else if (envelope == NULL)
    g_set_error (error, BUS_ERROR, BUS_ERROR_INVALID,
                 "there is no message %s in the queue: it was delivered, returned or removed",
                 text);
  return g_steal_pointer (&envelope);
}

static GVariant *
answer_show (QueueService *service, GDBusMethodInvocation *invocation, GError **error)
{
  const char *id;
  const QueueServiceSource *source = &service->source;
  g_variant_get (g_dbus_method_invocation_get_parameters (invocation), "(&s)", &id);
  g_autoptr (Envelope) envelope = find (service, id, error);
  if (envelope == NULL)
    return NULL;
  return g_variant_new (
      "(@a{sv})",
      queue_view_describe_whole (envelope, source->is_active (source->user_data, envelope->id)));
}

static GVariant *
answer_content (QueueService *service, GDBusMethodInvocation *invocation, GError **error)
{
  const char *id;
  guint64 offset;
  g_variant_get (g_dbus_method_invocation_get_parameters (invocation), "(&st)", &id, &offset);
  g_autoptr (Envelope) envelope = find (service, id, error);
  if (envelope == NULL)
    return NULL;
  g_autoptr (GBytes) content = queue_content (service->source.queue, envelope->id, error);
  if (content == NULL)
    return NULL;
  gsize length;
  const guint8 *bytes = g_bytes_get_data (content, &length);
  gsize from = (gsize) MIN (offset, length);
  return g_variant_new ("(@ay)", g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE,
                                                            length > 0 ? bytes + from : NULL,
                                                            MIN (length - from, PIECE_MAX), 1));
}

/* --- Changing --- */

/* Returns: (transfer full): the ids that the call names */
static GArray *
ids_of_call (GDBusMethodInvocation *invocation, GError **error)
{
  g_autofree const char **texts = NULL;
  g_variant_get (g_dbus_method_invocation_get_parameters (invocation), "(^a&s)", &texts);
  return queue_view_parse_ids (texts, error);
}

/* A message that is removed is gone: who did that, and which ones, is to be found again. */
static GVariant *
count_deed (GDBusMethodInvocation *invocation, const char *deed, guint count)
{
  g_autofree char *who = gatekeeper_caller_name (invocation);
  g_autofree const char **ids = NULL;
  g_variant_get (g_dbus_method_invocation_get_parameters (invocation), "(^a&s)", &ids);
  delivery_log_deed (deed, count, ids, who);
  return g_variant_new ("(u)", count);
}

static GVariant *
answer_hold (QueueService *service, GDBusMethodInvocation *invocation, GError **error)
{
  guint count = 0;
  g_autofree char *who = gatekeeper_caller_name (invocation);
  g_autoptr (GArray) ids = ids_of_call (invocation, error);
  if (ids == NULL || !queue_hold (service->source.queue, ids, who, &count, error))
    return NULL;
  return count_deed (invocation, "held", count);
}

static GVariant *
answer_release (QueueService *service, GDBusMethodInvocation *invocation, GError **error)
{
  guint count = 0;
  g_autoptr (GArray) ids = ids_of_call (invocation, error);
  if (ids == NULL || !queue_release (service->source.queue, ids, &count, error))
    return NULL;
  return count_deed (invocation, "released", count);
}

/* No id means all messages that are not held: for those, all have a place in the order of their
 * next attempts. */
static GArray *
ids_to_retry (QueueService *service, GDBusMethodInvocation *invocation, GError **error)
{
  g_autoptr (GArray) ids = ids_of_call (invocation, error);
  if (ids == NULL || ids->len > 0)
    return g_steal_pointer (&ids);

  g_autoptr (GArray) due
      = queue_due (service->source.queue, (QueuePlace){ 0 }, G_MAXINT64, 0, error);
  for (guint i = 0; due != NULL && i < due->len; i++)
    g_array_append_val (ids, g_array_index (due, QueuePlace, i).id);
  return due != NULL ? g_steal_pointer (&ids) : NULL;
}

static GVariant *
answer_retry (QueueService *service, GDBusMethodInvocation *invocation, GError **error)
{
  guint count = 0;
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  g_autoptr (GArray) ids = ids_to_retry (service, invocation, error);
  if (ids == NULL || !queue_hasten (service->source.queue, ids, now, &count, error))
    return NULL;
  return count_deed (invocation, "retried", count);
}

static GVariant *
answer_remove (QueueService *service, GDBusMethodInvocation *invocation, GError **error)
{
  guint count = 0;
  g_autoptr (GArray) ids = ids_of_call (invocation, error);
  if (ids == NULL || !queue_remove (service->source.queue, ids, &count, error))
    return NULL;
  return count_deed (invocation, "removed", count);
}

/* --- Coming and going --- */

static const struct
{
  const char *method, *signal;
  Answer answer;
} answers[] = {
  { "List", "handle-list", answer_list },          { "Show", "handle-show", answer_show },
  { "Content", "handle-content", answer_content }, { "Hold", "handle-hold", answer_hold },
  { "Release", "handle-release", answer_release }, { "Retry", "handle-retry", answer_retry },
  { "Remove", "handle-remove", answer_remove },
};

static void
answer_call (gpointer data, gpointer user_data)
{
  g_autofree Call *call = data;
  g_autoptr (GError) error = NULL;
  QueueService *service = user_data;
  /* Who asks may have been told of a message a moment ago. */
  queue_await_journal (service->source.queue);
  GVariant *answer = call->answer (service, call->invocation, &error);
  if (answer != NULL)
    g_dbus_method_invocation_return_value (call->invocation, answer);
  else
    fail (call->invocation, error);
}

/* In the main thread. */
static void
hand_over (GDBusMethodInvocation *invocation, gpointer user_data)
{
  QueueService *service = user_data;
  const char *method = g_dbus_method_invocation_get_method_name (invocation);
  Call *call = g_new0 (Call, 1);
  call->invocation = invocation;
  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    if (g_str_equal (answers[i].method, method))
      call->answer = answers[i].answer;
  g_thread_pool_push (service->pool, call,
                      NULL); /* which queues it even when no thread can be made */
}

/* For every method: what it takes is read from the invocation. */
static gboolean
on_call (QueueService *service, GDBusMethodInvocation *invocation)
{
  gatekeeper_admit (service->gatekeeper, invocation, hand_over, service);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

QueueService *
queue_service_new (const QueueServiceSource *source,
                   GDBusConnection *connection,
                   const char *object_path,
                   Gatekeeper *gatekeeper)
{
  g_autoptr (GError) error = NULL;
  QueueService *service = g_new0 (QueueService, 1);
  service->source = *source;
  service->gatekeeper = gatekeeper;
  service->pool = g_thread_pool_new (answer_call, service, 1, FALSE, NULL);
  service->skeleton = bus_queue1_skeleton_new ();
  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    g_signal_connect_swapped (service->skeleton, answers[i].signal, G_CALLBACK (on_call), service);
  if (!g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (service->skeleton), connection,
                                         object_path, &error))
    g_warning ("bus: %s", error->message);
  return service;
}

void
queue_service_free (QueueService *service)
{
  if (service == NULL)
    return;
  g_signal_handlers_disconnect_by_data (service->skeleton, service);
  /* A connection that is gone has taken the export along. */
  if (g_dbus_interface_skeleton_get_connection (G_DBUS_INTERFACE_SKELETON (service->skeleton))
      != NULL)
    g_dbus_interface_skeleton_unexport (G_DBUS_INTERFACE_SKELETON (service->skeleton));
  g_thread_pool_free (service->pool, FALSE, TRUE);
  g_object_unref (service->skeleton);
  g_free (service);
}
