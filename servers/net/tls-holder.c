/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/net/tls-holder.h"

#include "core/settings/certificate-files.h"
#include "core/settings/file-identity.h"

#include <gio/gio.h>

/* A context, and what it was made of. */
typedef struct
{
  TlsContext *context;       /* (owned) (nullable) */
  SecuritySettings security; /* a copy of what concerns TLS; its texts are owned */
  GArray *identities;        /* (owned) (element-type FileIdentity) of the files */
} Make;

struct _TlsHolder
{
  GMutex lock;
  TlsContext *context; /* (owned) (nullable) guarded by lock, written by the main thread */

  /* The main thread's: */
  guint timer;
  Make *prepared; /* (owned) (nullable) */
  Make *made;     /* (owned): what is in force; its files as they were when last read */
  GArray *seen;   /* (owned) (element-type FileIdentity) the files at the last look */
  char *trouble;  /* (owned) (nullable) why the files could not be read again */
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

static gboolean
is_same (const GArray *a, const GArray *b)
{
  for (guint i = 0; i < a->len && i < b->len; i++)
    {
      if (!file_identity_unchanged (&g_array_index (a, FileIdentity, i),
                                    &g_array_index (b, FileIdentity, i)))
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
make_free (Make *make)
{
  if (make == NULL)
    return;

  tls_context_unref (make->context);
  g_strfreev (make->security.certificates);
  g_free (make->security.ciphers);
  g_array_unref (make->identities);
  g_free (make);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Make, make_free)

/* Without a context yet. */
static Make *
make_new (const SecuritySettings *security)
{
  Make *make = g_new0 (Make, 1);

  make->security.certificates = g_strdupv (security->certificates);
  make->security.minimum_tls = security->minimum_tls;
  make->security.ciphers = g_strdup (security->ciphers);
  /* Before they are read: what is written meanwhile is seen later. */
  make->identities = look_at_files (security->certificates);
  return make;
}

static void
warn_of (TlsContext *context)
{
  g_auto (GStrv) warnings = tls_context_warnings (context);

  for (guint i = 0; warnings[i] != NULL; i++)
    g_warning ("TLS: %s", warnings[i]);
}

/* Puts holder->made->context in force. */
static void
publish (TlsHolder *holder)
{
  TlsContext *context = holder->made->context;

  g_clear_pointer (&holder->trouble, g_free);
  g_mutex_lock (&holder->lock);
  g_autoptr (TlsContext) former = holder->context;
  holder->context = context != NULL ? tls_context_ref (context) : NULL;
  g_mutex_unlock (&holder->lock);

  if (context != NULL)
    warn_of (context);
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
  const SecuritySettings nothing = { .certificates = (char *[]){ NULL } };

  TlsHolder *holder = g_new0 (TlsHolder, 1);

  g_mutex_init (&holder->lock);
  holder->made = make_new (&nothing);
  holder->seen = g_array_ref (holder->made->identities);
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
  make_free (holder->prepared);
  make_free (holder->made);
  g_array_unref (holder->seen);
  g_free (holder->trouble);
  g_free (holder);
}

gboolean
tls_holder_prepare (TlsHolder *holder, const SecuritySettings *security, GError **error)
{
  g_autoptr (Make) make = make_new (security);

  if (security->certificates[0] != NULL)
    {
      make->context = tls_context_new_server (security, error);
      if (make->context == NULL)
        return FALSE;
    }

  make_free (holder->prepared);
  holder->prepared = g_steal_pointer (&make);
  return TRUE;
}

void
tls_holder_publish (TlsHolder *holder)
{
  g_return_if_fail (holder->prepared != NULL);

  make_free (holder->made);
  holder->made = g_steal_pointer (&holder->prepared);
  set_identities (&holder->seen, holder->made->identities);
  publish (holder);
}

gboolean
tls_holder_apply (TlsHolder *holder, const SecuritySettings *security, GError **error)
{
  if (!tls_holder_prepare (holder, security, error))
    return FALSE;

  tls_holder_publish (holder);
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
  Make *made = holder->made;
  g_autoptr (GArray) identities = look_at_files (made->security.certificates);
  g_autoptr (GError) error = NULL;

  gboolean is_quiet = is_same (identities, holder->seen);
  set_identities (&holder->seen, identities);
  if (!is_quiet || is_same (identities, made->identities))
    return;

  set_identities (&made->identities, identities);
  TlsContext *context = tls_context_new_server (&made->security, &error);
  if (context == NULL)
    {
      g_free (holder->trouble);
      holder->trouble
          = g_strdup_printf ("TLS: %s; the former certificates stay in use", error->message);
      g_warning ("%s", holder->trouble);
      return;
    }

  g_message ("TLS: the certificates have been read again");
  tls_context_unref (made->context);
  made->context = context;
  publish (holder);
}

void
tls_holder_troubles (TlsHolder *holder, GStrvBuilder *troubles)
{
  if (holder->trouble != NULL)
    g_strv_builder_add (troubles, holder->trouble);
  if (holder->made->context == NULL)
    return;

  g_auto (GStrv) warnings = tls_context_warnings (holder->made->context);
  for (guint i = 0; warnings[i] != NULL; i++)
    {
      g_autofree char *trouble = g_strconcat ("TLS: ", warnings[i], NULL);
      g_strv_builder_add (troubles, trouble);
    }
}
