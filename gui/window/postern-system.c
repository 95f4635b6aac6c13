/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/window/postern-system.h"

#include <glib/gi18n.h>

#include "gui/client/enforcement.h"

struct _PosternSystem
{
  GObject parent_instance;

  PosternSystemKind kind;
  char *name;
  char *title;
  PosternClient *client;
  guint64 saved_revision; /* 0: nothing was saved from here */
  char *last_deed;        /* (nullable): what was done last, or why it could not be */
};

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_TYPE (PosternSystem, postern_system, G_TYPE_OBJECT)

static const char *const icons[] = {
  [POSTERN_SYSTEM_LOCAL] = "computer-symbolic",
  [POSTERN_SYSTEM_REMOTE] = "network-server-symbolic",
  [POSTERN_SYSTEM_BACKUP] = "text-x-generic-symbolic",
};

static const char *const autostart_settings[POSTERN_N_SERVERS]
    = { "smtp.autostart", "pop3.autostart", "smtp.delivery.autostart" };

static const struct
{
  const char *method; /* of the authority */
  const char *begun;  /* what is said meanwhile; the server's name is put in */
  const char *failed; /* why follows */
} deeds[] = {
  [POSTERN_DEED_START]
  = { "StartServer", N_ ("Starting %s…"), N_ ("The server could not be started.") },
  [POSTERN_DEED_STOP]
  = { "StopServer", N_ ("Stopping %s…"), N_ ("The server could not be stopped.") },
  [POSTERN_DEED_RESTART]
  = { "RestartServer", N_ ("Restarting %s…"), N_ ("The server could not be restarted.") },
};

/* --- words --- */

static void
emit_changed (PosternSystem *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

/* @words: (transfer full) (nullable) */
static void
take_last_deed (PosternSystem *self, char *words)
{
  g_free (self->last_deed);
  self->last_deed = words;
  emit_changed (self);
}

static char *
settings_words (PosternClient *client)
{
  guint64 revision = postern_client_get_revision (client);
  g_autofree char *problems = enforcement_problems (client, revision);
  g_autofree char *words = g_strdup_printf (_ ("Settings: revision %lu."), (gulong) revision);

  return g_strconcat (words, problems, NULL);
}

char *
postern_system_get_status (PosternSystem *self)
{
  const char *problem = postern_client_get_problem (self->client);
  char *words = NULL;

  if (problem != NULL)
    return g_strdup (problem);
  if (self->last_deed != NULL)
    return g_strdup (self->last_deed);
  if (self->saved_revision > 0 && self->kind == POSTERN_SYSTEM_BACKUP)
    return g_strdup_printf (_ ("Saved as revision %lu."), (gulong) self->saved_revision);
  if (self->saved_revision > 0)
    enforcement_of (self->client, self->saved_revision, &words);
  else if (postern_client_is_ready (self->client))
    words = settings_words (self->client);
  else
    words = g_strdup (_ ("Connecting…"));
  return words;
}

const char *
postern_system_get_state (PosternSystem *self)
{
  if (postern_client_is_ready (self->client))
    return "";
  if (postern_client_get_problem (self->client) == NULL)
    return _ ("Connecting…");
  return self->kind == POSTERN_SYSTEM_BACKUP ? _ ("Not open") : _ ("Not connected");
}

void
postern_system_tell (PosternSystem *self, const char *words)
{
  take_last_deed (self, g_strdup (words));
}

void
postern_system_note_saved (PosternSystem *self, guint64 revision)
{
  self->saved_revision = revision;
  take_last_deed (self, NULL);
}

void
postern_system_refresh (PosternSystem *self)
{
  postern_system_note_saved (self, 0);
  postern_client_refresh (self->client);
}

/* --- deeds --- */

typedef struct
{
  PosternSystem *system; /* (owned) */
  PosternDeed deed;
} Call;

static void
on_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Call *call = user_data;
  g_autoptr (PosternSystem) self = call->system;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = postern_client_call_finish (POSTERN_CLIENT (source), result, &error);

  if (reply != NULL)
    {
      take_last_deed (self, NULL);
      return;
    }
  g_autofree char *reason = client_error_to_words (error);
  take_last_deed (self, g_strdup_printf ("%s %s", _ (deeds[call->deed].failed), reason));
}

