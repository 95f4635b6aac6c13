/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/queue-view.h"

#include "core/bus/bus.h"

static const char *const recipient_states[] = {
  [RECIPIENT_WAITING] = "waiting",
  [RECIPIENT_DELIVERED] = "delivered",
  [RECIPIENT_FAILED] = "failed",
  [RECIPIENT_DELIVERED_UNTOLD] = "delivered",
  [RECIPIENT_RELAYED_UNTOLD] = "delivered",
};

static const char *const hold_states[] = {
  [ENVELOPE_FREE] = "waiting",
  [ENVELOPE_HELD] = "held",
  [ENVELOPE_KEPT] = "kept",
};

static const char *const dsn_returns[] = {
  [DSN_RETURN_UNSAID] = "",
  [DSN_RETURN_FULL] = "full",
  [DSN_RETURN_HEADERS] = "headers",
};

static const struct
{
  RecipientNotify bit;
  const char *word;
} notify_words[] = {
  { NOTIFY_NEVER, "never" },
  { NOTIFY_SUCCESS, "success" },
  { NOTIFY_FAILURE, "failure" },
  { NOTIFY_DELAY, "delay" },
};

static void
put (GVariantBuilder *builder, const char *name, GVariant *value)
{
  g_variant_builder_add (builder, "{sv}", name, value);
}

static void
put_text (GVariantBuilder *builder, const char *name, const char *bytes)
{
  put (builder, name, g_variant_new_take_string (g_utf8_make_valid (bytes, -1)));
}

/* --- The envelope --- */

/* Those who still wait; @reason: gets why the first of them does. */
static GVariant *
waiting_recipients (const Envelope *envelope, const char **reason)
{
  GVariantBuilder recipients;
  g_variant_builder_init (&recipients, G_VARIANT_TYPE ("as"));
  *reason = "";
  for (guint i = 0; i < envelope->recipients->len; i++)
    {
      const Recipient *recipient = envelope_recipient (envelope, i);
      if (recipient->state != RECIPIENT_WAITING)
        continue;
      g_variant_builder_add_value (
          &recipients, g_variant_new_take_string (g_utf8_make_valid (recipient->address, -1)));
      if (**reason == '\0')
        *reason = recipient->reason;
    }
  return g_variant_builder_end (&recipients);
}

static void
put_common (GVariantBuilder *builder, const Envelope *envelope, gboolean is_active)
{
  char id[ENVELOPE_ID_TEXT_MAX];
  const char *reason;
  put (builder, "id", g_variant_new_string (envelope_id_to_string (envelope->id, id)));
  put_text (builder, "state", is_active ? "active" : hold_states[envelope->hold]);
  put_text (builder, "sender", envelope->sender);
  put (builder, "recipients", waiting_recipients (envelope, &reason));
  put (builder, "size", g_variant_new_uint64 (envelope->size));
  put (builder, "arrived", g_variant_new_int64 (envelope->arrived));
  put (builder, "next-attempt", g_variant_new_int64 (envelope->next_attempt));
  put (builder, "attempts", g_variant_new_uint32 (envelope->attempts));
  put_text (builder, "reason", reason);
  put_text (builder, "hold-reason", envelope->hold_reason);
  put_text (builder, "client", envelope->client_address);
  put_text (builder, "user", envelope->user);
}

GVariant *
queue_view_describe (const Envelope *envelope, gboolean is_active)
{
  GVariantBuilder builder;
  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  put_common (&builder, envelope, is_active);
  return g_variant_builder_end (&builder);
}

static GVariant *
describe_notify (guint notify)
{
  GVariantBuilder words;
  g_variant_builder_init (&words, G_VARIANT_TYPE ("as"));
  for (guint i = 0; i < G_N_ELEMENTS (notify_words); i++)
    if ((notify & notify_words[i].bit) != 0)
      g_variant_builder_add (&words, "s", notify_words[i].word);
  return g_variant_builder_end (&words);
}

static GVariant *
describe_recipient (const Recipient *recipient)
{
  GVariantBuilder builder;
  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  put_text (&builder, "address", recipient->address);
  put_text (&builder, "state", recipient_states[recipient->state]);
  put_text (&builder, "reason", recipient->reason);
  put (&builder, "notify", describe_notify (recipient->notify));
  put_text (&builder, "original", recipient->original);
  return g_variant_builder_end (&builder);
}

GVariant *
queue_view_describe_whole (const Envelope *envelope, gboolean is_active)
{
  GVariantBuilder builder, recipients;
  g_variant_builder_init (&recipients, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < envelope->recipients->len; i++)
    g_variant_builder_add_value (&recipients,
                                 describe_recipient (envelope_recipient (envelope, i)));
  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  put_common (&builder, envelope, is_active);
  put (&builder, "all-recipients", g_variant_builder_end (&recipients));
  put_text (&builder, "envelope-id", envelope->envelope_id);
  put_text (&builder, "return", dsn_returns[envelope->dsn_return]);
  put (&builder, "8bit", g_variant_new_boolean (envelope->eight_bit));
  put (&builder, "utf8", g_variant_new_boolean (envelope->utf8));
  put (&builder, "delay-told", g_variant_new_boolean (envelope->delay_told));
  return g_variant_builder_end (&builder);
}

GVariant *
queue_view_describe_all (const GPtrArray *envelopes,
                         QueueViewIsActive is_active,
                         gpointer user_data)
{
  GVariantBuilder messages;
  gsize size = 0;

  g_variant_builder_init (&messages, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < envelopes->len; i++)
    {
      const Envelope *envelope = g_ptr_array_index (envelopes, i);
      g_autoptr (GVariant) message = g_variant_ref_sink (
          queue_view_describe (envelope, is_active (user_data, envelope->id)));
      size += g_variant_get_size (message);
      if (size > QUEUE_VIEW_LIST_MAX_BYTES)
        break;
      g_variant_builder_add_value (&messages, message);
    }
  return g_variant_builder_end (&messages);
}

/* --- What is asked --- */

gboolean
queue_view_parse_filter (GVariant *asked, QueueFilter *filter, GError **error)
{
  const char *after = NULL;
  const struct
  {
    const char *name, *type;
    gpointer member;
  } rows[] = {
    { "sender", "&s", &filter->sender },           { "recipient", "&s", &filter->recipient },
    { "destination", "&s", &filter->destination }, { "held", "b", &filter->held_only },
    { "kept", "b", &filter->kept_only },           { "after", "&s", &after },
  };
  gsize n_understood = 0;
  *filter = (QueueFilter){ 0 };
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    n_understood += g_variant_lookup (asked, rows[i].name, rows[i].type, rows[i].member);
  if (n_understood == g_variant_n_children (asked)
      && (after == NULL || envelope_id_parse (after, &filter->after)))
    return TRUE;
  g_autofree char *text = g_variant_print (asked, FALSE);
  g_set_error (error, BUS_ERROR, BUS_ERROR_INVALID,
               "%s is no filter: those are sender, recipient and destination, which take a "
               "pattern, held and kept, which take true or false, and after, which takes an id",
               text);
  return FALSE;
}

GArray *
queue_view_parse_ids (const char *const *texts, GError **error)
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
