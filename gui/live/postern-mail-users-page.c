/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/live/postern-mail-users-page.h"

#include <glib/gi18n.h>
#include <string.h>

#include "gui/live/live-poll.h"
#include "gui/live/mail-user-row.h"
#include "gui/live/postern-user-dialog.h"

/* Whoever edits the file by hand is seen, too. */
#define ASK_INTERVAL_S 5
#define SETTING_ALIASES "general.aliases"
#define SETTING_SYSTEM_USERS "general.system-users"

struct _PosternMailUsersPage
{
  GtkBox parent_instance;
  PosternClient *client;       /* (owned) */
  GCancellable *cancellable;   /* (owned) */
  GSimpleActionGroup *actions; /* (owned) */
  PosternRowStore *store;      /* (owned) */
  PosternRowView *view;
  GVariant *users;   /* (owned) (nullable): what is shown */
  char *needle;      /* (owned) (nullable) folded: what is filtered by */
  char *added;       /* (owned) (nullable): to be selected once it is in the list */
  GPtrArray *doomed; /* (owned) (nullable) (element-type utf8): still to be removed */
  guint removed;
  gboolean is_asking;

  GtkInfoBar *problem_bar;
  GtkLabel *problem_label;
  GtkLabel *count_label;
  GtkSearchEntry *search_entry;
  GtkBox *list_box;
  GtkWidget *system_label;
  GMenuModel *menu;
};

enum
{
  TOLD,
  SHOW_SETTING,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_TYPE (PosternMailUsersPage, postern_mail_users_page, GTK_TYPE_BOX)

static void
tell (PosternMailUsersPage *self, const char *words)
{
  g_signal_emit (self, signals[TOLD], 0, words);
}

static void
show_problem (PosternMailUsersPage *self, const GError *error)
{
  g_autofree char *words = error != NULL ? client_error_to_words (error) : NULL;

  if (words != NULL)
    gtk_label_set_text (self->problem_label, words);
  gtk_info_bar_set_revealed (self->problem_bar, words != NULL);
}

static void
update_actions (PosternMailUsersPage *self)
{
  static const struct
  {
    const char *name;
    guint selected_min, selected_max;
  } needs[]
      = { { "password", 1, 1 }, { "apop", 1, 1 }, { "size", 1, 1 }, { "remove", 1, G_MAXUINT } };
  guint selected = postern_row_view_count_selected (self->view);

  for (gsize i = 0; i < G_N_ELEMENTS (needs); i++)
    g_simple_action_set_enabled (
        G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self->actions), needs[i].name)),
        selected >= needs[i].selected_min && selected <= needs[i].selected_max);
}

/* --- The list --- */

static void
show_count (PosternMailUsersPage *self)
{
  guint count = postern_row_store_count (self->store);
  g_autofree char *words = g_strdup_printf (ngettext ("%u user", "%u users", count), count);

  gtk_label_set_text (self->count_label, words);
  postern_row_view_set_empty_words (
      self->view, self->users == NULL ? ""
                  : count > 0         ? _ ("No user and no alias has that in it.")
                              : _ ("There is no mail user yet. “Add…” makes the first."));
  update_actions (self);
}

static void
show_users (PosternMailUsersPage *self)
{
  g_autoptr (GVariant) system = postern_client_get_value (self->client, SETTING_SYSTEM_USERS);

  gtk_widget_set_visible (self->system_label, system != NULL && g_variant_get_boolean (system));
  if (self->users == NULL)
    return;
  postern_row_store_replace (self->store,
                             mail_user_row_make_all (self->store, self->users, self->client));
  show_count (self);
  if (self->added != NULL && postern_row_view_select (self->view, self->added))
    g_clear_pointer (&self->added, g_free);
}

