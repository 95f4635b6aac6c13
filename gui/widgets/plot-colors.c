/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/widgets/plot-colors.h"

#include "gui/widgets/plot-data.h"

static const struct
{
  double red, green, blue;
  double dashes[4];
  int n_dashes;
} hues[PLOT_HUES] = {
  { 0.00, 0.45, 0.70, { 0 }, 0 },    { 0.90, 0.60, 0.00, { 8, 3 }, 2 },
  { 0.00, 0.62, 0.45, { 2, 2 }, 2 }, { 0.84, 0.37, 0.00, { 9, 3, 2, 3 }, 4 },
  { 0.80, 0.47, 0.65, { 5, 2 }, 2 }, { 0.34, 0.71, 0.91, { 12, 3 }, 2 },
  { 0.55, 0.55, 0.55, { 1, 3 }, 2 }, { 0.45, 0.30, 0.15, { 4, 4 }, 2 },
};

static GdkRGBA
mix (const GdkRGBA *one, const GdkRGBA *other, double share)
{
  return (GdkRGBA){
    one->red + (other->red - one->red) * share,
    one->green + (other->green - one->green) * share,
    one->blue + (other->blue - one->blue) * share,
    1,
  };
}

static double
brightness (const GdkRGBA *color)
{
  return 0.3 * color->red + 0.59 * color->green + 0.11 * color->blue;
}

PlotColors
plot_colors_of (GtkWidget *widget)
{
  GtkStyleContext *style = gtk_widget_get_style_context (widget);
  PlotColors colors;

  if (!gtk_style_context_lookup_color (style, "theme_text_color", &colors.text))
    gtk_style_context_get_color (style, gtk_widget_get_state_flags (widget), &colors.text);
  if (!gtk_style_context_lookup_color (style, "theme_base_color", &colors.ground))
    colors.ground
        = brightness (&colors.text) > 0.5 ? (GdkRGBA){ 0.1, 0.1, 0.1, 1 } : (GdkRGBA){ 1, 1, 1, 1 };
  colors.grid = mix (&colors.ground, &colors.text, 0.12);
  colors.border = mix (&colors.ground, &colors.text, 0.35);
  return colors;
}

GdkRGBA
plot_colors_hue (const PlotColors *colors, guint hue)
{
  GdkRGBA pure = { hues[hue].red, hues[hue].green, hues[hue].blue, 1 };
  double distance = ABS (brightness (&pure) - brightness (&colors->ground));

  /* What is near to the ground goes towards the text. */
  return mix (&pure, &colors->text, distance < 0.3 ? 0.3 : 0.08);
}

void
plot_colors_set_dashes (cairo_t *cr, guint hue)
{
  cairo_set_dash (cr, hues[hue].dashes, hues[hue].n_dashes, 0);
}

void
plot_colors_draw_sample (
    cairo_t *cr, const PlotColors *colors, guint hue, gboolean is_line, const GdkRectangle *box)
{
  GdkRGBA color = plot_colors_hue (colors, hue);
  double side = MIN (box->width, box->height);

  gdk_cairo_set_source_rgba (cr, &color);
  if (!is_line)
    {
      cairo_rectangle (cr, box->x + (box->width - side) / 2, box->y + (box->height - side) / 2,
                       side, side);
      cairo_fill (cr);
      return;
    }
  cairo_save (cr);
  plot_colors_set_dashes (cr, hue);
  cairo_set_line_width (cr, 3);
  cairo_move_to (cr, box->x, box->y + box->height / 2.0);
  cairo_rel_line_to (cr, box->width, 0);
  cairo_stroke (cr);
  cairo_restore (cr);
}
