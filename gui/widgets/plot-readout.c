/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/widgets/plot-readout.h"

#include <math.h>

#define PADDING 8
#define SAMPLE 16 /* width of the sample in front of a name */
#define RADIUS 4

/* The box: a column of names, one of numbers, and a title above both. */
typedef struct
{
  const PlotLayout *layout;
  GtkWidget *widget;
  cairo_t *cr;
  guint step;
  int left, top;
  int names_width, numbers_width, title_width;
  guint n_rows;
} Readout;

static PangoLayout *
new_text (Readout *readout, const char *text, gboolean is_title, int *width)
{
  PangoLayout *layout = gtk_widget_create_pango_layout (readout->widget, text);
  int height;

  if (is_title)
    {
      PangoAttrList *bold = pango_attr_list_new ();
      pango_attr_list_insert (bold, pango_attr_weight_new (PANGO_WEIGHT_BOLD));
      pango_layout_set_attributes (layout, bold);
      pango_attr_list_unref (bold);
    }
  pango_layout_get_pixel_size (layout, width, &height);
  return layout;
}

static char *
number_of (const Readout *readout, const PlotSeries *series)
{
  return g_strdup_printf ("%'" G_GUINT64_FORMAT, series->values[readout->step]);
}

static void
measure (Readout *readout, const char *title)
{
  g_autoptr (PangoLayout) heading = new_text (readout, title, TRUE, &readout->title_width);

  for (guint i = 0; i < readout->layout->data->series->len; i++)
    {
      const PlotSeries *series = g_ptr_array_index (readout->layout->data->series, i);
      g_autofree char *number = number_of (readout, series);
      int name_width, number_width;
      g_autoptr (PangoLayout) name_text = new_text (readout, series->name, FALSE, &name_width);
      g_autoptr (PangoLayout) number_text = new_text (readout, number, FALSE, &number_width);
      if (!series->is_shown)
        continue;
      readout->names_width = MAX (readout->names_width, name_width);
      readout->numbers_width = MAX (readout->numbers_width, number_width);
      readout->n_rows++;
    }
}

static int
inner_width (const Readout *readout)
{
  return MAX (readout->title_width,
              SAMPLE + PADDING + readout->names_width + 2 * PADDING + readout->numbers_width);
}

static void
draw_box (const Readout *readout, int width, int height)
{
  const PlotColors *colors = &readout->layout->colors;
  double left = readout->left + 0.5, top = readout->top + 0.5;
  double right = left + width - 1, bottom = top + height - 1;
  cairo_t *cr = readout->cr;

  cairo_new_sub_path (cr);
  cairo_arc (cr, right - RADIUS, top + RADIUS, RADIUS, -G_PI / 2, 0);
  cairo_arc (cr, right - RADIUS, bottom - RADIUS, RADIUS, 0, G_PI / 2);
  cairo_arc (cr, left + RADIUS, bottom - RADIUS, RADIUS, G_PI / 2, G_PI);
  cairo_arc (cr, left + RADIUS, top + RADIUS, RADIUS, G_PI, 1.5 * G_PI);
  cairo_close_path (cr);
  gdk_cairo_set_source_rgba (cr, &colors->ground);
  cairo_fill_preserve (cr);
  gdk_cairo_set_source_rgba (cr, &colors->border);
  cairo_set_line_width (cr, 1);
  cairo_stroke (cr);
}

/* @start: from where the text begins; @from_end: it ends so far before the other side */
static void
show_text (
    const Readout *readout, PangoLayout *text, int width, int start, gboolean from_end, int y)
{
  int inner = inner_width (readout);
  gboolean at_right = readout->layout->is_mirrored != from_end;
  int x = readout->left + PADDING + (at_right ? inner - start - width : start);

  gdk_cairo_set_source_rgba (readout->cr, &readout->layout->colors.text);
  cairo_move_to (readout->cr, x, y);
  pango_cairo_show_layout (readout->cr, text);
}

static void
draw_row (Readout *readout, const PlotSeries *series, int y)
{
  const PlotLayout *layout = readout->layout;
  g_autofree char *number = number_of (readout, series);
  int name_width, number_width, inner = inner_width (readout);
  g_autoptr (PangoLayout) name_text = new_text (readout, series->name, FALSE, &name_width);
  g_autoptr (PangoLayout) number_text = new_text (readout, number, FALSE, &number_width);
  GdkRectangle sample = {
    readout->left + PADDING + (layout->is_mirrored ? inner - SAMPLE : 0),
    y + layout->line_height / 4,
    SAMPLE,
    layout->line_height / 2,
  };

  plot_colors_draw_sample (readout->cr, &layout->colors, series->hue,
                           layout->data->kind == PLOT_LINES, &sample);
  show_text (readout, name_text, name_width, SAMPLE + PADDING, FALSE, y);
  show_text (readout, number_text, number_width, 0, TRUE, y);
}

void
plot_readout_draw (const PlotLayout *layout, GtkWidget *widget, cairo_t *cr, guint step, double x)
{
  Readout readout = { .layout = layout, .widget = widget, .cr = cr, .step = step };
  g_autofree char *title = plot_data_step_words (layout->data, step);
  int title_width;

  measure (&readout, title);
  int width = inner_width (&readout) + 2 * PADDING;
  int height = (int) (readout.n_rows + 1) * layout->line_height + 2 * PADDING;
  gboolean fits_right = x + 2 * PADDING + width < layout->width;
  readout.left = (int) (fits_right ? x + 2 * PADDING : MAX (x - 2 * PADDING - width, 0));
  readout.top = layout->area.y;

  draw_box (&readout, width, height);
  g_autoptr (PangoLayout) heading = new_text (&readout, title, TRUE, &title_width);
  int y = readout.top + PADDING;
  show_text (&readout, heading, title_width, 0, FALSE, y);
  for (guint i = 0; i < layout->data->series->len; i++)
    {
      const PlotSeries *series = g_ptr_array_index (layout->data->series, i);
      if (series->is_shown)
        draw_row (&readout, series, y += layout->line_height);
    }
}
