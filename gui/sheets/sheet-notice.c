/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/sheets/sheet-notice.h"

#include <glib/gi18n.h>

#include "gui/client/enforcement.h"

/* What it is about; it is taken away when that is over. */
typedef enum
{
  NOTICE_NONE,
  NOTICE_LOST,  /* the authority is away */
  NOTICE_SAVED, /* what became of the last revision saved here */
  NOTICE_CLASH, /* the draft contradicts a setting of another sheet */
  NOTICE_OTHER
} Notice;

struct _SheetNotice
{
  PosternClient *client; /* (owned) */
  GtkInfoBar *bar;
  GtkLabel *label;
  Notice notice;
  guint64 saved_revision;
};

SheetNotice *
sheet_notice_new (PosternClient *client, GtkInfoBar *bar, GtkLabel *label)
{
  SheetNotice *self = g_new0 (SheetNotice, 1);

  self->client = g_object_ref (client);
  self->bar = bar;
  self->label = label;
  return self;
}

void
sheet_notice_free (SheetNotice *self)
{
  g_object_unref (self->client);
  g_free (self);
}

static void
show (SheetNotice *self, Notice notice, GtkMessageType type, const char *words)
{
  self->notice = notice;
  gtk_info_bar_set_message_type (self->bar, type);
  gtk_label_set_text (self->label, words);
  gtk_info_bar_set_revealed (self->bar, TRUE);
}

void
sheet_notice_end (SheetNotice *self)
{
  self->notice = NOTICE_NONE;
  gtk_info_bar_set_revealed (self->bar, FALSE);
}

static void
show_lost (SheetNotice *self)
{
  const char *problem = postern_client_get_problem (self->client);
  g_autofree char *words
      = g_strdup_printf ("%s %s", problem != NULL ? problem : _ ("The settings service is away."),
                         _ ("Your changes are kept here; save them once it is back."));

  show (self, NOTICE_LOST, GTK_MESSAGE_WARNING, words);
}

void
sheet_notice_show_ready (SheetNotice *self)
{
  if (!postern_client_is_ready (self->client))
    show_lost (self);
  else if (self->notice == NOTICE_LOST)
    sheet_notice_end (self);
}

void
sheet_notice_refresh (SheetNotice *self)
{
  g_autofree char *words = NULL;
  Enforcement enforcement;

  if (self->notice != NOTICE_SAVED)
    return;
  enforcement = enforcement_of (self->client, self->saved_revision, &words);
  show (self, NOTICE_SAVED,
        enforcement == ENFORCEMENT_FAILED ? GTK_MESSAGE_WARNING : GTK_MESSAGE_INFO, words);
}

void
sheet_notice_show_saved (SheetNotice *self, guint64 revision)
{
  self->notice = NOTICE_SAVED;
  self->saved_revision = revision;
  sheet_notice_refresh (self);
}

void
sheet_notice_show_failure (SheetNotice *self, const GError *error)
{
  g_autofree char *reason = client_error_to_words (error);
  g_autofree char *words = NULL;

  if (g_error_matches (error, CLIENT_ERROR, CLIENT_ERROR_UNREACHABLE))
    {
      show_lost (self);
      return;
    }
  if (g_error_matches (error, CLIENT_ERROR, CLIENT_ERROR_STALE))
    words = g_strdup_printf ("%s %s", reason,
                             _ ("Nothing of yours is lost: what you had not edited now shows the "
                                "new values, and your changes are kept. Look them over and save "
                                "again."));
  else
    words = g_strdup_printf ("%s %s", reason, _ ("Nothing was saved; your changes are kept here."));
  show (self, NOTICE_OTHER, GTK_MESSAGE_ERROR, words);
}

void
sheet_notice_show_clash (SheetNotice *self, const char *problem)
{
  g_autofree char *words = NULL;

  if (problem == NULL && self->notice == NOTICE_CLASH)
    sheet_notice_end (self);
  if (problem == NULL)
    return;
  words = g_strdup_printf (_ ("This does not go with the other settings: %s"), problem);
  show (self, NOTICE_CLASH, GTK_MESSAGE_ERROR, words);
}

void
sheet_notice_show_words (SheetNotice *self, const char *words)
{
  show (self, NOTICE_OTHER, GTK_MESSAGE_INFO, words);
}
