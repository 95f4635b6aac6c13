/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/changes/postern-until-dialog.h"

#include <glib/gi18n.h>

#include "gui/changes/change-time.h"
#include "gui/widgets/title-bar.h"

#define HOUR_S 3600
#define REFRESH_SECONDS 1

struct _PosternUntilDialog
{
  GtkDialog parent_instance;

  guint tick;
  GDateTime *day; /* the day that is chosen, at any time of it */

  GtkToggleButton *hour_radio;
  GtkToggleButton *hours_radio;
  GtkToggleButton *midnight_radio;
  GtkToggleButton *span_radio;
  GtkToggleButton *point_radio;
  GtkSpinButton *span_spin;
  GtkComboBox *unit_box;
  GtkMenuButton *day_button;
  GtkLabel *day_label;
  GtkCalendar *calendar;
  GtkPopover *day_popover;
  GtkSpinButton *hour_spin;
  GtkSpinButton *minute_spin;
  GtkLabel *end_label;
};

G_DEFINE_TYPE (PosternUntilDialog, postern_until_dialog, GTK_TYPE_DIALOG)

/* --- the end --- */

static gint64
get_now (void)
{
  return g_get_real_time () / G_USEC_PER_SEC;
}

static gint64
get_midnight (void)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) tomorrow = g_date_time_add_days (now, 1);
  g_autoptr (GDateTime) midnight
      = g_date_time_new_local (g_date_time_get_year (tomorrow), g_date_time_get_month (tomorrow),
                               g_date_time_get_day_of_month (tomorrow), 0, 0, 0);

  return g_date_time_to_unix (midnight);
}

/* Each item's id is its seconds. */
static gint64
get_span (PosternUntilDialog *self)
{
  const char *unit = gtk_combo_box_get_active_id (self->unit_box);

  return gtk_spin_button_get_value_as_int (self->span_spin) * g_ascii_strtoll (unit, NULL, 10);
}

static gint64
get_point (PosternUntilDialog *self)
{
  g_autoptr (GDateTime) point = g_date_time_new_local (
      g_date_time_get_year (self->day), g_date_time_get_month (self->day),
      g_date_time_get_day_of_month (self->day), gtk_spin_button_get_value_as_int (self->hour_spin),
      gtk_spin_button_get_value_as_int (self->minute_spin), 0);

  return point != NULL ? g_date_time_to_unix (point) : 0;
}

gint64
postern_until_dialog_get_end (PosternUntilDialog *self)
{
  if (gtk_toggle_button_get_active (self->hour_radio))
    return get_now () + HOUR_S;
  if (gtk_toggle_button_get_active (self->hours_radio))
    return get_now () + 4 * HOUR_S;
  if (gtk_toggle_button_get_active (self->midnight_radio))
    return get_midnight ();
  if (gtk_toggle_button_get_active (self->span_radio))
    return get_now () + get_span (self);
  return get_point (self);
}

static void
update (PosternUntilDialog *self)
{
  gint64 end = postern_until_dialog_get_end (self);
  gboolean to_come = end > get_now ();
  g_autofree char *when = change_time_words (end);
  g_autofree char *words = NULL;

  if (to_come)
    /* Translators: %s is a time of day, or a date with it */
    words = g_strdup_printf (
        _ ("The system takes the changes back by itself: %s. Until then you can keep or end them."),
        when);
  else
    words = g_strdup (_ ("This is over already: choose a time to come."));
  gtk_label_set_text (self->end_label, words);
  gtk_dialog_set_response_sensitive (GTK_DIALOG (self), GTK_RESPONSE_OK, to_come);
}

static gboolean
on_tick (gpointer user_data)
{
  update (user_data);
  return G_SOURCE_CONTINUE;
}

/* --- choosing --- */

static void
on_span_changed (PosternUntilDialog *self)
{
  gtk_toggle_button_set_active (self->span_radio, TRUE);
  update (self);
}

static void
on_point_changed (PosternUntilDialog *self)
{
  gtk_toggle_button_set_active (self->point_radio, TRUE);
  update (self);
}

/* @day: (transfer full) */
static void
set_day (PosternUntilDialog *self, GDateTime *day)
{
  /* Translators: a date; see g_date_time_format() */
  g_autofree char *words = g_date_time_format (day, C_ ("time", "%-d %B %Y"));

  g_clear_pointer (&self->day, g_date_time_unref);
  self->day = day;
  gtk_label_set_text (self->day_label, words);
  atk_object_set_description (gtk_widget_get_accessible (GTK_WIDGET (self->day_button)), words);
}