static void
on_listed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = postern_client_call_finish (POSTERN_CLIENT (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  PosternMailUsersPage *self = data;
  self->is_asking = FALSE;
  if (reply != NULL && !g_variant_is_of_type (reply, G_VARIANT_TYPE ("(aa{sv})")))
    g_set_error_literal (&error, CLIENT_ERROR, CLIENT_ERROR_FAILED,
                         _ ("The server does not understand this program."));
  show_problem (self, error);
  if (error != NULL)
    return;
  g_autoptr (GVariant) users = g_variant_get_child_value (reply, 0);
  if (self->users != NULL && g_variant_equal (users, self->users))
    return;
  g_clear_pointer (&self->users, g_variant_unref);
  self->users = g_steal_pointer (&users);
  show_users (self);
}

static void
ask (gpointer data)
{
  PosternMailUsersPage *self = data;

  if (self->is_asking)
    return;
  self->is_asking = TRUE;
  postern_client_call (self->client, POSTERN_PEER_AUTHORITY, "MailUsers1.List",
                       g_variant_new ("()"), FALSE, self->cancellable, on_listed, self);
}

static gboolean
is_wanted (const PosternRow *row, gpointer data)
{
  PosternMailUsersPage *self = data;

  return self->needle == NULL
         || strstr (postern_row_get_text (row, MAIL_USER_ROW_FOLDED), self->needle) != NULL;
}

static void
on_search_changed (PosternMailUsersPage *self)
{
  const char *text = gtk_entry_get_text (GTK_ENTRY (self->search_entry));

  g_free (self->needle);
  self->needle = *text != '\0' ? g_utf8_casefold (text, -1) : NULL;
  postern_row_store_refilter (self->store);
  update_actions (self);
}

/* --- Deeds with a dialog --- */

static void
on_done (PosternMailUsersPage *self, const char *user, const char *words)
{
  g_free (self->added);
  self->added = g_ascii_strdown (user, -1);
  tell (self, words);
  ask (self);
}

static void
open_dialog (PosternMailUsersPage *self, PosternUserDeed deed)
{
  g_autoptr (GPtrArray) selected = postern_row_view_get_selected (self->view);
  const PosternRow *row = selected->len == 1 ? g_ptr_array_index (selected, 0) : NULL;
  PosternUserFacts facts = { .name = "", .size_mib = MAIL_USER_SIZE_DEFAULT };

  if (deed != POSTERN_USER_DEED_ADD && row == NULL)
    return;
  if (deed != POSTERN_USER_DEED_ADD)
    facts = (PosternUserFacts){ postern_row_get_text (row, MAIL_USER_ROW_NAME),
                                postern_row_get_number (row, MAIL_USER_ROW_APOP) != 0,
                                postern_row_get_number (row, MAIL_USER_ROW_SIZE) };
  GtkWidget *dialog = postern_user_dialog_new (
      GTK_WINDOW (gtk_widget_get_toplevel (GTK_WIDGET (self))), self->client, deed, &facts);
  g_signal_connect_object (dialog, "done", G_CALLBACK (on_done), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
add (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  open_dialog (data, POSTERN_USER_DEED_ADD);
}

static void
password (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  open_dialog (data, POSTERN_USER_DEED_PASSWORD);
}

static void
apop (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  open_dialog (data, POSTERN_USER_DEED_APOP);
}

static void
size (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  open_dialog (data, POSTERN_USER_DEED_SIZE);
}

static void
aliases (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  g_signal_emit (data, signals[SHOW_SETTING], 0, SETTING_ALIASES);
}

/* --- Remove --- */

static void remove_next (PosternMailUsersPage *self);

static void
on_removed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = postern_client_call_finish (POSTERN_CLIENT (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  PosternMailUsersPage *self = data;
  if (reply == NULL)
    {
      /* Who may not remove one is not asked about the others. */
      g_autofree char *words = client_error_to_words (error);
      g_clear_pointer (&self->doomed, g_ptr_array_unref);
      tell (self, words);
      ask (self);
      return;
    }
  self->removed++;
  remove_next (self);
}

static void
remove_next (PosternMailUsersPage *self)
{
  if (self->doomed->len == 0)
    {
      g_autofree char *words = g_strdup_printf (
          ngettext ("%u user was removed; the mailbox stays.",
                    "%u users were removed; their mailboxes stay.", self->removed),
          self->removed);
      g_clear_pointer (&self->doomed, g_ptr_array_unref);
      tell (self, words);
      ask (self);
      return;
    }
  g_autofree char *name = g_ptr_array_steal_index (self->doomed, self->doomed->len - 1);
  postern_client_call (self->client, POSTERN_PEER_AUTHORITY, "MailUsers1.Remove",
                       g_variant_new ("(s)", name), TRUE, self->cancellable, on_removed, self);
}

static void
on_remove_answered (GtkDialog *dialog, int response, PosternMailUsersPage *self)
{
  GPtrArray *names = g_object_get_data (G_OBJECT (dialog), "names");

  if (response == GTK_RESPONSE_ACCEPT && self->doomed == NULL)
    {
      self->doomed = g_ptr_array_ref (names);
      self->removed = 0;
      remove_next (self);
    }
  gtk_widget_destroy (GTK_WIDGET (dialog));
}

/* What is lost, and what stays. */
static char *
removal_words (const GPtrArray *rows)
{
  const char *lost = ngettext ("The user can no longer log on, and gets no more mail. The mailbox, "
                               "and the mail in it, stay.",
                               "These users can no longer log on, and get no more mail. Their "
                               "mailboxes, and the mail in them, stay.",
                               rows->len);
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; i < rows->len; i++)
    {
      const char *own = postern_row_get_text (g_ptr_array_index (rows, i), MAIL_USER_ROW_ALIASES);
      if (*own != '\0')
        g_string_append_printf (names, "%s%s", names->len > 0 ? ", " : "", own);
    }
  if (names->len == 0)
    return g_strdup (lost);
  g_autofree char *stay = g_strdup_printf (_ ("Aliases that lead there stay: %s."), names->str);
  return g_strconcat (lost, "\n\n", stay, NULL);
}

static void
remove_selected (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  PosternMailUsersPage *self = data;
  g_autoptr (GPtrArray) rows = postern_row_view_get_selected (self->view);
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < rows->len; i++)
    g_ptr_array_add (names, g_strdup (postern_row_get_text (g_ptr_array_index (rows, i), 0)));
  g_autofree char *question
      = names->len == 1
            ? g_strdup_printf (_ ("Remove the mail user “%s”?"), (char *) names->pdata[0])
            : g_strdup_printf (
                ngettext ("Remove %u mail user?", "Remove %u mail users?", names->len), names->len);
  g_autofree char *words = removal_words (rows);
  GtkWidget *dialog
      = gtk_message_dialog_new (GTK_WINDOW (gtk_widget_get_toplevel (GTK_WIDGET (self))),
                                GTK_DIALOG_MODAL | GTK_DIALOG_DESTROY_WITH_PARENT,
                                GTK_MESSAGE_WARNING, GTK_BUTTONS_NONE, "%s", question);

  gtk_message_dialog_format_secondary_text (GTK_MESSAGE_DIALOG (dialog), "%s", words);
  gtk_dialog_add_buttons (GTK_DIALOG (dialog), _ ("_Cancel"), GTK_RESPONSE_CANCEL, _ ("_Remove"),
                          GTK_RESPONSE_ACCEPT, NULL);
  gtk_dialog_set_default_response (GTK_DIALOG (dialog), GTK_RESPONSE_CANCEL);
  gtk_style_context_add_class (gtk_widget_get_style_context (gtk_dialog_get_widget_for_response (
                                   GTK_DIALOG (dialog), GTK_RESPONSE_ACCEPT)),
                               GTK_STYLE_CLASS_DESTRUCTIVE_ACTION);
  g_object_set_data_full (G_OBJECT (dialog), "names", names, (GDestroyNotify) g_ptr_array_unref);
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_remove_answered), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* --- The page --- */

static gboolean
on_key_press (PosternMailUsersPage *self, GdkEventKey *event)
{
  GtkWidget *focus
      = gtk_window_get_focus (GTK_WINDOW (gtk_widget_get_toplevel (GTK_WIDGET (self))));
  const char *deed = NULL;

  if (focus == NULL || !gtk_widget_is_ancestor (focus, GTK_WIDGET (self->list_box)))
    return GDK_EVENT_PROPAGATE;
  if (event->keyval == GDK_KEY_Insert || event->keyval == GDK_KEY_KP_Insert)
    deed = "add";
  else if (event->keyval == GDK_KEY_Delete || event->keyval == GDK_KEY_KP_Delete)
    deed = "remove";
  if (deed == NULL)
    return gtk_search_entry_handle_event (self->search_entry, (GdkEvent *) event);
  g_action_group_activate_action (G_ACTION_GROUP (self->actions), deed, NULL);
  return GDK_EVENT_STOP;
}

static void
on_activated (PosternMailUsersPage *self)
{
  g_action_group_activate_action (G_ACTION_GROUP (self->actions), "password", NULL);
}

static void
add_list (PosternMailUsersPage *self)
{
  PosternRowViewPlan plan = { .name = _ ("Mail users"),
                              .tip = mail_user_row_tip,
                              .columns = mail_user_row_columns,
                              .n_columns = MAIL_USER_ROW_N_COLUMNS };

  self->store = postern_row_store_new (&mail_user_row_shape);
  plan.store = g_object_ref (self->store);
  plan.menu = g_object_ref (self->menu);
  self->view = POSTERN_ROW_VIEW (postern_row_view_new (&plan));
  postern_row_view_sort (self->view, MAIL_USER_ROW_NAME, GTK_SORT_ASCENDING);
  postern_row_store_set_filter (self->store, is_wanted, self);
  gtk_box_pack_start (self->list_box, GTK_WIDGET (self->view), TRUE, TRUE, 0);
  g_signal_connect_swapped (self->view, "selection-changed", G_CALLBACK (update_actions), self);
  g_signal_connect_swapped (self->view, "activated", G_CALLBACK (on_activated), self);
}

static void
add_actions (PosternMailUsersPage *self)
{
  static const GActionEntry entries[] = {
    { .name = "add", .activate = add },         { .name = "password", .activate = password },
    { .name = "apop", .activate = apop },       { .name = "size", .activate = size },
    { .name = "aliases", .activate = aliases }, { .name = "remove", .activate = remove_selected }
  };

  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries),
                                   self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "users", G_ACTION_GROUP (self->actions));
}

