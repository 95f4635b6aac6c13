/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/settings/host-credential.h"

#include "core/settings/row-words.h"

/* The words of a row, in their order; those from CLIENT_ID on for XOAUTH2 only. */
enum
{
  HOST,
  METHOD,
  USER,
  SECRET_FILE,
  CLIENT_ID,
  TOKEN_ADDRESS,
  SCOPE
};

static const struct
{
  const char *name;
  guint words; /* of the whole row */
} methods[] = {
  [HOST_CREDENTIAL_PLAIN] = { "plain", SECRET_FILE + 1 },
  [HOST_CREDENTIAL_LOGIN] = { "login", SECRET_FILE + 1 },
  [HOST_CREDENTIAL_XOAUTH2] = { "xoauth2", SCOPE + 1 },
};

static gboolean
is_loopback (const char *host)
{
  IpAddress address;

  return g_str_equal (host, "localhost")
         || (ip_address_parse (host, &address) && ip_address_is_loopback (&address));
}

/* RFC 6749, section 3.2: the client's secret goes there, so nobody may listen in. */
static gboolean
is_token_address (const char *text)
{
  g_autoptr (GUri) uri = g_uri_parse (text, G_URI_FLAGS_NONE, NULL);

  if (uri == NULL || g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0'
      || g_uri_get_userinfo (uri) != NULL || g_uri_get_fragment (uri) != NULL)
    return FALSE;
  if (g_str_equal (g_uri_get_scheme (uri), "https"))
    return TRUE;
  return g_str_equal (g_uri_get_scheme (uri), "http") && is_loopback (g_uri_get_host (uri));
}

/* The method that has this name and so many words in its row, or -1. */
static int
find_method (char **words)
{
  if (words == NULL)
    return -1;
  guint length = g_strv_length (words);

  for (guint i = 0; i < G_N_ELEMENTS (methods); i++)
    if (length == methods[i].words && g_str_equal (words[METHOD], methods[i].name))
      return (int) i;
  return -1;
}

gboolean
host_credential_parse (const char *text, HostCredential *credential)
{
  g_auto (GStrv) words = row_words_split (text);
  int method = find_method (words);
  HostCredential parsed = { 0 };

  if (method < 0 || mail_router_parse (words[HOST], &parsed.host) != MAIL_ROUTER_VALID)
    return FALSE;
  parsed.method = (HostCredentialMethod) method;
  if (parsed.method == HOST_CREDENTIAL_XOAUTH2)
    {
      if (!is_token_address (words[TOKEN_ADDRESS]))
        return FALSE;
      parsed.client_id = g_strdup (words[CLIENT_ID]);
      parsed.token_address = g_strdup (words[TOKEN_ADDRESS]);
      parsed.scope = g_strdup (words[SCOPE]);
    }
  parsed.user = g_strdup (words[USER]);
  parsed.secret_file = g_strdup (words[SECRET_FILE]);
  *credential = parsed;
  return TRUE;
}

char *
host_credential_to_text (const HostCredential *credential)
{
  g_autofree char *host = mail_router_to_text (&credential->host);

  return row_words_join ((const char *const[]){
      host, methods[credential->method].name, credential->user, credential->secret_file,
      credential->client_id, credential->token_address, credential->scope, NULL });
}

void
host_credential_make_absolute (HostCredential *credential, const char *folder)
{
  g_autofree char *relative = g_steal_pointer (&credential->secret_file);

  credential->secret_file = g_canonicalize_filename (relative, folder);
}

void
host_credential_clear (HostCredential *credential)
{
  g_clear_pointer (&credential->user, g_free);
  g_clear_pointer (&credential->secret_file, g_free);
  g_clear_pointer (&credential->client_id, g_free);
  g_clear_pointer (&credential->token_address, g_free);
  g_clear_pointer (&credential->scope, g_free);
}
