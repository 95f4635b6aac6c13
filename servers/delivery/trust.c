/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/trust.h"

#include "core/settings/file-identity.h"

struct _Trust
{
  GMutex lock;
  TlsContext *context; /* (owned) (nullable) (lock) */
  char *problem;       /* (owned) (nullable) (lock) why no certificate is good; the main thread's to
                          change */

  /* The main thread's: */
  guint timer;
  char *ca_file;     /* (owned) */
  FileIdentity read; /* the file as it was when last read */
  FileIdentity seen; /* at the last look */
  char *trouble;     /* (owned) (nullable) what an administrator should see to */
};

static gboolean
on_timer (gpointer data)
{
  trust_look (data);
  return G_SOURCE_CONTINUE;
}

Trust *
trust_new (void)
{
  Trust *trust = g_new0 (Trust, 1);
  g_mutex_init (&trust->lock);
  trust->ca_file = g_strdup ("");
  trust->timer = g_timeout_add_seconds (TRUST_LOOK_SECONDS, on_timer, trust);
  return trust;
}

void
trust_free (Trust *trust)
{
  if (trust == NULL)
    return;
  g_source_remove (trust->timer);
  g_clear_pointer (&trust->context, tls_context_unref);
  g_free (trust->problem);
  g_free (trust->ca_file);
  g_free (trust->trouble);
  g_mutex_clear (&trust->lock);
  g_free (trust);
}

static void
warn (Trust *trust, char *trouble)
{
  g_free (trust->trouble);
  trust->trouble = trouble;
  g_warning ("%s", trouble);
}

/* @context: (transfer full) (nullable), @problem: (nullable) why no certificate is good */
static void
publish (Trust *trust, TlsContext *context, const char *problem)
{
  g_clear_pointer (&trust->trouble, g_free);
  g_mutex_lock (&trust->lock);
  g_clear_pointer (&trust->context, tls_context_unref);
  g_free (trust->problem);
  trust->context = context;
  trust->problem = g_strdup (problem);
  g_mutex_unlock (&trust->lock);
  if (problem != NULL)
    warn (trust, g_strdup_printf ("no other host's certificate can be verified: %s", problem));
}

/* Reads the file. TLS as such needs no authorities. */
static void
start_anew (Trust *trust)
{
  g_autoptr (GError) error = NULL;
  TlsContext *context = tls_context_new_client (trust->ca_file, &error);
  if (context == NULL && *trust->ca_file != '\0')
    context = tls_context_new_client ("", NULL);
  publish (trust, context, error != NULL ? error->message : NULL);
}

void
trust_apply (Trust *trust, const char *ca_file)
{
  char *former = trust->ca_file;
  trust->ca_file = g_strdup (ca_file);
  g_free (former);
  /* Before it is read: what is written meanwhile is seen later. */
  trust->read = trust->seen = file_identity_of (ca_file);
  start_anew (trust);
}

static void
read_again (Trust *trust)
{
  g_autoptr (GError) error = NULL;
  TlsContext *context = tls_context_new_client (trust->ca_file, &error);
  if (context == NULL)
    {
      warn (trust, g_strdup_printf ("smtp.delivery.ca-file: %s; the former authorities stay in use",
                                    error->message));
      return;
    }
  publish (trust, context, NULL);
  g_message ("smtp.delivery.ca-file: %s has been read again", trust->ca_file);
}

void
trust_look (Trust *trust)
{
  FileIdentity now = file_identity_of (trust->ca_file);
  gboolean is_quiet = file_identity_unchanged (&now, &trust->seen);
  trust->seen = now;
  if (!is_quiet || file_identity_unchanged (&now, &trust->read))
    return;

  trust->read = now;
  if (trust->problem != NULL)
    start_anew (trust);
  else
    read_again (trust);
}

TlsContext *
trust_get (Trust *trust, char **problem)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&trust->lock);
  *problem = g_strdup (trust->problem);
  return trust->context != NULL ? tls_context_ref (trust->context) : NULL;
}

void
trust_troubles (Trust *trust, GStrvBuilder *troubles)
{
  if (trust->trouble != NULL)
    g_strv_builder_add (troubles, trust->trouble);
}
