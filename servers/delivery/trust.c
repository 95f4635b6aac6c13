/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/trust.h"

struct _Trust
{
  GMutex lock;
  TlsContext *context; /* (owned) (nullable) (lock) */
  char *problem;       /* (owned) (nullable) (lock) */
};

Trust *
trust_new (void)
{
  Trust *trust = g_new0 (Trust, 1);
  g_mutex_init (&trust->lock);
  return trust;
}

void
trust_free (Trust *trust)
{
  if (trust == NULL)
    return;
  g_clear_pointer (&trust->context, tls_context_unref);
  g_free (trust->problem);
  g_mutex_clear (&trust->lock);
  g_free (trust);
}

void
trust_apply (Trust *trust, const char *ca_file)
{
  g_autoptr (GError) error = NULL;
  TlsContext *context = tls_context_new_client (ca_file, &error);
  char *problem = error != NULL ? g_strdup (error->message) : NULL;
  if (problem != NULL)
    g_warning ("no other host's certificate can be verified: %s", problem);
  /* TLS as such needs no authorities. */
  if (context == NULL && *ca_file != '\0')
    context = tls_context_new_client ("", NULL);

  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&trust->lock);
  g_clear_pointer (&trust->context, tls_context_unref);
  g_free (trust->problem);
  trust->context = context;
  trust->problem = problem;
}

TlsContext *
trust_get (Trust *trust, char **problem)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&trust->lock);
  *problem = g_strdup (trust->problem);
  return trust->context != NULL ? tls_context_ref (trust->context) : NULL;
}