static void
on_day_selected (PosternUntilDialog *self)
{
  guint year, month, day;

  gtk_calendar_get_date (self->calendar, &year, &month, &day);
  if (day == 0)
    return; /* the month has been turned, and has no such day */
  set_day (self, g_date_time_new_local (year, month + 1, day, 12, 0, 0));
  on_point_changed (self);
}

static void
on_day_chosen (PosternUntilDialog *self)
{
  gtk_popover_popdown (self->day_popover);
}

/* "08" reads as a time where "8" does not. */
static gboolean
on_time_output (GtkSpinButton *spin)
{
  g_autofree char *text = g_strdup_printf ("%02d", gtk_spin_button_get_value_as_int (spin));

  gtk_entry_set_text (GTK_ENTRY (spin), text);
  return TRUE;
}

/* In an hour from now, at the full minute. */
static void
suggest_point (PosternUntilDialog *self)
{
  GDateTime *now = g_date_time_new_now_local ();
  GDateTime *point = g_date_time_add_hours (now, 1);

  g_date_time_unref (now);
  gtk_spin_button_set_value (self->hour_spin, g_date_time_get_hour (point));
  gtk_spin_button_set_value (self->minute_spin, g_date_time_get_minute (point));
  gtk_calendar_select_month (self->calendar, g_date_time_get_month (point) - 1,
                             g_date_time_get_year (point));
  set_day (self, point);
  gtk_calendar_select_day (self->calendar, g_date_time_get_day_of_month (point));
}

PosternUntilDialog *
postern_until_dialog_new (GtkWindow *parent)
{
  PosternUntilDialog *self = g_object_new (POSTERN_TYPE_UNTIL_DIALOG, "transient-for", parent,
                                           "use-header-bar", FALSE, NULL);

  title_bar_add (GTK_WINDOW (self), _ ("Save Temporarily"));
  suggest_point (self);
  gtk_toggle_button_set_active (self->hour_radio, TRUE);
  update (self);
  self->tick = g_timeout_add_seconds (REFRESH_SECONDS, on_tick, self);
  return self;
}

/* --- the object --- */

static void
postern_until_dialog_dispose (GObject *object)
{
  PosternUntilDialog *self = POSTERN_UNTIL_DIALOG (object);

  g_clear_handle_id (&self->tick, g_source_remove);
  G_OBJECT_CLASS (postern_until_dialog_parent_class)->dispose (object);
}

static void
postern_until_dialog_finalize (GObject *object)
{
  g_clear_pointer (&POSTERN_UNTIL_DIALOG (object)->day, g_date_time_unref);
  G_OBJECT_CLASS (postern_until_dialog_parent_class)->finalize (object);
}

static void
postern_until_dialog_class_init (PosternUntilDialogClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = postern_until_dialog_dispose;
  G_OBJECT_CLASS (class)->finalize = postern_until_dialog_finalize;
  gtk_widget_class_set_template_from_resource (
      widget_class, "/org/postern/ServerProperties/changes/postern-until-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, PosternUntilDialog, hour_radio);
  gtk_widget_class_bind_template_child (widget_class, PosternUntilDialog, hours_radio);
  gtk_widget_class_bind_template_child (widget_class, PosternUntilDialog, midnight_radio);
  gtk_widget_class_bind_template_child (widget_class, PosternUntilDialog, span_radio);
  gtk_widget_class_bind_template_child (widget_class, PosternUntilDialog, point_radio);
  gtk_widget_class_bind_template_child (widget_class, PosternUntilDialog, span_spin);
  gtk_widget_class_bind_template_child (widget_class, PosternUntilDialog, unit_box);
  gtk_widget_class_bind_template_child (widget_class, PosternUntilDialog, day_button);
  gtk_widget_class_bind_template_child (widget_class, PosternUntilDialog, day_label);
  gtk_widget_class_bind_template_child (widget_class, PosternUntilDialog, calendar);
  gtk_widget_class_bind_template_child (widget_class, PosternUntilDialog, day_popover);
  gtk_widget_class_bind_template_child (widget_class, PosternUntilDialog, hour_spin);
  gtk_widget_class_bind_template_child (widget_class, PosternUntilDialog, minute_spin);
  gtk_widget_class_bind_template_child (widget_class, PosternUntilDialog, end_label);
  gtk_widget_class_bind_template_callback (widget_class, update);
  gtk_widget_class_bind_template_callback (widget_class, on_span_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_point_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_day_selected);
  gtk_widget_class_bind_template_callback (widget_class, on_day_chosen);
  gtk_widget_class_bind_template_callback (widget_class, on_time_output);
}

static void
postern_until_dialog_init (PosternUntilDialog *self)
{
  self->day = g_date_time_new_now_local ();
  gtk_widget_init_template (GTK_WIDGET (self));
}
