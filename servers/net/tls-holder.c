/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/net/tls-holder.h"

#include "core/settings/certificate-files.h"
#include "core/settings/file-identity.h"

#include <gio/gio.h>

struct _TlsHolder
{
  GMutex lock;
  TlsContext *context; /* (owned) (nullable) guarded by lock, written by the main thread */

  /* The main thread's: */
  guint timer;
  SecuritySettings security; /* a copy of what concerns TLS; its texts are owned */
  GArray *taken;             /* (owned) (element-type FileIdentity) when they were read last */
  GArray *seen;              /* (owned) the same, at the last look */
};

static GArray *
identities_new (void)
{
  return g_array_new (FALSE, FALSE, sizeof (FileIdentity));
}

/* Returns: (transfer full): of each certificate's file and key's file */
static GArray *
look_at_files (char **rows)
{
  GArray *identities = identities_new ();

  for (guint i = 0; rows[i] != NULL; i++)
    {
      g_auto (CertificateFiles) files = { 0 };
      if (!certificate_files_parse (rows[i], &files))
        continue;

      FileIdentity both[] = { file_identity_of (files.certificate), file_identity_of (files.key) };
      g_array_append_vals (identities, both, G_N_ELEMENTS (both));
    }

  return identities;
}

/* Files that are not there are the same as before when they were not there either. */
static gboolean
is_same (const GArray *a, const GArray *b)
{
  for (guint i = 0; i < a->len && i < b->len; i++)
    {
      const FileIdentity *file_a = &g_array_index (a, FileIdentity, i);
      const FileIdentity *file_b = &g_array_index (b, FileIdentity, i);
      gboolean both_absent = file_a->inode == 0 && file_b->inode == 0;
      if (!both_absent && !file_identity_equal (file_a, file_b))
        return FALSE;
    }

  return a->len == b->len;
}

static void
set_identities (GArray **held, GArray *identities)
{
  g_array_unref (*held);
  *held = g_array_ref (identities);
}

static void
warn_of (TlsContext *context)
{
  g_auto (GStrv) warnings = tls_context_warnings (context);

  for (guint i = 0; warnings[i] != NULL; i++)
    g_warning ("TLS: %s", warnings[i]);
}

/* @context: (transfer full) (nullable) */
static void
publish (TlsHolder *holder, TlsContext *context)
{
  g_mutex_lock (&holder->lock);
  g_autoptr (TlsContext) former = holder->context;
  holder->context = context;
  g_mutex_unlock (&holder->lock);
}

static gboolean
on_timer (gpointer data)
{
  tls_holder_look (data);
  return G_SOURCE_CONTINUE;
}

TlsHolder *
tls_holder_new (void)
{
  TlsHolder *holder = g_new0 (TlsHolder, 1);

  g_mutex_init (&holder->lock);
  holder->security.certificates = g_new0 (char *, 1);
  holder->taken = identities_new ();
  holder->seen = identities_new ();
  holder->timer = g_timeout_add_seconds (TLS_HOLDER_LOOK_SECONDS, on_timer, holder);
  return holder;
}

void
tls_holder_free (TlsHolder *holder)
{
  if (holder == NULL)
    return;

  g_source_remove (holder->timer);
  tls_context_unref (holder->context);
  g_mutex_clear (&holder->lock);
  g_strfreev (holder->security.certificates);
  g_free (holder->security.ciphers);
  g_array_unref (holder->taken);
  g_array_unref (holder->seen);
  g_free (holder);
}

static void
remember (TlsHolder *holder, const SecuritySettings *security)
{
  g_strfreev (holder->security.certificates);
  g_free (holder->security.ciphers);
  holder->security.certificates = g_strdupv (security->certificates);
  holder->security.minimum_tls = security->minimum_tls;
  holder->security.ciphers = g_strdup (security->ciphers);
}

gboolean
tls_holder_apply (TlsHolder *holder, const SecuritySettings *security, GError **error)
{
  /* Before they are read: what is written meanwhile is seen later. */
  g_autoptr (GArray) identities = look_at_files (security->certificates);
  TlsContext *context = NULL;

  if (security->certificates[0] != NULL)
    {
      context = tls_context_new_server (security, error);
      if (context == NULL)
        return FALSE;
      warn_of (context);
    }

  publish (holder, context);
  remember (holder, security);
  set_identities (&holder->taken, identities);
  set_identities (&holder->seen, identities);
  return TRUE;
}

TlsContext *
tls_holder_get (TlsHolder *holder)
{
  g_mutex_lock (&holder->lock);
  TlsContext *context = holder->context != NULL ? tls_context_ref (holder->context) : NULL;
  g_mutex_unlock (&holder->lock);

  return context;
}

void
tls_holder_look (TlsHolder *holder)
{
  g_autoptr (GArray) identities = look_at_files (holder->security.certificates);
  g_autoptr (GError) error = NULL;

  gboolean is_quiet = is_same (identities, holder->seen);
  set_identities (&holder->seen, identities);
  if (!is_quiet || is_same (identities, holder->taken))
    return;

  set_identities (&holder->taken, identities);
  TlsContext *context = tls_context_new_server (&holder->security, &error);
  if (context == NULL)
    {
      g_warning ("TLS: %s; the former certificates stay in use", error->message);
      return;
    }

  publish (holder, context);
  g_message ("TLS: the certificates have been read again");
  warn_of (context);
}
