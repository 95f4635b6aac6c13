/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/live/plot-legend.h"

#include "gui/widgets/plot-colors.h"

#define SAMPLE_WIDTH 22
#define SAMPLE_HEIGHT 12

/* One button; it belongs to its check button. */
typedef struct
{
  char *name; /* (owned) */
  guint hue;
  PlotKind kind;
  GtkWidget *button;
  GtkLabel *total;
  PlotLegendToggled toggled;
  gpointer user_data;
} Item;

static void
item_free (gpointer data)
{
  Item *item = data;

  g_free (item->name);
  g_free (item);
}

static gboolean
on_draw (GtkWidget *widget, cairo_t *cr, Item *item)
{
  PlotColors colors = plot_colors_of (widget);
  int height = gtk_widget_get_allocated_height (widget);
  GdkRectangle box = { 0, (height - SAMPLE_HEIGHT) / 2, SAMPLE_WIDTH, SAMPLE_HEIGHT };

  plot_colors_draw_sample (cr, &colors, item->hue, item->kind == PLOT_LINES, &box);
  return GDK_EVENT_STOP;
}

static void
on_toggled (Item *item)
{
  item->toggled (item->user_data);
}

static Item *
item_of (GtkFlowBoxChild *child)
{
  GtkWidget *button = gtk_bin_get_child (GTK_BIN (child));

  return g_object_get_data (G_OBJECT (button), "legend-item");
}

static void
set_total (Item *item, guint64 total)
{
  g_autofree char *number = g_strdup_printf ("%'" G_GUINT64_FORMAT, total);
  g_autofree char *spoken = g_strdup_printf ("%s %s", item->name, number);

  if (g_strcmp0 (gtk_label_get_text (item->total), number) == 0)
    return;
  gtk_label_set_text (item->total, number);
  atk_object_set_name (gtk_widget_get_accessible (item->button), spoken);
}

static Item *
add_item (GtkFlowBox *box, const PlotSeries *series, PlotKind kind)
{
  Item *item = g_new0 (Item, 1);
  GtkWidget *content = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *sample = gtk_drawing_area_new ();
  GtkWidget *total = gtk_label_new (NULL);

  item->name = g_strdup (series->name);
  item->hue = series->hue;
  item->kind = kind;
  item->button = gtk_check_button_new ();
  item->total = GTK_LABEL (total);
  g_object_set_data_full (G_OBJECT (item->button), "legend-item", item, item_free);
  gtk_widget_set_size_request (sample, SAMPLE_WIDTH, SAMPLE_HEIGHT);
  g_signal_connect (sample, "draw", G_CALLBACK (on_draw), item);
  gtk_style_context_add_class (gtk_widget_get_style_context (total), GTK_STYLE_CLASS_DIM_LABEL);
  gtk_container_add (GTK_CONTAINER (content), sample);
  gtk_container_add (GTK_CONTAINER (content), gtk_label_new (series->name));
  gtk_container_add (GTK_CONTAINER (content), total);
  gtk_container_add (GTK_CONTAINER (item->button), content);
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (item->button), TRUE);
  gtk_flow_box_insert (box, item->button, -1);
  gtk_widget_set_can_focus (gtk_widget_get_parent (item->button), FALSE);
  gtk_widget_show_all (gtk_widget_get_parent (item->button));
  return item;
}

static gboolean
has_same_names (GtkFlowBox *box, const PlotData *data)
{
  g_autoptr (GList) children = gtk_container_get_children (GTK_CONTAINER (box));
  guint i = 0;

  if (g_list_length (children) != data->series->len)
    return FALSE;
  for (const GList *child = children; child != NULL; child = child->next, i++)
    {
      const PlotSeries *series = g_ptr_array_index (data->series, i);
      if (!g_str_equal (item_of (child->data)->name, series->name))
        return FALSE;
    }
  return TRUE;
}

static void
make_anew (GtkFlowBox *box, const PlotData *data, PlotLegendToggled toggled, gpointer user_data)
{
  g_autoptr (GList) children = gtk_container_get_children (GTK_CONTAINER (box));

  g_list_foreach (children, (GFunc) (void (*) (void)) gtk_widget_destroy, NULL);
  for (guint i = 0; i < data->series->len; i++)
    {
      Item *item = add_item (box, g_ptr_array_index (data->series, i), data->kind);
      item->toggled = toggled;
      item->user_data = user_data;
      g_signal_connect_swapped (item->button, "toggled", G_CALLBACK (on_toggled), item);
    }
}

void
plot_legend_show (GtkFlowBox *box,
                  const PlotData *data,
                  PlotLegendToggled toggled,
                  gpointer user_data)
{
  if (!has_same_names (box, data))
    make_anew (box, data, toggled, user_data);
  for (guint i = 0; i < data->series->len; i++)
    set_total (item_of (gtk_flow_box_get_child_at_index (box, (int) i)),
               plot_data_total (data, g_ptr_array_index (data->series, i)));
}

void
plot_legend_apply (GtkFlowBox *box, PlotData *data)
{
  for (guint i = 0; i < data->series->len; i++)
    {
      PlotSeries *series = g_ptr_array_index (data->series, i);
      Item *item = item_of (gtk_flow_box_get_child_at_index (box, (int) i));
      series->is_shown = gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (item->button));
    }
}
