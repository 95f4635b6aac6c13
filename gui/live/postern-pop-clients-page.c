/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/live/postern-pop-clients-page.h"

#include <glib/gi18n.h>
#include <string.h>

#include "gui/live/address-deeds.h"
#include "gui/live/live-poll.h"
#include "gui/live/live-words.h"
#include "gui/live/pop-client-row.h"
#include "gui/live/postern-ban-list.h"
#include "gui/live/postern-row-view.h"

#define ASK_INTERVAL_S 2
/* Of a long list, filling it shall take no more than such a part of the time. */
#define REST_FACTOR 20

struct _PosternPopClientsPage
{
  GtkBox parent_instance;
  PosternClient *client;       /* (owned) */
  GCancellable *cancellable;   /* (owned) */
  GSimpleActionGroup *actions; /* (owned) */
  PosternRowStore *store;      /* (owned) */
  PosternRowView *view;
  PosternBanList *bans;
  char *needle;   /* (owned) (nullable) folded: what is filtered by */
  GVariant *uses; /* (owned) (nullable) what the SMTP server counts */
  gboolean is_asking;
  gint64 ask_at_us; /* monotonic: not before */

  GtkInfoBar *problem_bar;
  GtkLabel *problem_label;
  GtkSearchEntry *search_entry;
  GtkStack *stack;
  GtkBox *clients_box;
  GtkLabel *count_label;
  GMenuModel *menu;
};

enum
{
  TOLD,
  SHOW_PAGE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_TYPE (PosternPopClientsPage, postern_pop_clients_page, GTK_TYPE_BOX)

static void
tell (PosternPopClientsPage *self, const char *words)
{
  g_signal_emit (self, signals[TOLD], 0, words);
}

static void
show_problem (PosternPopClientsPage *self, const GError *error)
{
  g_autofree char *words = error != NULL ? client_error_to_words (error) : NULL;

  if (words != NULL)
    gtk_label_set_text (self->problem_label, words);
  gtk_widget_set_visible (GTK_WIDGET (self->problem_bar), words != NULL);
}

static void
set_enabled (PosternPopClientsPage *self, const char *name, gboolean is_enabled)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self->actions), name);
  g_simple_action_set_enabled (G_SIMPLE_ACTION (action), is_enabled);
}

static void
update_actions (PosternPopClientsPage *self)
{
  guint n_selected = postern_row_view_count_selected (self->view);

  set_enabled (self, "extend", n_selected > 0);
  set_enabled (self, "revoke", n_selected > 0);
  set_enabled (self, "check-message", n_selected == 1);
  set_enabled (self, "revoke-all", postern_row_store_count (self->store) > 0);
}

/* --- Asking --- */

static guint
limit_of (PosternPopClientsPage *self, const char *setting)
{
  g_autoptr (GVariant) value = postern_client_get_value (self->client, setting);

  return value != NULL && g_variant_is_of_type (value, G_VARIANT_TYPE_UINT32)
             ? g_variant_get_uint32 (value)
             : 0;
}

static void
show_count (PosternPopClientsPage *self)
{
  guint count = postern_row_store_count (self->store);
  g_autofree char *words = g_strdup_printf (ngettext ("%u address", "%u addresses", count), count);

  gtk_label_set_text (self->count_label, words);
  postern_row_view_set_empty_words (self->view, count > 0 ? _ ("No address or user has that in it.")
                                                          : _ ("Nobody has logged on within the "
                                                               "set time."));
  update_actions (self);
}

static void
show_list (PosternPopClientsPage *self, GVariant *log_ons)
{
  PopClientLimits limits
      = { limit_of (self, "pop3.log-ons.messages"), limit_of (self, "pop3.log-ons.recipients") };

  postern_row_store_replace (self->store,
                             pop_client_row_make_all (self->store, log_ons, self->uses, &limits));
  show_count (self);
}

/* Returns: (transfer full) (nullable): the only result of a call, where it is of @type */
static GVariant *
take_result (GObject *source, GAsyncResult *result, const char *type, GError **error)
{
  g_autoptr (GVariant) reply = postern_client_call_finish (POSTERN_CLIENT (source), result, error);

  if (reply == NULL)
    return NULL;
  if (g_variant_is_of_type (reply, G_VARIANT_TYPE (type)))
    return g_variant_get_child_value (reply, 0);
  g_set_error_literal (error, CLIENT_ERROR, CLIENT_ERROR_FAILED,
                       _ ("The server does not understand this program."));
  return NULL;
}

static void
on_listed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) log_ons = take_result (source, result, "(a(ssxu))", &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  PosternPopClientsPage *self = data;
  gint64 began_us = g_get_monotonic_time ();
  self->is_asking = FALSE;
  if (log_ons != NULL)
    show_list (self, log_ons);
  show_problem (self, error);
  gint64 now_us = g_get_monotonic_time ();
  self->ask_at_us = now_us + REST_FACTOR * (now_us - began_us);
}

