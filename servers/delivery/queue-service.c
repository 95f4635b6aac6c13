/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/queue-service.h"

#include "core/bus/bus.h"
#include "server-bus.h"

struct _QueueService
{
  Queue *queue;           /* (unowned) */
  Gatekeeper *gatekeeper; /* (unowned) */
  BusQueue1 *skeleton;    /* (owned) */
  GThreadPool *pool;      /* (owned) of one thread */
};

/* A call that was admitted, on its way to the thread. */
typedef void (*Answer) (QueueService *service, GDBusMethodInvocation *invocation);

typedef struct
{
  Answer answer;
  GDBusMethodInvocation *invocation; /* (owned), until it is answered */
} Call;

static GVariant *
to_text (const char *bytes)
{
  return g_variant_new_take_string (g_utf8_make_valid (bytes, -1));
}

GVariant *
queue_service_describe (const Envelope *envelope)
{
  char id[ENVELOPE_ID_TEXT_MAX];
  GVariantBuilder recipients, builder;
  const char *reason = "";
  g_variant_builder_init (&recipients, G_VARIANT_TYPE ("as"));
  for (guint i = 0; i < envelope->recipients->len; i++)
    {
      const Recipient *recipient = envelope_recipient (envelope, i);
      if (recipient->state != RECIPIENT_WAITING)
        continue;
      g_variant_builder_add_value (&recipients, to_text (recipient->address));
      if (*reason == '\0')
        reason = recipient->reason;
    }
  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&builder, "{sv}", "id",
                         g_variant_new_string (envelope_id_to_string (envelope->id, id)));
  g_variant_builder_add (&builder, "{sv}", "sender", to_text (envelope->sender));
  g_variant_builder_add (&builder, "{sv}", "recipients", g_variant_builder_end (&recipients));
  g_variant_builder_add (&builder, "{sv}", "size", g_variant_new_uint64 (envelope->size));
  g_variant_builder_add (&builder, "{sv}", "arrived", g_variant_new_int64 (envelope->arrived));
  g_variant_builder_add (&builder, "{sv}", "next-attempt",
                         g_variant_new_int64 (envelope->next_attempt));
  g_variant_builder_add (&builder, "{sv}", "attempts", g_variant_new_uint32 (envelope->attempts));
  g_variant_builder_add (&builder, "{sv}", "reason", to_text (reason));
  return g_variant_builder_end (&builder);
}

GVariant *
queue_service_describe_all (const GPtrArray *envelopes)
{
  GVariantBuilder messages;
  gsize size = 0;

  g_variant_builder_init (&messages, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < envelopes->len; i++)
    {
      g_autoptr (GVariant) message
          = g_variant_ref_sink (queue_service_describe (g_ptr_array_index (envelopes, i)));
      size += g_variant_get_size (message);
      if (size > QUEUE_SERVICE_LIST_MAX_BYTES)
        break;
      g_variant_builder_add_value (&messages, message);
    }
  return g_variant_builder_end (&messages);
}

GArray *
queue_service_parse_ids (const char *const *texts, GError **error)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (guint64));
  for (guint i = 0; texts[i] != NULL; i++)
    {
      guint64 id;
      if (!envelope_id_parse (texts[i], &id))
        {
          g_set_error (error, BUS_ERROR, BUS_ERROR_INVALID, "\"%s\" is not the id of a message",
                       texts[i]);
          return NULL;
        }
      g_array_append_val (ids, id);
    }
  return g_steal_pointer (&ids);
}

static void
fail (GDBusMethodInvocation *invocation, const GError *error)
{
  if (error->domain == BUS_ERROR)
    g_dbus_method_invocation_return_gerror (invocation, error);
  else
    g_dbus_method_invocation_return_error_literal (invocation, BUS_ERROR, BUS_ERROR_FAILED,
                                                   error->message);
}

/* --- In the thread --- */

static void
answer_list (QueueService *service, GDBusMethodInvocation *invocation)
{
  guint limit;
  g_autoptr (GError) error = NULL;
  g_variant_get (g_dbus_method_invocation_get_parameters (invocation), "(u)", &limit);
  g_autoptr (GPtrArray) envelopes = queue_list (service->queue, NULL, limit, &error);
  if (envelopes == NULL)
    {
      fail (invocation, error);
      return;
    }
  bus_queue1_complete_list (service->skeleton, invocation, queue_service_describe_all (envelopes));
}

/* Returns: (transfer full): the ids that the call names */
static GArray *
ids_of_call (GDBusMethodInvocation *invocation, GError **error)
{
  g_autofree const char **texts = NULL;
  g_variant_get (g_dbus_method_invocation_get_parameters (invocation), "(^a&s)", &texts);
  return queue_service_parse_ids (texts, error);
}

