/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/widgets/plot-painting.h"

#include <glib/gi18n.h>
#include <math.h>

#include "gui/widgets/plot-readout.h"
#include "gui/widgets/plot-scale.h"

#define GAP 6    /* between an axis and its labels */
#define LINE 2.0 /* width of a series' line */
#define DAY_S (24 * 60 * 60)

static PangoLayout *
new_text (GtkWidget *widget, const char *text, int *width, int *height)
{
  PangoLayout *layout = gtk_widget_create_pango_layout (widget, text);

  pango_layout_get_pixel_size (layout, width, height);
  return layout;
}

static char *
number_text (guint64 number)
{
  return g_strdup_printf ("%'" G_GUINT64_FORMAT, number);
}

/* --- Layout --- */

PlotLayout
plot_layout_of (GtkWidget *widget, const PlotData *data)
{
  PlotLayout layout = {
    .data = data,
    .colors = plot_colors_of (widget),
    .is_mirrored = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL,
    .width = gtk_widget_get_allocated_width (widget),
    .height = gtk_widget_get_allocated_height (widget),
  };
  int digit_width, label_width;
  g_autoptr (PangoLayout) digit = new_text (widget, "0", &digit_width, &layout.line_height);
  int room = MAX (layout.height - 2 * layout.line_height, 1);

  layout.tick = plot_scale_values (
      plot_data_most (data), (guint) CLAMP (room / (3 * layout.line_height), 2, 6), &layout.top);
  g_autofree char *longest = number_text (layout.top);
  g_autoptr (PangoLayout) label = new_text (widget, longest, &label_width, &layout.line_height);
  int axis = label_width + 2 * GAP, other = layout.line_height;
  layout.area = (GdkRectangle){
    .x = layout.is_mirrored ? other : axis,
    .y = layout.line_height,
    .width = MAX (layout.width - axis - other, 1),
    .height = MAX (layout.height - 2 * layout.line_height - 2 * GAP, 1),
  };
  return layout;
}

static double
x_of (const PlotLayout *layout, double steps)
{
  double along = steps * layout->area.width / layout->data->n_steps;

  return layout->is_mirrored ? layout->area.x + layout->area.width - along : layout->area.x + along;
}

static double
y_of (const PlotLayout *layout, double value)
{
  return layout->area.y + layout->area.height * (1 - value / (double) layout->top);
}

guint
plot_layout_step_at (const PlotLayout *layout, double x)
{
  double along = layout->is_mirrored ? layout->area.x + layout->area.width - x : x - layout->area.x;
  double steps = floor (along * layout->data->n_steps / layout->area.width);

  return (guint) CLAMP (steps, 0, layout->data->n_steps - 1);
}

/* --- Axes --- */

/* In the middle of a pixel, so that a line is one pixel wide. */
static double
crisp (double place)
{
  return floor (place) + 0.5;
}

static void
draw_values (const PlotLayout *layout, GtkWidget *widget, cairo_t *cr)
{
  const GdkRectangle *area = &layout->area;

  for (guint64 value = 0; value <= layout->top; value += layout->tick)
    {
      g_autofree char *text = number_text (value);
      int width, height;
      g_autoptr (PangoLayout) label = new_text (widget, text, &width, &height);
      double y = y_of (layout, (double) value);

      gdk_cairo_set_source_rgba (cr, value == 0 ? &layout->colors.border : &layout->colors.grid);
      cairo_move_to (cr, area->x, crisp (y));
      cairo_rel_line_to (cr, area->width, 0);
      cairo_stroke (cr);
      gdk_cairo_set_source_rgba (cr, &layout->colors.text);
      cairo_move_to (cr, layout->is_mirrored ? area->x + area->width + GAP : area->x - GAP - width,
                     y - height / 2.0);
      pango_cairo_show_layout (cr, label);
    }
}

/* Days begin with their name; the times between have theirs. */
static char *
tick_text (gint64 time_s, guint step_s, gint64 span_s)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (time_s);
  gboolean is_midnight = g_date_time_get_hour (time) == 0 && g_date_time_get_minute (time) == 0;

  if (step_s >= DAY_S || (is_midnight && span_s >= DAY_S))
    /* Translators: day of the week and day of the month, as for strftime(). */
    /* xgettext:no-c-format */
    return g_date_time_format (time, _ ("%a %-d"));
  return g_date_time_format (time, "%H:%M");
}

static void
draw_time (const PlotLayout *layout, GtkWidget *widget, cairo_t *cr, gint64 time_s, guint step_s)
{
  const PlotData *data = layout->data;
  const GdkRectangle *area = &layout->area;
  gint64 span_s = (gint64) data->n_steps * data->step_s;
  g_autofree char *text = tick_text (time_s, step_s, span_s);
  int width, height;
  g_autoptr (PangoLayout) label = new_text (widget, text, &width, &height);
  double x = x_of (layout, (double) (time_s - data->start_s) / data->step_s);
  double left = CLAMP (x - width / 2.0, 0, MAX (layout->width - width, 0));

  gdk_cairo_set_source_rgba (cr, &layout->colors.border);
  cairo_move_to (cr, crisp (x), area->y + area->height);
  cairo_rel_line_to (cr, 0, GAP - 1);
  cairo_stroke (cr);
  gdk_cairo_set_source_rgba (cr, &layout->colors.text);
  cairo_move_to (cr, left, area->y + area->height + GAP);
  pango_cairo_show_layout (cr, label);
}

