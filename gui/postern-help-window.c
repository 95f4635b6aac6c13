/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/postern-help-window.h"

#include <glib/gi18n.h>

struct _PosternHelpWindow
{
  GtkWindow parent_instance;

  GtkHeaderBar *header_bar;
  GtkLabel *text_label;
  GtkAdjustment *position;
};

G_DEFINE_TYPE (PosternHelpWindow, postern_help_window, GTK_TYPE_WINDOW)

static const struct
{
  const char *id;
  const char *title;
  const char *text;
} topics[] = {
  { "window", N_ ("Server Properties"),
    N_ ("The window shows the mail servers of this system and whether they run.\n\n"
        "Choose SMTP or POP, then open its properties with Enter or a double click. The context "
        "menu (Shift+F10) starts and stops a server. “Delivery” carries mail that SMTP has taken "
        "to mailboxes and to other systems; while it is stopped, mail waits in the queue.\n\n"
        "The column “Settings” tells which revision of the settings a server obeys. Each time "
        "somebody saves, the number rises by one, and the servers take the new settings at once, "
        "without a restart.\n\n"
        "F5 asks again for everything.") },
  { "smtp-general", N_ ("SMTP: General"),
    N_ ("<b>Host name</b>: what the servers call themselves to others. It should be the name that "
        "the "
        "DNS has for this system.\n\n"
        "<b>Users file</b>: the file with the mail users and their passwords, for both servers. A "
        "relative name starts at the folder of the settings file.\n\n"
        "<b>Mail router</b>: the host that all mail for other systems is handed to, as HOST or "
        "HOST:PORT. Leave it empty to send mail to each domain's own mail servers.\n\n"
        "<b>Local domains</b>: mail for these domains is delivered into mailboxes here. It is "
        "never "
        "refused as relay.\n\n"
        "<b>Near domains</b>: domains of your own that other systems serve. The tab “Relay "
        "Restrictions” says whether mail may be relayed to them.\n\n"
        "In both lists, *.example.org stands for every domain below example.org, and * for every "
        "domain.\n\n"
        "<b>Addresses to listen on</b>: as ADDRESS:PORT, [IPv6 ADDRESS]:PORT, or *:PORT for each "
        "address "
        "of this system.\n\n"
        "<b>Limits</b>: how many sessions may be open at the same time, how large a message may "
        "be, how many recipients it may have, and after how many silent seconds a session is "
        "closed.") },
  { "smtp-relay", N_ ("SMTP: Relay Restrictions"),
    N_ ("To relay is to pass on mail that is not for a local domain. A server that relays for "
        "everybody is soon misused by senders of spam.\n\n"
        "<b>All</b>: everybody's messages are relayed. <b>None</b>: nobody's; programs on this "
        "system may still "
        "send unless you tick the box below None. <b>Specified</b>: a message is relayed when at "
        "least "
        "one ticked rule lets it through.\n\n"
        "<b>To near domains</b>: the recipient's domain is in the list on the tab “General”, "
        "whoever "
        "sends it.\n\n"
        "<b>From the address relay list</b>: the client's address is in the list below. An entry "
        "is one "
        "address, or a network such as 192.0.2.0/24, 192.0.2.0/255.255.255.0 or 2001:db8::/32.\n\n"
        "<b>From the POP client</b>: the client has logged on to the POP server from the same "
        "address, "
        "not longer ago than the duration. Each log-on starts the duration anew; a duration that "
        "you shorten counts at once, for earlier log-ons too. No mail needs to be fetched.\n\n"
        "<b>From authenticated clients</b>: the client has given a name and a password to the SMTP "
        "server itself.") },
  { "smtp-connection", N_ ("SMTP: Connection Restrictions"),
    N_ ("Here you say who may connect to the SMTP server at all, before any mail is spoken of.\n\n"
        "<b>All</b>: everybody. <b>None</b>: nobody; programs on this system may still connect "
        "unless you tick "
        "the box below None. <b>Specified</b>: everybody but those named below.\n\n"
        "<b>Refused addresses</b>: addresses and networks that are shut out. <b>Except these</b>: "
        "addresses and "
        "networks inside refused ones that are let in all the same; the narrower entry decides.\n\n"
        "<b>DNS blocklists</b>: services that are asked about each client's address, for example "
        "bl.example.net. The list is kept with the settings; this version does not ask them "
        "yet.\n\n"
        "<b>A POP log-on overrides</b>: a client that has logged on to the POP server is let in "
        "although "
        "its address is refused, or is on a blocklist. Both are off unless you tick them.") },
  { "pop-general", N_ ("POP: General"),
    N_ ("<b>Addresses to listen on</b>: as ADDRESS:PORT, [IPv6 ADDRESS]:PORT, or *:PORT for each "
        "address "
        "of this system.\n\n"
        "<b>Inactivity time-out</b>: a client that says nothing for so many seconds is "
        "disconnected; what "
        "it had marked for deletion stays.\n\n"
        "<b>Sessions at the same time</b>: further clients are turned away until one has left.\n\n"
        "For how long a log-on to the POP server lets a client send mail is set in the properties "
        "of SMTP, on the tab “Relay Restrictions”.") },
};

PosternHelpWindow *
postern_help_window_new (void)
{
  return g_object_new (POSTERN_TYPE_HELP_WINDOW, NULL);
}

void
postern_help_window_show (PosternHelpWindow *self, const char *id, GtkWindow *parent)
{
  for (gsize i = 0; i < G_N_ELEMENTS (topics); i++)
    if (g_str_equal (topics[i].id, id))
      {
        gtk_header_bar_set_title (self->header_bar, _ (topics[i].title));
        gtk_label_set_markup (self->text_label, _ (topics[i].text));
      }
  gtk_adjustment_set_value (self->position, 0);
  gtk_window_set_transient_for (GTK_WINDOW (self), parent);
  gtk_window_present (GTK_WINDOW (self));
}

static gboolean
on_key_press (PosternHelpWindow *self, GdkEventKey *event)
{
  if (event->keyval != GDK_KEY_Escape)
    return GDK_EVENT_PROPAGATE;
  gtk_widget_hide (GTK_WIDGET (self));
  return GDK_EVENT_STOP;
}

static void
postern_help_window_class_init (PosternHelpWindowClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  gtk_widget_class_set_template_from_resource (
      widget_class, "/org/postern/ServerProperties/postern-help-window.ui");
  gtk_widget_class_bind_template_child (widget_class, PosternHelpWindow, header_bar);
  gtk_widget_class_bind_template_child (widget_class, PosternHelpWindow, text_label);
  gtk_widget_class_bind_template_child (widget_class, PosternHelpWindow, position);
  gtk_widget_class_bind_template_callback (widget_class, on_key_press);
  gtk_widget_class_bind_template_callback (widget_class, gtk_widget_hide_on_delete);
}

static void
postern_help_window_init (PosternHelpWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
