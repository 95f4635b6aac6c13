/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/widgets/postern-plot.h"

#include "gui/widgets/plot-painting.h"

#define NO_STEP (-1)
#define MIN_WIDTH 320
#define MIN_LINES 9 /* of text, in height */

struct _PosternPlot
{
  GtkDrawingArea parent_instance;
  PlotData *data; /* (owned) (nullable) */
  int step;       /* that is looked at, or NO_STEP */
};

G_DEFINE_TYPE (PosternPlot, postern_plot, GTK_TYPE_DRAWING_AREA)

static void
describe (PosternPlot *self)
{
  AtkObject *accessible = gtk_widget_get_accessible (GTK_WIDGET (self));
  g_autofree char *all = plot_data_words (self->data);
  g_autofree char *here
      = self->step != NO_STEP ? plot_data_words_at (self->data, (guint) self->step) : NULL;
  g_autofree char *both = here != NULL ? g_strconcat (here, ". ", all, NULL) : NULL;

  atk_object_set_description (accessible, both != NULL ? both : all);
}

static void
look_at (PosternPlot *self, int step)
{
  if (self->data == NULL || step == self->step)
    return;
  self->step = step == NO_STEP ? NO_STEP : CLAMP (step, 0, (int) self->data->n_steps - 1);
  describe (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
postern_plot_take (PosternPlot *self, PlotData *data)
{
  g_clear_pointer (&self->data, plot_data_free);
  self->data = data;
  if (self->step >= (int) data->n_steps)
    self->step = NO_STEP;
  describe (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

const PlotData *
postern_plot_get_data (PosternPlot *self)
{
  return self->data;
}

/* --- Widget --- */

static gboolean
postern_plot_draw (GtkWidget *widget, cairo_t *cr)
{
  PosternPlot *self = POSTERN_PLOT (widget);

  if (self->data == NULL)
    return GDK_EVENT_PROPAGATE;
  PlotLayout layout = plot_layout_of (widget, self->data);
  plot_painting_draw (&layout, widget, cr);
  if (self->step != NO_STEP)
    plot_painting_draw_step (&layout, widget, cr, (guint) self->step);
  if (gtk_widget_has_visible_focus (widget))
    gtk_render_focus (gtk_widget_get_style_context (widget), cr, 1, 1, layout.width - 2,
                      layout.height - 2);
  return GDK_EVENT_PROPAGATE;
}

static gboolean
postern_plot_motion (GtkWidget *widget, GdkEventMotion *event)
{
  PosternPlot *self = POSTERN_PLOT (widget);

  if (self->data == NULL)
    return GDK_EVENT_PROPAGATE;
  PlotLayout layout = plot_layout_of (widget, self->data);
  look_at (self, (int) plot_layout_step_at (&layout, event->x));
  return GDK_EVENT_PROPAGATE;
}

static gboolean
postern_plot_leave (GtkWidget *widget, GdkEventCrossing *event)
{
  look_at (POSTERN_PLOT (widget), NO_STEP);
  return GDK_EVENT_PROPAGATE;
}

static gboolean
postern_plot_press (GtkWidget *widget, GdkEventButton *event)
{
  gtk_widget_grab_focus (widget);
  return GDK_EVENT_PROPAGATE;
}

static gboolean
postern_plot_focus_out (GtkWidget *widget, GdkEventFocus *event)
{
  look_at (POSTERN_PLOT (widget), NO_STEP);
  return GTK_WIDGET_CLASS (postern_plot_parent_class)->focus_out_event (widget, event);
}

/* Returns whether the key is one of ours. */
static gboolean
move (PosternPlot *self, guint key)
{
  gboolean is_mirrored = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  int last = (int) self->data->n_steps - 1;
  int from = self->step == NO_STEP ? last : self->step;
  int later = self->step == NO_STEP ? 0 : 1; /* the first key shows the newest */

  switch (key)
    {
    case GDK_KEY_Left:
    case GDK_KEY_KP_Left:
      look_at (self, MAX (from + (is_mirrored ? later : -later), 0));
      return TRUE;
    case GDK_KEY_Right:
    case GDK_KEY_KP_Right:
      look_at (self, MAX (from + (is_mirrored ? -later : later), 0));
      return TRUE;
    case GDK_KEY_Home:
      look_at (self, 0);
      return TRUE;
    case GDK_KEY_End:
      look_at (self, last);
      return TRUE;
    case GDK_KEY_Escape:
      if (self->step == NO_STEP)
        return FALSE;
      look_at (self, NO_STEP);
      return TRUE;
    default:
      return FALSE;
    }
}

static gboolean
postern_plot_key (GtkWidget *widget, GdkEventKey *event)
{
  PosternPlot *self = POSTERN_PLOT (widget);

  if (self->data != NULL && move (self, event->keyval))
    return GDK_EVENT_STOP;
  return GTK_WIDGET_CLASS (postern_plot_parent_class)->key_press_event (widget, event);
}

static void
postern_plot_preferred_width (GtkWidget *widget, int *minimum, int *natural)
{
  *minimum = *natural = MIN_WIDTH;
}

static void
postern_plot_preferred_height (GtkWidget *widget, int *minimum, int *natural)
{
  g_autoptr (PangoLayout) text = gtk_widget_create_pango_layout (widget, "0");
  int width, height;

  pango_layout_get_pixel_size (text, &width, &height);
  *minimum = *natural = MIN_LINES * height;
}

static void
postern_plot_finalize (GObject *object)
{
  g_clear_pointer (&POSTERN_PLOT (object)->data, plot_data_free);
  G_OBJECT_CLASS (postern_plot_parent_class)->finalize (object);
}

static void
postern_plot_class_init (PosternPlotClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->finalize = postern_plot_finalize;
  widget_class->draw = postern_plot_draw;
  widget_class->motion_notify_event = postern_plot_motion;
  widget_class->leave_notify_event = postern_plot_leave;
  widget_class->button_press_event = postern_plot_press;
  widget_class->key_press_event = postern_plot_key;
  widget_class->focus_out_event = postern_plot_focus_out;
  widget_class->get_preferred_width = postern_plot_preferred_width;
  widget_class->get_preferred_height = postern_plot_preferred_height;
  gtk_widget_class_set_accessible_role (widget_class, ATK_ROLE_CHART);
}

static void
postern_plot_init (PosternPlot *self)
{
  self->step = NO_STEP;
  gtk_widget_set_can_focus (GTK_WIDGET (self), TRUE);
  gtk_widget_add_events (GTK_WIDGET (self), GDK_POINTER_MOTION_MASK | GDK_LEAVE_NOTIFY_MASK
                                                | GDK_BUTTON_PRESS_MASK | GDK_KEY_PRESS_MASK
                                                | GDK_FOCUS_CHANGE_MASK);
}
