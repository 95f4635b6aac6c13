/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/help/postern-help-window.h"

#include <glib/gi18n.h>
#include <string.h>

#include "gui/help/mallard-page.h"

struct _PosternHelpWindow
{
  GtkWindow parent_instance;

  GQueue former; /* (element-type const char *): interned ids of the pages before this one */
  const char *id;

  GtkHeaderBar *header_bar;
  GtkWidget *back_button;
  GtkWidget *contents_button;
  GtkBox *page_box;
  GtkAdjustment *position;
};

G_DEFINE_TYPE (PosternHelpWindow, postern_help_window, GTK_TYPE_WINDOW)

#define CONTENTS "index"

/* How each kind of paragraph stands on the page, in pixels. */
static const struct
{
  int above;
  int indent;
  const char *style; /* (nullable) */
} looks[] = {
  [MALLARD_TITLE] = { 18, 0, "help-title" }, [MALLARD_TEXT] = { 8, 0, NULL },
  [MALLARD_TERM] = { 12, 0, "help-term" },   [MALLARD_ITEM] = { 4, 18, NULL },
  [MALLARD_STEP] = { 6, 0, NULL },           [MALLARD_NOTE] = { 12, 0, "help-note" },
  [MALLARD_CODE] = { 8, 18, "monospace" },
};

static void show_page (PosternHelpWindow *self, const char *id);

/* --- pages --- */

static gboolean
on_link (PosternHelpWindow *self, const char *reference)
{
  if (strstr (reference, "://") != NULL || g_str_has_prefix (reference, "mailto:"))
    return GDK_EVENT_PROPAGATE;
  g_queue_push_head (&self->former, (gpointer) self->id);
  show_page (self, reference);
  return GDK_EVENT_STOP;
}

static void
add_text (PosternHelpWindow *self, MallardKind kind, const char *markup)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_markup (GTK_LABEL (label), markup);
  g_object_set (label, "xalign", 0.0, "wrap", TRUE, "margin-top", looks[kind].above, "margin-start",
                looks[kind].indent, "selectable", FALSE, "visible", TRUE, NULL);
  if (looks[kind].style != NULL)
    gtk_style_context_add_class (gtk_widget_get_style_context (label), looks[kind].style);
  g_signal_connect_object (label, "activate-link", G_CALLBACK (on_link), self, G_CONNECT_SWAPPED);
  gtk_container_add (GTK_CONTAINER (self->page_box), label);
}

static void
add_block (PosternHelpWindow *self, const MallardBlock *block)
{
  g_autofree char *numbered = NULL;

  if (block->kind == MALLARD_STEP)
    numbered = g_strdup_printf ("%u. %s", block->number, block->markup);
  add_text (self, block->kind, numbered != NULL ? numbered : block->markup);
}

static void
remove_label (GtkWidget *label, gpointer user_data)
{
  gtk_widget_destroy (label);
}

static void
show_page (PosternHelpWindow *self, const char *id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MallardPage) page = mallard_page_load (id, &error);

  self->id = g_intern_string (id);
  gtk_container_foreach (GTK_CONTAINER (self->page_box), remove_label, NULL);
  gtk_header_bar_set_title (self->header_bar, page != NULL ? page->title : _ ("Help"));
  if (page == NULL)
    {
      g_autofree char *words
          = g_markup_escape_text (g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOENT)
                                      ? _ ("The manual is not installed, or has no such page.")
                                      : error->message,
                                  -1);
      add_text (self, MALLARD_TEXT, words);
    }
  for (guint i = 0; page != NULL && i < page->blocks->len; i++)
    add_block (self, page->blocks->pdata[i]);
  gtk_adjustment_set_value (self->position, 0);
  gtk_widget_set_sensitive (self->back_button, !g_queue_is_empty (&self->former));
  gtk_widget_set_sensitive (self->contents_button, !g_str_equal (id, CONTENTS));
}

static void
go_back (PosternHelpWindow *self)
{
  const char *id = g_queue_pop_head (&self->former);

  if (id != NULL)
    show_page (self, id);
}

static void
go_to_contents (PosternHelpWindow *self)
{
  g_queue_push_head (&self->former, (gpointer) self->id);
  show_page (self, CONTENTS);
}

/* --- what others ask --- */

PosternHelpWindow *
postern_help_window_new (void)
{
  return g_object_new (POSTERN_TYPE_HELP_WINDOW, NULL);
}

/* The system's viewer, where there is one, knows our manual only when it is installed. */
static gboolean
show_in_viewer (const char *id, GtkWindow *parent)
{
  g_autoptr (GAppInfo) viewer = g_app_info_get_default_for_uri_scheme ("help");
  g_autofree char *uri = g_strconcat ("help:postern/", id, NULL);

  return viewer != NULL && g_getenv ("POSTERN_HELP_DIR") == NULL
         && gtk_show_uri_on_window (parent, uri, gtk_get_current_event_time (), NULL);
}

void
postern_help_window_show (PosternHelpWindow *self, const char *id, GtkWindow *parent)
{
  if (show_in_viewer (id, parent))
    return;
  g_queue_clear (&self->former);
  show_page (self, id);
  gtk_window_set_transient_for (GTK_WINDOW (self), parent);
  gtk_window_present (GTK_WINDOW (self));
}

/* --- the object --- */

static gboolean
on_key_press (PosternHelpWindow *self, GdkEventKey *event)
{
  if (event->keyval == GDK_KEY_Escape)
    gtk_widget_hide (GTK_WIDGET (self));
  else if (event->keyval == GDK_KEY_BackSpace
           || ((event->state & GDK_MOD1_MASK) != 0 && event->keyval == GDK_KEY_Left))
    go_back (self);
  else
    return GDK_EVENT_PROPAGATE;
  return GDK_EVENT_STOP;
}

static void
postern_help_window_finalize (GObject *object)
{
  g_queue_clear (&POSTERN_HELP_WINDOW (object)->former);
  G_OBJECT_CLASS (postern_help_window_parent_class)->finalize (object);
}

static void
postern_help_window_class_init (PosternHelpWindowClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->finalize = postern_help_window_finalize;
  gtk_widget_class_set_template_from_resource (
      widget_class, "/org/postern/ServerProperties/help/postern-help-window.ui");
  gtk_widget_class_bind_template_child (widget_class, PosternHelpWindow, header_bar);
  gtk_widget_class_bind_template_child (widget_class, PosternHelpWindow, back_button);
  gtk_widget_class_bind_template_child (widget_class, PosternHelpWindow, contents_button);
  gtk_widget_class_bind_template_child (widget_class, PosternHelpWindow, page_box);
  gtk_widget_class_bind_template_child (widget_class, PosternHelpWindow, position);
  gtk_widget_class_bind_template_callback (widget_class, on_key_press);
  gtk_widget_class_bind_template_callback (widget_class, go_back);
  gtk_widget_class_bind_template_callback (widget_class, go_to_contents);
  gtk_widget_class_bind_template_callback (widget_class, gtk_widget_hide_on_delete);
}

static void
postern_help_window_init (PosternHelpWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