/* Without the SMTP server nobody knows what was sent; the rest is worth to be shown all the same. */
static void
on_used (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) uses = take_result (source, result, "(a(sxuu))", &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  PosternPopClientsPage *self = data;
  g_clear_pointer (&self->uses, g_variant_unref);
  self->uses = g_steal_pointer (&uses);
  postern_client_call (self->client, POSTERN_PEER_POP, "LogOns1.List", g_variant_new ("()"), FALSE,
                       self->cancellable, on_listed, self);
}

static void
ask_now (PosternPopClientsPage *self)
{
  if (self->is_asking)
    return;
  self->is_asking = TRUE;
  postern_client_call (self->client, POSTERN_PEER_SMTP, "GrantUse1.List", g_variant_new ("()"),
                       FALSE, self->cancellable, on_used, self);
}

static void
ask (gpointer data)
{
  PosternPopClientsPage *self = data;

  if (g_get_monotonic_time () >= self->ask_at_us)
    ask_now (self);
}

static void
count_down (gpointer data)
{
  postern_row_view_redraw (((PosternPopClientsPage *) data)->view);
}

/* --- Deeds --- */

static void
on_extended (gpointer data, guint done, const GError *error)
{
  PosternPopClientsPage *self = data;
  g_autofree char *words = error != NULL
                               ? client_error_to_words (error)
                               : g_strdup_printf (ngettext ("%u log-on counts as made now.",
                                                            "%u log-ons count as made now.", done),
                                                  done);

  tell (self, words);
  ask_now (self);
}

static void
on_revoked (gpointer data, guint done, const GError *error)
{
  PosternPopClientsPage *self = data;
  g_autofree char *words
      = error != NULL
            ? client_error_to_words (error)
            : g_strdup_printf (
                ngettext ("%u log-on was revoked.", "%u log-ons were revoked.", done), done);

  tell (self, words);
  ask_now (self);
}

static GPtrArray *
selected_addresses (PosternPopClientsPage *self)
{
  g_autoptr (GPtrArray) rows = postern_row_view_get_selected (self->view);
  GPtrArray *addresses = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < rows->len; i++)
    g_ptr_array_add (addresses, g_strdup (postern_row_get_text (g_ptr_array_index (rows, i), 0)));
  return addresses;
}

static void
extend_selected (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  PosternPopClientsPage *self = data;
  address_deeds_start (self->client, "LogOns1.Extend", selected_addresses (self), self->cancellable,
                       on_extended, self);
}

static void
revoke_selected (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  PosternPopClientsPage *self = data;
  address_deeds_start (self->client, "LogOns1.Revoke", selected_addresses (self), self->cancellable,
                       on_revoked, self);
}

static void
on_all_revoked (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) count = take_result (source, result, "(u)", &error);

  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    on_revoked (data, count != NULL ? g_variant_get_uint32 (count) : 0, error);
}

static void
on_revoke_all_answered (GtkDialog *dialog, int response, PosternPopClientsPage *self)
{
  if (response == GTK_RESPONSE_ACCEPT)
    postern_client_call (self->client, POSTERN_PEER_POP, "LogOns1.RevokeAll", g_variant_new ("()"),
                         TRUE, self->cancellable, on_all_revoked, self);
  gtk_widget_destroy (GTK_WIDGET (dialog));
}

static void
revoke_all (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  PosternPopClientsPage *self = data;
  GtkWidget *window = gtk_widget_get_toplevel (GTK_WIDGET (self));
  guint count = postern_row_store_count (self->store);
  GtkWidget *dialog = gtk_message_dialog_new (
      GTK_WINDOW (window), GTK_DIALOG_MODAL | GTK_DIALOG_DESTROY_WITH_PARENT, GTK_MESSAGE_WARNING,
      GTK_BUTTONS_NONE, "%s", _ ("Revoke all log-ons?"));

  gtk_message_dialog_format_secondary_text (
      GTK_MESSAGE_DIALOG (dialog),
      ngettext ("%u address may not relay any more until somebody logs on from there again.",
                "%u addresses may not relay any more until somebody logs on from there again.",
                count),
      count);
  gtk_dialog_add_buttons (GTK_DIALOG (dialog), _ ("_Cancel"), GTK_RESPONSE_CANCEL,
                          _ ("_Revoke All"), GTK_RESPONSE_ACCEPT, NULL);
  gtk_dialog_set_default_response (GTK_DIALOG (dialog), GTK_RESPONSE_CANCEL);
  gtk_style_context_add_class (gtk_widget_get_style_context (gtk_dialog_get_widget_for_response (
                                   GTK_DIALOG (dialog), GTK_RESPONSE_ACCEPT)),
                               GTK_STYLE_CLASS_DESTRUCTIVE_ACTION);
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_revoke_all_answered), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
check_message (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  PosternPopClientsPage *self = data;
  g_autoptr (GPtrArray) addresses = selected_addresses (self);

  if (addresses->len > 0)
    g_signal_emit (self, signals[SHOW_PAGE], 0, "check-message", g_ptr_array_index (addresses, 0));
}

