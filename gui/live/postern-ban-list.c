/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/live/postern-ban-list.h"

#include <glib/gi18n.h>
#include <string.h>

#include "gui/live/address-deeds.h"
#include "gui/live/live-poll.h"
#include "gui/live/live-words.h"
#include "gui/live/postern-row-view.h"

#define ASK_INTERVAL_S 2

enum
{
  CELL_ADDRESS,
  CELL_ADDRESS_KEY,
  CELL_USER,
  CELL_FOLDED_USER,
  CELL_SINCE, /* seconds since 1970 */
  CELL_UNTIL,
  CELL_FAILURES,
  N_CELLS
};

struct _PosternBanList
{
  GtkBox parent_instance;
  PosternClient *client;       /* (owned) */
  GCancellable *cancellable;   /* (owned) */
  GSimpleActionGroup *actions; /* (owned) */
  PosternRowStore *store;      /* (owned) */
  PosternRowView *view;
  char *needle; /* (owned) (nullable) */
  gboolean is_asking;

  GtkLabel *problem_label;
  GMenuModel *menu;
};

static guint told_signal;

G_DEFINE_TYPE (PosternBanList, postern_ban_list, GTK_TYPE_BOX)

/* --- Words --- */

static char *
since_words (const PosternRow *row, guint cell)
{
  return live_words_ago (postern_row_get_number (row, cell));
}

static char *
left_words (const PosternRow *row, guint cell)
{
  gint64 now_s = g_get_real_time () / G_USEC_PER_SEC;
  return live_words_countdown (postern_row_get_number (row, cell) - now_s);
}

static char *
number_words (const PosternRow *row, guint cell)
{
  return g_strdup_printf ("%" G_GINT64_FORMAT, postern_row_get_number (row, cell));
}

static char *
tip (const PosternRow *row, guint cell)
{
  g_autofree char *since = live_words_time (postern_row_get_number (row, CELL_SINCE));
  g_autofree char *until = live_words_time (postern_row_get_number (row, CELL_UNTIL));

  return g_strdup_printf (_ ("Banned %s\nMay log on again from %s"), since, until);
}

static const PosternRowColumn columns[] = {
  { N_ ("Address"), CELL_ADDRESS, CELL_ADDRESS_KEY, NULL, FALSE, 12 },
  { N_ ("Last User Tried"), CELL_USER, CELL_FOLDED_USER, NULL, FALSE, 12 },
  { N_ ("Banned"), CELL_SINCE, CELL_SINCE, since_words, FALSE, 11 },
  { N_ ("Time Left"), CELL_UNTIL, CELL_UNTIL, left_words, TRUE, 8 },
  { N_ ("Failed Log-ons"), CELL_FAILURES, CELL_FAILURES, number_words, TRUE, 6 },
};

static const PosternCellKind kinds[N_CELLS] = {
  [CELL_ADDRESS] = POSTERN_CELL_TEXT,    [CELL_ADDRESS_KEY] = POSTERN_CELL_TEXT,
  [CELL_USER] = POSTERN_CELL_TEXT,       [CELL_FOLDED_USER] = POSTERN_CELL_TEXT,
  [CELL_SINCE] = POSTERN_CELL_NUMBER,    [CELL_UNTIL] = POSTERN_CELL_NUMBER,
  [CELL_FAILURES] = POSTERN_CELL_NUMBER,
};

static const PosternRowShape shape = { kinds, N_CELLS };

/* --- Asking --- */

static void
update_actions (PosternBanList *self)
{
  GAction *lift = g_action_map_lookup_action (G_ACTION_MAP (self->actions), "lift");
  g_simple_action_set_enabled (G_SIMPLE_ACTION (lift),
                               postern_row_view_count_selected (self->view) > 0);
}

static void
show_list (PosternBanList *self, GVariant *bans)
{
  GPtrArray *rows = g_ptr_array_new ();
  GVariantIter iter;
  const char *address, *user;
  gint64 since_s, until_s;
  guint32 failures;

  g_variant_iter_init (&iter, bans);
  while (g_variant_iter_next (&iter, "(&s&sxxu)", &address, &user, &since_s, &until_s, &failures))
    {
      PosternRow *row = postern_row_store_make_row (self->store);

      postern_row_set_text (row, CELL_ADDRESS, address);
      postern_row_take_text (row, CELL_ADDRESS_KEY, live_words_address_key (address));
      postern_row_set_text (row, CELL_USER, user);
      postern_row_take_text (row, CELL_FOLDED_USER, g_utf8_casefold (user, -1));
      postern_row_set_number (row, CELL_SINCE, since_s);
      postern_row_set_number (row, CELL_UNTIL, until_s);
      postern_row_set_number (row, CELL_FAILURES, failures);
      g_ptr_array_add (rows, row);
    }
  postern_row_store_replace (self->store, rows);
  postern_row_view_set_empty_words (
      self->view, postern_row_store_count (self->store) > 0
                      ? _ ("No address or user has that in it.")
                      : _ ("No address is banned. One whose log-ons fail too often would be."));
  update_actions (self);
}

