/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/client/ssh-pipe.h"

#include <string.h>
#include <unistd.h>

#define LONGEST_HOST 253
#define LONGEST_USER 64

/* The first character of a word is never a hyphen, so that no word is an option. */
static gboolean
is_word (const char *word, gsize longest, const char *marks)
{
  gsize length = strlen (word);

  if (length == 0 || length > longest || *word == '-')
    return FALSE;
  for (const char *c = word; *c != '\0'; c++)
    if (!g_ascii_isalnum (*c) && strchr (marks, *c) == NULL)
      return FALSE;
  return TRUE;
}

gboolean
ssh_pipe_is_host (const char *host)
{
  return is_word (host, LONGEST_HOST, ".-_:%");
}

gboolean
ssh_pipe_is_user (const char *user)
{
  return is_word (user, LONGEST_USER, ".-_");
}

/* Returns the host; @user: (out) (transfer full) (nullable) */
static const char *
split (const char *place, char **user)
{
  const char *at = strchr (place, '@');

  *user = at != NULL ? g_strndup (place, at - place) : NULL;
  return at != NULL ? at + 1 : place;
}

gboolean
ssh_pipe_is_place (const char *place)
{
  g_autofree char *user = NULL;
  const char *host = split (place, &user);

  return ssh_pipe_is_host (host) && (user == NULL || ssh_pipe_is_user (user));
}

ChildPipe *
ssh_pipe_new (const char *place, gboolean may_ask, GError **error)
{
  g_autofree char *user = NULL;
  const char *host = split (place, &user);
  gboolean can_ask = g_getenv ("SSH_ASKPASS") != NULL || isatty (STDIN_FILENO);
  static const char *const ask_in_a_window[] = { "SSH_ASKPASS_REQUIRE", "prefer", NULL };
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  static const char *const options[] = {
    "ssh", "-T",
    "-a",  "-x",
    "-o",  "ClearAllForwardings=yes",
    "-o",  "ControlMaster=no",
    "-o",  "ConnectTimeout=15",
    "-o",  "ServerAliveInterval=15",
    "-o",  "ServerAliveCountMax=3",
  };

  if (!ssh_pipe_is_place (place))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "%s is no host", place);
      return NULL;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (options); i++)
    g_ptr_array_add (argv, (gpointer) options[i]);
  if (!may_ask || !can_ask)
    {
      g_ptr_array_add (argv, "-o");
      g_ptr_array_add (argv, "BatchMode=yes");
    }
  if (user != NULL)
    {
      g_ptr_array_add (argv, "-l");
      g_ptr_array_add (argv, user);
    }
  g_ptr_array_add (argv, "--");
  g_ptr_array_add (argv, (gpointer) host);
  g_ptr_array_add (argv, "systemd-stdio-bridge");
  g_ptr_array_add (argv, NULL);
  return child_pipe_new ((const char *const *) argv->pdata,
                         g_getenv ("SSH_ASKPASS") != NULL ? ask_in_a_window : NULL, error);
}
