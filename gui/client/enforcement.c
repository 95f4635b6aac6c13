/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/client/enforcement.h"

#include <glib/gi18n.h>

/* Those that people see enforce settings. Delivery, behind them, is only heard of when it has a
 * problem. */
static const PosternServer enforcers[] = { POSTERN_SERVER_SMTP, POSTERN_SERVER_POP };

static gboolean
has_failed (const ServerState *state, guint64 revision)
{
  return state->running && *state->problem != '\0' && state->revision < revision;
}

/* "SMTP", "SMTP and POP"; NULL for no server in that state */
static char *
names_of (PosternClient *client, guint64 revision, gboolean in_force)
{
  char *names = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (enforcers); i++)
    {
      ServerState state = postern_client_get_server (client, enforcers[i]);
      const char *title = server_watch_get_title (enforcers[i]);

      if (!state.running || has_failed (&state, revision)
          || (state.revision >= revision) != in_force)
        continue;
      if (names == NULL)
        names = g_strdup (title);
      else
        {
          /* Translators: two servers, as in “SMTP and POP” */
          char *both = g_strdup_printf (_ ("%s and %s"), names, title);

          g_free (names);
          names = both;
        }
    }
  return names;
}

static void
append_stopped (PosternClient *client, GString *text)
{
  for (gsize i = 0; i < G_N_ELEMENTS (enforcers); i++)
    if (!postern_client_get_server (client, enforcers[i]).running)
      {
        g_string_append_c (text, ' ');
        g_string_append_printf (text, _ ("%s is stopped."), server_watch_get_title (enforcers[i]));
      }
}

char *
enforcement_problems (PosternClient *client, guint64 revision)
{
  GString *text = g_string_new (NULL);

  for (PosternServer server = 0; server < POSTERN_N_SERVERS; server++)
    {
      ServerState state = postern_client_get_server (client, server);

      if (!has_failed (&state, revision))
        continue;
      g_string_append_c (text, ' ');
      /* Translators: a server, and why it could not put the settings in force */
      g_string_append_printf (text, _ ("%s could not take it: %s"), server_watch_get_title (server),
                              state.problem);
    }
  return g_string_free (text, FALSE);
}

Enforcement
enforcement_of (PosternClient *client, guint64 revision, char **words)
{
  g_autofree char *in_force = names_of (client, revision, TRUE);
  g_autofree char *waiting = names_of (client, revision, FALSE);
  g_autofree char *problems = enforcement_problems (client, revision);
  GString *text = g_string_new (NULL);

  if (waiting != NULL)
    g_string_printf (text, _ ("Saved as revision %lu; waiting for %s."), (gulong) revision,
                     waiting);
  else if (in_force != NULL)
    g_string_printf (text, _ ("Saved as revision %lu; in force on %s."), (gulong) revision,
                     in_force);
  else
    g_string_printf (text, _ ("Saved as revision %lu."), (gulong) revision);
  append_stopped (client, text);
  g_string_append (text, problems);
  *words = g_string_free (text, FALSE);
  if (*problems != '\0')
    return ENFORCEMENT_FAILED;
  return waiting != NULL ? ENFORCEMENT_WAITING : ENFORCEMENT_DONE;
}
