/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/window/system-pages.h"

#include <glib/gi18n.h>

#include "gui/live/live-page.h"
#include "gui/live/postern-check-message-page.h"
#include "gui/window/postern-overview-page.h"
#include "gui/window/postern-servers-page.h"

struct _SystemPages
{
  GtkStack *stack;
  PosternSystem *system; /* (owned) */
  SystemSheets *sheets;
  GHashTable *pages; /* (owned): id -> GtkWidget in the stack */
  SystemPagesGo go;
  gpointer user_data;
};

static const LivePage *
find_live_page (const char *id)
{
  for (const LivePage *page = live_pages (); page->id != NULL; page++)
    if (g_str_equal (page->id, id))
      return page;
  return NULL;
}

/* Returns -1 for none. */
static int
find_server (const char *id)
{
  for (int server = 0; server < POSTERN_N_SERVERS; server++)
    if (g_str_equal (server_watch_get_id (server), id))
      return server;
  return -1;
}

/* --- what pages ask for --- */

static void
on_show_setting (SystemPages *self, const char *setting)
{
  system_sheets_open_at (self->sheets, setting);
}

static void
on_told (SystemPages *self, const char *words)
{
  postern_system_tell (self->system, words);
}

static void on_show_page (SystemPages *self, const char *id, const char *argument);

static void
on_properties (SystemPages *self, int server)
{
  system_sheets_open_server (self->sheets, server);
}

/* Pages need no common parent: each has the signals that it needs. */
static const struct
{
  const char *signal;
  GCallback callback;
} wishes[] = {
  { "show-setting", G_CALLBACK (on_show_setting) },
  { "show-page", G_CALLBACK (on_show_page) },
  { "told", G_CALLBACK (on_told) },
  { "properties", G_CALLBACK (on_properties) },
};

/* --- making them --- */

static GtkWidget *
make (SystemPages *self, const char *id)
{
  const LivePage *live = find_live_page (id);

  if (live != NULL)
    return live->create (postern_system_get_client (self->system));
  if (g_str_equal (id, "overview"))
    return postern_overview_page_new (self->system);
  return postern_servers_page_new (self->system, find_server (id));
}

static GtkWidget *
page_for (SystemPages *self, const char *id)
{
  GtkWidget *page = g_hash_table_lookup (self->pages, id);

  if (page != NULL)
    return page;
  page = make (self, id);
  for (gsize i = 0; i < G_N_ELEMENTS (wishes); i++)
    if (g_signal_lookup (wishes[i].signal, G_OBJECT_TYPE (page)) != 0)
      g_signal_connect_swapped (page, wishes[i].signal, wishes[i].callback, self);
  gtk_widget_show (page);
  gtk_container_add (GTK_CONTAINER (self->stack), page);
  g_hash_table_insert (self->pages, g_strdup (id), page);
  return page;
}

/* What a page says to another one; only one listens. */
static void
on_show_page (SystemPages *self, const char *id, const char *argument)
{
  self->go (self->system, id, argument, self->user_data);
  if (argument != NULL && g_str_equal (id, "check-message"))
    postern_check_message_page_ask (POSTERN_CHECK_MESSAGE_PAGE (page_for (self, id)), argument);
}

void
system_pages_show (SystemPages *self, const char *id)
{
  gtk_stack_set_visible_child (self->stack, page_for (self, id));
}

const char *
system_pages_get_title (const char *id)
{
  const LivePage *live = find_live_page (id);
  int server = find_server (id);

  if (live != NULL)
    return _ (live->title);
  if (server >= 0)
    return server_watch_get_title (server);
  return g_str_equal (id, "servers") ? _ ("Servers") : _ ("Server Properties");
}

gboolean
system_pages_is_page (const char *id)
{
  return find_live_page (id) != NULL || find_server (id) >= 0 || g_str_equal (id, "overview")
         || g_str_equal (id, "servers");
}

SystemPages *
system_pages_new (GtkStack *stack,
                  PosternSystem *system,
                  SystemSheets *sheets,
                  SystemPagesGo go,
                  gpointer user_data)
{
  SystemPages *self = g_new0 (SystemPages, 1);

  self->stack = stack;
  self->system = g_object_ref (system);
  self->sheets = sheets;
  self->pages = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                       (GDestroyNotify) gtk_widget_destroy);
  self->go = go;
  self->user_data = user_data;
  return self;
}

void
system_pages_free (SystemPages *self)
{
  g_hash_table_unref (self->pages);
  g_object_unref (self->system);
  g_free (self);
}