static void
on_listed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = postern_client_call_finish (POSTERN_CLIENT (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  PosternBanList *self = data;
  g_autofree char *words = error != NULL ? client_error_to_words (error) : NULL;
  self->is_asking = FALSE;
  if (reply != NULL && g_variant_is_of_type (reply, G_VARIANT_TYPE ("(a(ssxxu))")))
    {
      g_autoptr (GVariant) bans = g_variant_get_child_value (reply, 0);
      show_list (self, bans);
    }
  gtk_label_set_text (self->problem_label, words != NULL ? words : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem_label), words != NULL);
}

static void
ask (gpointer data)
{
  PosternBanList *self = data;

  if (self->is_asking)
    return;
  self->is_asking = TRUE;
  postern_client_call (self->client, POSTERN_PEER_POP, "Bans1.List", g_variant_new ("()"), FALSE,
                       self->cancellable, on_listed, self);
}

static void
count_down (gpointer data)
{
  postern_row_view_redraw (((PosternBanList *) data)->view);
}

/* --- Lifting --- */

static void
on_lifted (gpointer data, guint done, const GError *error)
{
  PosternBanList *self = data;
  g_autofree char *words = error != NULL
                               ? client_error_to_words (error)
                               : g_strdup_printf (ngettext ("%u address may log on again.",
                                                            "%u addresses may log on again.", done),
                                                  done);

  g_signal_emit (self, told_signal, 0, words);
  ask (self);
}

static void
lift (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  PosternBanList *self = data;
  g_autoptr (GPtrArray) rows = postern_row_view_get_selected (self->view);
  GPtrArray *addresses = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < rows->len; i++)
    g_ptr_array_add (addresses,
                     g_strdup (postern_row_get_text (g_ptr_array_index (rows, i), CELL_ADDRESS)));
  address_deeds_start (self->client, "Bans1.Lift", addresses, self->cancellable, on_lifted, self);
}

/* --- The list --- */

static gboolean
is_wanted (const PosternRow *row, gpointer data)
{
  PosternBanList *self = data;

  return self->needle == NULL
         || strstr (postern_row_get_text (row, CELL_ADDRESS), self->needle) != NULL
         || strstr (postern_row_get_text (row, CELL_FOLDED_USER), self->needle) != NULL;
}

void
postern_ban_list_set_needle (PosternBanList *self, const char *needle)
{
  g_free (self->needle);
  self->needle = g_strdup (needle);
  postern_row_store_refilter (self->store);
  update_actions (self);
}

static void
postern_ban_list_dispose (GObject *object)
{
  PosternBanList *self = POSTERN_BAN_LIST (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (self->store != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->view, self);
      postern_row_store_set_filter (self->store, NULL, NULL);
    }
  g_clear_object (&self->store);
  g_clear_object (&self->actions);
  g_clear_object (&self->client);
  g_clear_pointer (&self->needle, g_free);
  G_OBJECT_CLASS (postern_ban_list_parent_class)->dispose (object);
}

static void
postern_ban_list_class_init (PosternBanListClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = postern_ban_list_dispose;
  told_signal = g_signal_new ("told", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                              NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/org/postern/ServerProperties/live/postern-ban-list.ui");
  gtk_widget_class_bind_template_child (widget_class, PosternBanList, problem_label);
  gtk_widget_class_bind_template_child (widget_class, PosternBanList, menu);
}

static void
postern_ban_list_init (PosternBanList *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->cancellable = g_cancellable_new ();
}

static void
add_actions (PosternBanList *self)
{
  static const GActionEntry entries[] = { { .name = "lift", .activate = lift } };

  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries),
                                   self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "bans", G_ACTION_GROUP (self->actions));
}

GtkWidget *
postern_ban_list_new (PosternClient *client)
{
  PosternBanList *self = g_object_new (POSTERN_TYPE_BAN_LIST, NULL);
  PosternRowViewPlan plan = { .name = _ ("Banned addresses"),
                              .tip = tip,
                              .columns = columns,
                              .n_columns = G_N_ELEMENTS (columns) };

  self->client = g_object_ref (client);
  self->store = postern_row_store_new (&shape);
  plan.store = g_object_ref (self->store);
  plan.menu = g_object_ref (self->menu);
  self->view = POSTERN_ROW_VIEW (postern_row_view_new (&plan));
  postern_row_view_sort (self->view, CELL_SINCE, GTK_SORT_DESCENDING);
  postern_row_store_set_filter (self->store, is_wanted, self);
  gtk_box_pack_start (GTK_BOX (self), GTK_WIDGET (self->view), TRUE, TRUE, 0);
  g_signal_connect_swapped (self->view, "selection-changed", G_CALLBACK (update_actions), self);
  add_actions (self);
  update_actions (self);
  live_poll_ask (GTK_WIDGET (self), self->client, ASK_INTERVAL_S, ask, self);
  live_poll_tick (GTK_WIDGET (self), count_down, self);
  return GTK_WIDGET (self);
}