static void
postern_mail_users_page_dispose (GObject *object)
{
  PosternMailUsersPage *self = POSTERN_MAIL_USERS_PAGE (object);

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
  g_clear_pointer (&self->users, g_variant_unref);
  g_clear_pointer (&self->needle, g_free);
  g_clear_pointer (&self->added, g_free);
  g_clear_pointer (&self->doomed, g_ptr_array_unref);
  G_OBJECT_CLASS (postern_mail_users_page_parent_class)->dispose (object);
}

static void
postern_mail_users_page_class_init (PosternMailUsersPageClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = postern_mail_users_page_dispose;
  signals[TOLD] = g_signal_new ("told", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[SHOW_SETTING]
      = g_signal_new ("show-setting", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                      NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/org/postern/ServerProperties/live/postern-mail-users-page.ui");
  gtk_widget_class_bind_template_child (widget_class, PosternMailUsersPage, problem_bar);
  gtk_widget_class_bind_template_child (widget_class, PosternMailUsersPage, problem_label);
  gtk_widget_class_bind_template_child (widget_class, PosternMailUsersPage, count_label);
  gtk_widget_class_bind_template_child (widget_class, PosternMailUsersPage, search_entry);
  gtk_widget_class_bind_template_child (widget_class, PosternMailUsersPage, list_box);
  gtk_widget_class_bind_template_child (widget_class, PosternMailUsersPage, system_label);
  gtk_widget_class_bind_template_child (widget_class, PosternMailUsersPage, menu);
  gtk_widget_class_bind_template_callback (widget_class, on_search_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_key_press);
}

static void
postern_mail_users_page_init (PosternMailUsersPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->cancellable = g_cancellable_new ();
}

GtkWidget *
postern_mail_users_page_new (PosternClient *client)
{
  PosternMailUsersPage *self = g_object_new (POSTERN_TYPE_MAIL_USERS_PAGE, NULL);

  self->client = g_object_ref (client);
  add_actions (self);
  add_list (self);
  update_actions (self);
  g_signal_connect_object (client, "settings-changed", G_CALLBACK (show_users), self,
                           G_CONNECT_SWAPPED);
  live_poll_ask (GTK_WIDGET (self->list_box), self->client, ASK_INTERVAL_S, ask, self);
  return GTK_WIDGET (self);
}
