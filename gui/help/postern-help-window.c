/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/help/postern-help-window.h"

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
        "the DNS has for this system.\n\n<b>Local domains</b>: mail for these domains is delivered "
        "into mailboxes here. It is never refused as relay. Who has a mailbox is set on the tab "
        "“Local Mail”.\n\n<b>Near domains</b>: domains of your own that other systems serve. The "
        "tab “Relay Restrictions” says whether mail may be relayed to them.\n\nIn both lists, "
        "*.example.org stands for every domain below example.org, and * for every "
        "domain.\n\n<b>Addresses to listen on</b>: as ADDRESS:PORT, [IPv6 ADDRESS]:PORT, or *:PORT "
        "for each address of this system. Other mail servers come to port 25.\n\n<b>Addresses for "
        "submission</b>: usually *:587, for mail programs and devices. There the server takes "
        "messages only from clients that may relay. <b>Under TLS</b>: the same, usually *:465, "
        "with TLS from the first byte; this needs a certificate, see the tab "
        "“Security”.\n\n<b>Mail router</b>: the host that all mail for other systems is handed to, "
        "as HOST or HOST:PORT. Leave it empty to send mail to each domain's own mail servers.") },
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
    N_ ("Here you say who may connect to the SMTP server at all, before any mail is spoken "
        "of.\n\n<b>All</b>: everybody. <b>None</b>: nobody; programs on this system may still "
        "connect unless you tick the box below None. <b>Specified</b>: everybody but those named "
        "below.\n\n<b>Refused addresses</b>: addresses and networks that are shut out. <b>Except "
        "these</b>: addresses and networks inside refused ones that are let in all the same; the "
        "narrower entry decides.\n\n<b>DNS blocklists</b>: services that are asked about each "
        "client's address, for example bl.example.net. A client is refused when any of them names "
        "it, or only when all do. A blocklist that does not answer stops nobody.\n\n<b>A POP "
        "log-on overrides</b>: a client that has logged on to the POP server is let in although "
        "its address is refused, or is on a blocklist. Both are off unless you tick "
        "them.\n\n<b>Pause before the greeting</b>: a client that speaks before it is greeted is "
        "no real mail server, and is refused. With 0 there is no pause.") },
  { "smtp-filters", N_ ("SMTP: Filters"),
    N_ ("A message that fits an entry of this list is not delivered. An entry has three "
        "parts.\n\n<b>keep</b> or <b>discard</b>: a message that is kept waits in the queue until "
        "you release or remove it; one that is discarded is taken, and thrown away, and the log "
        "says so.\n\n<b>originator</b>, <b>subject</b>, <b>attachment</b> or <b>type</b>: what is "
        "compared. The originator is the sender's address, and those in the message's own From, "
        "Sender and Reply-To; an attachment is compared by its name, a type is one such as "
        "application/zip.\n\nThen the text that it is compared with. * stands for any text, and "
        "capitals do not matter: keep subject *offer*, discard originator *@example.net, keep "
        "attachment *.exe, keep type application/*.") },
  { "smtp-retries", N_ ("SMTP: Outbound Retries"),
    N_ ("A message that cannot be delivered for now stays in the queue and is tried again: first "
        "some times with minutes between, then with hours, and at last with days. After the last "
        "try it goes back to its sender, with the reason. What the other host refuses for good "
        "goes back at once.\n\n<b>Tell the sender of a delay</b>: once, after so many hours, the "
        "sender is told that the message is late, and still being tried.") },
  { "smtp-delivery", N_ ("SMTP: Delivery"),
    N_ ("<b>Routes by domain</b>: a domain and the host that its mail is handed to, in place of "
        "the mail router, such as *.example.org mail.example.net:587. With the word direct for the "
        "host, mail goes to the domain's own mail servers. The narrowest domain "
        "decides.\n\n<b>Near domains directly</b>: mail for near domains goes to their own mail "
        "servers, and not to the mail router.\n\n<b>Credentials for hosts</b>: how a host is "
        "logged on to: the host as it stands in the route or the mail router, then plain or login, "
        "the user, and the file that holds the password. For OAuth 2.0: the host, xoauth2, the "
        "user, the file with the client's secret, the client's name, the address that gives "
        "tokens, and the scope. The secrets themselves are not in the settings.\n\n<b>TLS</b>: "
        "whether mail leaves under TLS. A verified certificate must be the host's own, and signed "
        "by an authority that is trusted. <b>TLS by domain or host</b>: what holds for some of "
        "them in its place: none, may, must or verify.\n\n<b>Connections and messages</b>: how "
        "much one other host is asked to bear at the same time.") },
  { "smtp-security", N_ ("SMTP: Security"),
    N_ ("<b>TLS</b>: “Offered” lets clients choose; “Required” takes no message without TLS from "
        "anybody, other mail servers included. Without a certificate there is no "
        "TLS.\n\n<b>Authentication</b>: whether clients may give a name and a password to the SMTP "
        "server. Without TLS, others can read them on their way.\n\n<b>Certificates</b>: a file in "
        "PEM form with the certificate and those of its issuers, then the file with its key, "
        "unless both are in one. A client is shown the one for the host name that it asks for, "
        "else the first. A renewed file is used without a restart.\n\n<b>Oldest version of "
        "TLS</b>: 1.0 and 1.1 are unsafe. Choose them only for old devices that know no other, and "
        "look at the ciphers then, too: such devices may need DEFAULT@SECLEVEL=0.\n\n<b>Failed "
        "log-ons</b>: an address whose log-ons fail so often in a row, at the SMTP server or the "
        "POP server, may not log on for a while. “posternctl bans” shows and lifts bans. Some "
        "addresses, such as that of a router with many users behind it, can be left "
        "out.\n\nCertificates, the oldest version, ciphers and bans hold for the POP server, "
        "too.") },
  { "smtp-limits", N_ ("SMTP: Limits"),
    N_ ("How much the SMTP server bears, of all clients together and of one address: sessions at "
        "the same time, connections and messages in a minute, the size of a message, its "
        "recipients, the seconds that a client may say nothing, the minutes that one message may "
        "take to come, and the mistakes that a client may make between two messages.\n\nWhat is "
        "too much is refused for now, and other mail servers try again later. Only a message that "
        "is too large is refused for good.") },
  { "local-mail", N_ ("SMTP: Local Mail"),
    N_ ("<b>Users file</b>: the file with the mail users and their passwords, for both servers, in "
        "the form that Dovecot uses. A relative name starts at the folder of the settings "
        "file.\n\n<b>The users of this system</b>: whoever has an account here has a mailbox, too, "
        "and logs on with the account's password.\n\n<b>Mailbox size</b>: mail for a mailbox that "
        "is full is refused. The users file may say something else for a user.\n\n<b>Aliases</b>: "
        "local addresses that stand for others, such as sales: joe, ann@example.org. A name alone "
        "holds in every local domain, an address only in its own.\n\n<b>Postmaster</b>: who gets "
        "the mail for postmaster, which every mail server has to take. <b>Catch-all</b>: who gets "
        "the mail for addresses that do not exist; usually nobody does, so that the sender learns "
        "of a mistyped address.") },
  { "pop-general", N_ ("POP: General"),
    N_ ("<b>Addresses to listen on</b>: as ADDRESS:PORT, [IPv6 ADDRESS]:PORT, or *:PORT for each "
        "address of this system; usually *:110. <b>Addresses under TLS</b>: the same with TLS from "
        "the first byte, usually *:995; this needs a certificate, see the properties of SMTP, tab "
        "“Security”.\n\n<b>Inactivity time-out</b>: a client that says nothing for so many seconds "
        "is disconnected; what it had marked for deletion stays.\n\nFor how long a log-on to the "
        "POP server lets a client send mail is set in the properties of SMTP, on the tab “Relay "
        "Restrictions”.") },
  { "pop-security", N_ ("POP: Security"),
    N_ ("<b>TLS</b>: “Offered” lets clients choose; “Required” takes no log-on without TLS.\n\nThe "
        "certificates, the "
        "oldest version of TLS and the bans after failed log-ons are in the properties of SMTP, on "
        "the tab “Security”.") },
  { "pop-log-ons", N_ ("POP: Log-ons"),
    N_ ("A log-on to the POP server lets its address send mail for a while, see the properties of "
        "SMTP, tab “Relay Restrictions”. Here you can make that narrower.\n\n<b>Shorter "
        "durations</b>: a user or a network, and minutes, such as joe 60 or 192.0.2.0/24 30. "
        "<b>Whose log-ons let nobody relay</b>: addresses that may send anyway, or are never "
        "to.\n\n<b>IPv6</b>: many devices change their IPv6 address often, but not the network of "
        "their link; counting for the whole network lets all of its devices "
        "send.\n\n<b>Sender</b>: the sender of a message must be an address of the user who logged "
        "on; for all, or only at addresses that several users share, such as a "
        "router's.\n\n<b>Messages and recipients</b>: how much may be sent for one log-on. The "
        "next log-on starts anew.") },
  { "pop-limits", N_ ("POP: Limits"),
    N_ ("<b>Sessions at the same time</b>: further clients are turned away until one has left; of "
        "all clients together, and of one address.") },
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
      widget_class, "/org/postern/ServerProperties/help/postern-help-window.ui");
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
