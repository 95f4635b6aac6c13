/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/users.h"

struct _Users
{
  GMutex lock;
  Credentials *credentials; /* (owned) (nullable) */
  char *told;               /* (owned) (nullable) the problem that was said last */
};

Users *
users_new (void)
{
  Users *users = g_new0 (Users, 1);
  g_mutex_init (&users->lock);
  return users;
}

void
users_free (Users *users)
{
  if (users == NULL)
    return;
  g_free (users->told);
  g_clear_pointer (&users->credentials, credentials_unref);
  g_mutex_clear (&users->lock);
  g_free (users);
}

static void
tell_once (Users *users, const char *problem)
{
  if (g_strcmp0 (users->told, problem) == 0)
    return;
  g_free (users->told);
  users->told = g_strdup (problem);
  if (problem != NULL)
    g_warning ("mail for local users waits: %s", problem);
}

static void
open_source (Users *users, const CredentialsSource *source)
{
  g_autoptr (GError) error = NULL;
  g_clear_pointer (&users->credentials, credentials_unref);
  users->credentials = credentials_new (source, &error);
  tell_once (users, error != NULL ? error->message : NULL);
}

Credentials *
users_get (Users *users, const Settings *settings)
{
  CredentialsSource source = credentials_source_of (settings);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&users->lock);
  if (users->credentials == NULL || !credentials_is_of (users->credentials, &source))
    open_source (users, &source);
  return users->credentials != NULL ? credentials_ref (users->credentials) : NULL;
}