static void
draw_times (const PlotLayout *layout, GtkWidget *widget, cairo_t *cr)
{
  const PlotData *data = layout->data;
  gint64 span_s = (gint64) data->n_steps * data->step_s;
  int width, height;
  g_autoptr (PangoLayout) longest = new_text (widget, "00:00", &width, &height);
  guint step_s = plot_scale_time_step (span_s, (guint) MAX (layout->area.width / (2 * width), 1));

  for (gint64 time_s = plot_scale_first_time (data->start_s, step_s);
       time_s <= data->start_s + span_s; time_s += step_s)
    draw_time (layout, widget, cr, time_s, step_s);
}

/* --- Series --- */

static void
trace (const PlotLayout *layout, cairo_t *cr, const PlotSeries *series)
{
  for (guint step = 0; step < layout->data->n_steps; step++)
    cairo_line_to (cr, x_of (layout, step + 0.5), y_of (layout, (double) series->values[step]));
}

static void
draw_line (const PlotLayout *layout, cairo_t *cr, const PlotSeries *series)
{
  GdkRGBA color = plot_colors_hue (&layout->colors, series->hue);
  double ground = y_of (layout, 0);

  trace (layout, cr, series);
  cairo_line_to (cr, x_of (layout, layout->data->n_steps - 0.5), ground);
  cairo_line_to (cr, x_of (layout, 0.5), ground);
  cairo_close_path (cr);
  cairo_set_source_rgba (cr, color.red, color.green, color.blue, 0.08);
  cairo_fill (cr);

  trace (layout, cr, series);
  gdk_cairo_set_source_rgba (cr, &color);
  plot_colors_set_dashes (cr, series->hue);
  cairo_set_line_width (cr, LINE);
  cairo_stroke (cr);
}

static void
draw_lines (const PlotLayout *layout, cairo_t *cr)
{
  const GPtrArray *all = layout->data->series;

  cairo_save (cr);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  for (guint i = all->len; i > 0; i--)
    {
      const PlotSeries *series = g_ptr_array_index (all, i - 1);
      if (series->is_shown)
        draw_line (layout, cr, series);
    }
  cairo_restore (cr);
}

/* Edges on whole pixels, and a pixel between two bars where there is room. */
static void
draw_bar (const PlotLayout *layout, cairo_t *cr, guint step)
{
  double one = x_of (layout, step), other = x_of (layout, step + 1);
  double left = round (MIN (one, other)), right = round (MAX (one, other));
  guint64 below = 0;

  if (right - left > 3)
    right -= 1;
  for (guint i = 0; i < layout->data->series->len; i++)
    {
      const PlotSeries *series = g_ptr_array_index (layout->data->series, i);
      GdkRGBA color = plot_colors_hue (&layout->colors, series->hue);
      if (!series->is_shown || series->values[step] == 0)
        continue;
      double bottom = round (y_of (layout, (double) below));
      below += series->values[step];
      double top = round (y_of (layout, (double) below));
      gdk_cairo_set_source_rgba (cr, &color);
      cairo_rectangle (cr, left, top, MAX (right - left, 1), MAX (bottom - top, 1));
      cairo_fill (cr);
    }
}

static void
draw_nothing (const PlotLayout *layout, GtkWidget *widget, cairo_t *cr)
{
  const GdkRectangle *area = &layout->area;
  int width, height;
  g_autoptr (PangoLayout) text
      = new_text (widget, _ ("Nothing happened in this time."), &width, &height);

  gdk_cairo_set_source_rgba (cr, &layout->colors.text);
  cairo_move_to (cr, area->x + (area->width - width) / 2.0,
                 area->y + (area->height - height) / 2.0);
  pango_cairo_show_layout (cr, text);
}

void
plot_painting_draw (const PlotLayout *layout, GtkWidget *widget, cairo_t *cr)
{
  gdk_cairo_set_source_rgba (cr, &layout->colors.ground);
  cairo_paint (cr);
  cairo_set_line_width (cr, 1);
  draw_values (layout, widget, cr);
  draw_times (layout, widget, cr);
  if (plot_data_most (layout->data) == 0)
    draw_nothing (layout, widget, cr);
  else if (layout->data->kind == PLOT_LINES)
    draw_lines (layout, cr);
  else
    for (guint step = 0; step < layout->data->n_steps; step++)
      draw_bar (layout, cr, step);
}

/* --- One step --- */

void
plot_painting_draw_step (const PlotLayout *layout, GtkWidget *widget, cairo_t *cr, guint step)
{
  const GdkRectangle *area = &layout->area;
  double x = x_of (layout, step + 0.5);

  gdk_cairo_set_source_rgba (cr, &layout->colors.text);
  cairo_set_line_width (cr, 1);
  cairo_move_to (cr, crisp (x), area->y);
  cairo_rel_line_to (cr, 0, area->height);
  cairo_stroke (cr);
  for (guint i = 0; layout->data->kind == PLOT_LINES && i < layout->data->series->len; i++)
    {
      const PlotSeries *series = g_ptr_array_index (layout->data->series, i);
      GdkRGBA color = plot_colors_hue (&layout->colors, series->hue);
      if (!series->is_shown)
        continue;
      gdk_cairo_set_source_rgba (cr, &color);
      cairo_arc (cr, x, y_of (layout, (double) series->values[step]), 2 * LINE, 0, 2 * G_PI);
      cairo_fill (cr);
    }
  plot_readout_draw (layout, widget, cr, step, x);
}