gboolean
postern_system_can (PosternSystem *self, PosternServer server, PosternDeed deed)
{
  gboolean running = postern_client_get_server (self->client, server).running;

  return self->kind != POSTERN_SYSTEM_BACKUP && postern_client_is_ready (self->client)
         && running == (deed != POSTERN_DEED_START);
}

void
postern_system_do (PosternSystem *self, PosternServer server, PosternDeed deed)
{
  Call *call = g_new0 (Call, 1);
  g_autofree char *method = g_strconcat ("ServerProperties1.", deeds[deed].method, NULL);

  call->system = g_object_ref (self);
  call->deed = deed;
  take_last_deed (self, g_strdup_printf (_ (deeds[deed].begun), server_watch_get_title (server)));
  postern_client_call (self->client, POSTERN_PEER_AUTHORITY, method,
                       g_variant_new ("(s)", server_watch_get_id (server)), TRUE, NULL, on_done,
                       call);
}

gboolean
postern_system_get_autostart (PosternSystem *self, PosternServer server, gboolean *known)
{
  g_autoptr (GVariant) value = postern_client_get_value (self->client, autostart_settings[server]);

  if (known != NULL)
    *known = value != NULL && postern_client_is_ready (self->client);
  return value != NULL && g_variant_get_boolean (value);
}

static void
on_autostart_saved (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PosternSystem) self = user_data;
  g_autoptr (GError) error = NULL;
  guint64 revision = postern_client_apply_finish (POSTERN_CLIENT (source), result, &error);

  if (error == NULL)
    {
      postern_system_note_saved (self, revision);
      return;
    }
  g_autofree char *reason = client_error_to_words (error);
  take_last_deed (self, g_strdup_printf ("%s %s", reason, _ ("Nothing was saved.")));
}

void
postern_system_set_autostart (PosternSystem *self, PosternServer server, gboolean on)
{
  GVariantDict changes;

  g_variant_dict_init (&changes, NULL);
  g_variant_dict_insert (&changes, autostart_settings[server], "b", on);
  postern_client_apply (self->client, postern_client_get_revision (self->client),
                        g_variant_dict_end (&changes), on_autostart_saved, g_object_ref (self));
}

/* --- the object --- */

PosternSystemKind
postern_system_get_kind (PosternSystem *self)
{
  return self->kind;
}

PosternClient *
postern_system_get_client (PosternSystem *self)
{
  return self->client;
}

const char *
postern_system_get_name (PosternSystem *self)
{
  return self->name;
}

const char *
postern_system_get_title (PosternSystem *self)
{
  return self->title;
}

const char *
postern_system_get_icon (PosternSystem *self)
{
  return icons[self->kind];
}

PosternSystem *
postern_system_new (PosternSystemKind kind, const char *where, const char *name)
{
  PosternSystem *self = g_object_new (POSTERN_TYPE_SYSTEM, NULL);
  static const char *const news[] = { "servers-changed", "settings-changed", "notify::ready" };

  self->kind = kind;
  self->name = g_strdup (name);
  /* Translators: the name of the system stands in the brackets */
  self->title = kind == POSTERN_SYSTEM_LOCAL ? g_strdup_printf (_ ("This system (%s)"), name)
                                             : g_strdup (name);
  self->client = postern_client_new (where);
  for (gsize i = 0; i < G_N_ELEMENTS (news); i++)
    g_signal_connect_object (self->client, news[i], G_CALLBACK (emit_changed), self,
                             G_CONNECT_SWAPPED);
  return self;
}

static void
postern_system_finalize (GObject *object)
{
  PosternSystem *self = POSTERN_SYSTEM (object);

  g_clear_object (&self->client);
  g_free (self->name);
  g_free (self->title);
  g_free (self->last_deed);
  G_OBJECT_CLASS (postern_system_parent_class)->finalize (object);
}

static void
postern_system_class_init (PosternSystemClass *class)
{
  G_OBJECT_CLASS (class)->finalize = postern_system_finalize;
  signals[CHANGED] = g_signal_new ("changed", POSTERN_TYPE_SYSTEM, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
}

static void
postern_system_init (PosternSystem *self)
{
}