/* --- The page --- */

static gboolean
is_wanted (const PosternRow *row, gpointer data)
{
  PosternPopClientsPage *self = data;
  return self->needle == NULL || pop_client_row_contains (row, self->needle);
}

static void
on_search_changed (PosternPopClientsPage *self)
{
  const char *text = gtk_entry_get_text (GTK_ENTRY (self->search_entry));

  g_free (self->needle);
  self->needle = *text != '\0' ? g_utf8_casefold (text, -1) : NULL;
  postern_row_store_refilter (self->store);
  postern_ban_list_set_needle (self->bans, self->needle);
  update_actions (self);
}

static void
add_lists (PosternPopClientsPage *self)
{
  PosternRowViewPlan plan = { .name = _ ("POP clients"),
                              .tip = pop_client_row_tip,
                              .columns = pop_client_row_columns,
                              .n_columns = POP_CLIENT_ROW_N_COLUMNS };

  self->store = postern_row_store_new (&pop_client_row_shape);
  plan.store = g_object_ref (self->store);
  plan.menu = g_object_ref (self->menu);
  self->view = POSTERN_ROW_VIEW (postern_row_view_new (&plan));
  postern_row_view_sort (self->view, POP_CLIENT_ROW_SINCE, GTK_SORT_DESCENDING);
  postern_row_store_set_filter (self->store, is_wanted, self);
  gtk_box_pack_start (self->clients_box, GTK_WIDGET (self->view), TRUE, TRUE, 0);
  g_signal_connect_swapped (self->view, "selection-changed", G_CALLBACK (update_actions), self);

  self->bans = POSTERN_BAN_LIST (postern_ban_list_new (self->client));
  gtk_stack_add_titled (self->stack, GTK_WIDGET (self->bans), "bans", _ ("Banned Addresses"));
  g_signal_connect_swapped (self->bans, "told", G_CALLBACK (tell), self);
}

static void
add_actions (PosternPopClientsPage *self)
{
  static const GActionEntry entries[] = { { .name = "extend", .activate = extend_selected },
                                          { .name = "revoke", .activate = revoke_selected },
                                          { .name = "revoke-all", .activate = revoke_all },
                                          { .name = "check-message", .activate = check_message } };

  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries),
                                   self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "clients", G_ACTION_GROUP (self->actions));
}

static void
postern_pop_clients_page_dispose (GObject *object)
{
  PosternPopClientsPage *self = POSTERN_POP_CLIENTS_PAGE (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (self->store != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->view, self);
      g_signal_handlers_disconnect_by_data (self->search_entry, self);
      postern_row_store_set_filter (self->store, NULL, NULL);
    }
  g_clear_object (&self->store);
  g_clear_object (&self->actions);
  g_clear_object (&self->client);
  g_clear_pointer (&self->uses, g_variant_unref);
  g_clear_pointer (&self->needle, g_free);
  G_OBJECT_CLASS (postern_pop_clients_page_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *class)
{
  gtk_widget_class_set_template_from_resource (
      class, "/org/postern/ServerProperties/live/postern-pop-clients-page.ui");
  gtk_widget_class_bind_template_child (class, PosternPopClientsPage, problem_bar);
  gtk_widget_class_bind_template_child (class, PosternPopClientsPage, problem_label);
  gtk_widget_class_bind_template_child (class, PosternPopClientsPage, search_entry);
  gtk_widget_class_bind_template_child (class, PosternPopClientsPage, stack);
  gtk_widget_class_bind_template_child (class, PosternPopClientsPage, clients_box);
  gtk_widget_class_bind_template_child (class, PosternPopClientsPage, count_label);
  gtk_widget_class_bind_template_child (class, PosternPopClientsPage, menu);
  gtk_widget_class_bind_template_callback (class, on_search_changed);
}

static void
postern_pop_clients_page_class_init (PosternPopClientsPageClass *class)
{
  G_OBJECT_CLASS (class)->dispose = postern_pop_clients_page_dispose;
  signals[TOLD] = g_signal_new ("told", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[SHOW_PAGE]
      = g_signal_new ("show-page", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                      NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
  bind_children (GTK_WIDGET_CLASS (class));
}

static void
postern_pop_clients_page_init (PosternPopClientsPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->cancellable = g_cancellable_new ();
}

GtkWidget *
postern_pop_clients_page_new (PosternClient *client)
{
  PosternPopClientsPage *self = g_object_new (POSTERN_TYPE_POP_CLIENTS_PAGE, NULL);

  self->client = g_object_ref (client);
  add_actions (self);
  add_lists (self);
  update_actions (self);
  live_poll_ask (GTK_WIDGET (self->clients_box), self->client, ASK_INTERVAL_S, ask, self);
  live_poll_tick (GTK_WIDGET (self->clients_box), count_down, self);
  return GTK_WIDGET (self);
}
