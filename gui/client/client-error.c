/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/client/client-error.h"

#include <glib/gi18n.h>

#include "gui/client/authority-words.h"

G_DEFINE_QUARK (postern - client - error, client_error)

#define PREFIX "org.postern.Error."

static const struct
{
  const char *name;
  ClientError code;
} names[] = {
  { "NotAuthorized", CLIENT_ERROR_NOT_AUTHORIZED },
  { "Invalid", CLIENT_ERROR_INVALID },
  { "Stale", CLIENT_ERROR_STALE },
};

/* The bus daemon's and GIO's own ways to say that nobody is there. */
static gboolean
is_absence (const GError *error)
{
  static const GDBusError absences[] = { G_DBUS_ERROR_SERVICE_UNKNOWN,
                                         G_DBUS_ERROR_NAME_HAS_NO_OWNER,
                                         G_DBUS_ERROR_NO_REPLY,
                                         G_DBUS_ERROR_DISCONNECTED,
                                         G_DBUS_ERROR_NO_SERVER,
                                         G_DBUS_ERROR_SPAWN_FAILED,
                                         G_DBUS_ERROR_SPAWN_EXEC_FAILED,
                                         G_DBUS_ERROR_SPAWN_CHILD_EXITED,
                                         G_DBUS_ERROR_SPAWN_CHILD_SIGNALED,
                                         G_DBUS_ERROR_TIMED_OUT,
                                         G_DBUS_ERROR_UNKNOWN_OBJECT };

  for (gsize i = 0; i < G_N_ELEMENTS (absences); i++)
    if (g_error_matches (error, G_DBUS_ERROR, absences[i]))
      return TRUE;
  return error->domain == G_IO_ERROR && error->code != G_IO_ERROR_CANCELLED
         && !g_dbus_error_is_remote_error (error);
}

static ClientError
code_for (const GError *error)
{
  g_autofree char *name = g_dbus_error_get_remote_error (error);

  if (name != NULL && g_str_has_prefix (name, PREFIX))
    for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
      if (g_str_equal (name + strlen (PREFIX), names[i].name))
        return names[i].code;
  if (g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_ACCESS_DENIED))
    return CLIENT_ERROR_NOT_AUTHORIZED;
  return is_absence (error) ? CLIENT_ERROR_UNREACHABLE : CLIENT_ERROR_FAILED;
}

GError *
client_error_translate (GError *error)
{
  GError *translated;

  if (error->domain == CLIENT_ERROR || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return error;

  ClientError code = code_for (error);
  g_dbus_error_strip_remote_error (error);
  translated = g_error_new_literal (CLIENT_ERROR, code, error->message);
  g_error_free (error);
  return translated;
}

/* Of "setting: what is wrong" in each line, the first is enough: the fields tell the others. */
static char *
refusal_to_words (const char *message)
{
  g_auto (GStrv) lines = g_strsplit (message, "\n", 2);
  g_auto (GStrv) parts = g_strsplit (lines[0] != NULL ? lines[0] : "", ": ", 2);

  if (g_strv_length (parts) < 2)
    return g_strdup_printf (_ ("A value was refused: %s."), message);

  g_autofree char *words = authority_words (parts[1]);
  g_autofree char *line = g_strdup_printf ("%s: %s", parts[0], words);
  return g_strdup_printf (_ ("A value was refused: %s."), line);
}

char *
client_error_to_words (const GError *error)
{
  if (g_error_matches (error, CLIENT_ERROR, CLIENT_ERROR_NOT_AUTHORIZED))
    return g_strdup (_ ("You are not allowed to do this."));
  if (g_error_matches (error, CLIENT_ERROR, CLIENT_ERROR_INVALID))
    return refusal_to_words (error->message);
  if (g_error_matches (error, CLIENT_ERROR, CLIENT_ERROR_STALE))
    return g_strdup (_ ("Somebody else saved first."));
  if (g_error_matches (error, CLIENT_ERROR, CLIENT_ERROR_UNREACHABLE))
    return g_strdup (_ ("The settings service does not answer."));
  return g_strdup_printf (_ ("The settings service failed: %s."), error->message);
}