/* A message that is removed is gone: who did that, and which ones, is to be found again. */
static void
log_deed (GDBusMethodInvocation *invocation, const char *deed, guint count)
{
  g_autofree char *who = gatekeeper_caller_name (invocation);
  g_autofree const char **ids = NULL;

  g_variant_get (g_dbus_method_invocation_get_parameters (invocation), "(^a&s)", &ids);
  g_autofree char *list = g_strjoinv (" ", (char **) ids);
  g_message ("queue: %u messages %s, by %s: %s", count, deed, who, *list != '\0' ? list : "all");
}

/* No id means all messages: for those that wait, all have a place in the order of their next
 * attempts. */
static GArray *
ids_to_retry (QueueService *service, GDBusMethodInvocation *invocation, GError **error)
{
  g_autoptr (GArray) ids = ids_of_call (invocation, error);
  if (ids == NULL || ids->len > 0)
    return g_steal_pointer (&ids);
  return queue_due (service->queue, G_MAXINT64, 0, error);
}

static void
answer_retry (QueueService *service, GDBusMethodInvocation *invocation)
{
  guint count = 0;
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) ids = ids_to_retry (service, invocation, &error);
  if (ids == NULL
      || !queue_hasten (service->queue, ids, g_get_real_time () / G_USEC_PER_SEC, &count, &error))
    {
      fail (invocation, error);
      return;
    }
  log_deed (invocation, "to be tried again now", count);
  bus_queue1_complete_retry (service->skeleton, invocation, count);
}

static void
answer_remove (QueueService *service, GDBusMethodInvocation *invocation)
{
  guint count = 0;
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) ids = ids_of_call (invocation, &error);
  if (ids == NULL || !queue_remove (service->queue, ids, &count, &error))
    {
      fail (invocation, error);
      return;
    }
  log_deed (invocation, "removed", count);
  bus_queue1_complete_remove (service->skeleton, invocation, count);
}

static void
answer_call (gpointer data, gpointer user_data)
{
  g_autofree Call *call = data;
  call->answer (user_data, call->invocation);
}

/* --- In the main thread --- */

static void
hand_over (QueueService *service, Answer answer, GDBusMethodInvocation *invocation)
{
  Call *call = g_new (Call, 1);
  *call = (Call){ answer, invocation };
  g_thread_pool_push (service->pool, call,
                      NULL); /* which queues it even when no thread can be made */
}

static void
admit_list (GDBusMethodInvocation *invocation, gpointer user_data)
{
  hand_over (user_data, answer_list, invocation);
}

static void
admit_retry (GDBusMethodInvocation *invocation, gpointer user_data)
{
  hand_over (user_data, answer_retry, invocation);
}

static void
admit_remove (GDBusMethodInvocation *invocation, gpointer user_data)
{
  hand_over (user_data, answer_remove, invocation);
}

static gboolean
on_list (BusQueue1 *skeleton, GDBusMethodInvocation *invocation, guint limit, gpointer user_data)
{
  QueueService *service = user_data;
  gatekeeper_admit (service->gatekeeper, invocation, admit_list, service);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
on_retry (BusQueue1 *skeleton,
          GDBusMethodInvocation *invocation,
          const char *const *ids,
          gpointer user_data)
{
  QueueService *service = user_data;
  gatekeeper_admit (service->gatekeeper, invocation, admit_retry, service);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
on_remove (BusQueue1 *skeleton,
           GDBusMethodInvocation *invocation,
           const char *const *ids,
           gpointer user_data)
{
  QueueService *service = user_data;
  gatekeeper_admit (service->gatekeeper, invocation, admit_remove, service);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

QueueService *
queue_service_new (Queue *queue,
                   GDBusConnection *connection,
                   const char *object_path,
                   Gatekeeper *gatekeeper)
{
  g_autoptr (GError) error = NULL;
  QueueService *service = g_new0 (QueueService, 1);
  service->queue = queue;
  service->gatekeeper = gatekeeper;
  service->pool = g_thread_pool_new (answer_call, service, 1, FALSE, NULL);
  service->skeleton = bus_queue1_skeleton_new ();
  g_signal_connect (service->skeleton, "handle-list", G_CALLBACK (on_list), service);
  g_signal_connect (service->skeleton, "handle-retry", G_CALLBACK (on_retry), service);
  g_signal_connect (service->skeleton, "handle-remove", G_CALLBACK (on_remove), service);
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
