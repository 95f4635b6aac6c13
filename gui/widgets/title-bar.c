/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/widgets/title-bar.h"

void
title_bar_add (GtkWindow *window, const char *title)
{
  GtkWidget *bar = gtk_header_bar_new ();

  gtk_window_set_title (window, title);
  gtk_header_bar_set_title (GTK_HEADER_BAR (bar), title);
  gtk_header_bar_set_show_close_button (GTK_HEADER_BAR (bar), TRUE);
  gtk_header_bar_set_has_subtitle (GTK_HEADER_BAR (bar), FALSE);
  gtk_widget_show (bar);
  gtk_window_set_titlebar (window, bar);
}
