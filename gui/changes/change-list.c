/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/changes/change-list.h"

#include <glib/gi18n.h>

#include "gui/changes/change-words.h"
#include "gui/pages/setting-words.h"

#define MIN_HEIGHT 60
#define MAX_HEIGHT 320
#define MIN_WIDTH 460

typedef struct
{
  GtkWidget *box;
  ChangeListUndo undo; /* (nullable) */
  gpointer user_data;
} ChangeList;

static const char KEY[] = "change-list";

static void
on_undo (GtkWidget *button, GtkWidget *list)
{
  ChangeList *self = g_object_get_data (G_OBJECT (list), KEY);
  g_autofree char *name = g_strdup (g_object_get_data (G_OBJECT (button), "setting"));

  self->undo (name, self->user_data);
}

static GtkWidget *
new_label (const char *text)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_line_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_line_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_width_chars (GTK_LABEL (label), 35); /* a narrow one would ask for a high window */
  gtk_label_set_max_width_chars (GTK_LABEL (label), 50);
  gtk_label_set_selectable (GTK_LABEL (label), FALSE);
  gtk_widget_set_hexpand (label, TRUE);
  return label;
}

static GtkWidget *
new_undo_button (GtkWidget *list, const char *name, const char *words)
{
  GtkWidget *button = gtk_button_new_from_icon_name ("edit-undo-symbolic", GTK_ICON_SIZE_BUTTON);
  /* Translators: the change stands in the place of %s */
  g_autofree char *spoken = g_strdup_printf (_ ("Undo this change: %s"), words);

  gtk_button_set_relief (GTK_BUTTON (button), GTK_RELIEF_NONE);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, _ ("Undo this change"));
  atk_object_set_name (gtk_widget_get_accessible (button), spoken);
  g_object_set_data_full (G_OBJECT (button), "setting", g_strdup (name), g_free);
  g_signal_connect (button, "clicked", G_CALLBACK (on_undo), list);
  return button;
}

static void
add_place (ChangeList *self, const char *place, gboolean first)
{
  GtkWidget *label = new_label (place);

  gtk_style_context_add_class (gtk_widget_get_style_context (label), "dim-label");
  if (!first)
    gtk_widget_set_margin_top (label, 6);
  gtk_container_add (GTK_CONTAINER (self->box), label);
}

static void
add_line (ChangeList *self, GtkWidget *list, const char *name, const char *words)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  gtk_widget_set_margin_start (row, 12);
  gtk_container_add (GTK_CONTAINER (row), new_label (words));
  if (self->undo != NULL)
    gtk_container_add (GTK_CONTAINER (row), new_undo_button (list, name, words));
  gtk_container_add (GTK_CONTAINER (self->box), row);
}

GtkWidget *
change_list_new (const char *accessible_name, ChangeListUndo undo, gpointer user_data)
{
  GtkWidget *list = gtk_scrolled_window_new (NULL, NULL);
  ChangeList *self = g_new0 (ChangeList, 1);

  g_object_set_data_full (G_OBJECT (list), KEY, self, g_free);
  self->undo = undo;
  self->user_data = user_data;
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  g_object_set (self->box, "margin", 9, NULL);
  g_object_set (list, "hscrollbar-policy", GTK_POLICY_NEVER, "propagate-natural-height", TRUE,
                "min-content-height", MIN_HEIGHT, "max-content-height", MAX_HEIGHT,
                "min-content-width", MIN_WIDTH, "shadow-type", GTK_SHADOW_IN, NULL);
  atk_object_set_name (gtk_widget_get_accessible (list), accessible_name);
  gtk_container_add (GTK_CONTAINER (list), self->box);
  gtk_widget_show_all (list);
  return list;
}

static void
show_difference (
    ChangeList *self, GtkWidget *list, char **shown_place, const char *name, const char *words)
{
  g_autofree char *place = setting_words_place (name);

  if (place != NULL && g_strcmp0 (place, *shown_place) != 0)
    {
      add_place (self, place, *shown_place == NULL);
      g_free (*shown_place);
      *shown_place = g_steal_pointer (&place);
    }
  add_line (self, list, name, words);
}

void
change_list_show (GtkWidget *list, GVariant *differences)
{
  ChangeList *self = g_object_get_data (G_OBJECT (list), KEY);
  g_autofree char *shown_place = NULL;
  GVariant *before, *after;
  GVariantIter iter;
  const char *name;

  g_autoptr (GList) former = gtk_container_get_children (GTK_CONTAINER (self->box));
  for (GList *child = former; child != NULL; child = child->next)
    gtk_widget_destroy (child->data);
  g_variant_iter_init (&iter, differences);
  while (g_variant_iter_loop (&iter, "(&svv)", &name, &before, &after))
    {
      g_autofree char *words = change_words_line (name, before, after);

      show_difference (self, list, &shown_place, name, words);
    }
  if (g_variant_n_children (differences) == 0)
    gtk_container_add (GTK_CONTAINER (self->box), new_label (_ ("Nothing is different.")));
  gtk_widget_show_all (self->box);
}
