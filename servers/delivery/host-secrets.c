/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/host-secrets.h"

#include "servers/delivery/host-secret.h"
#include "servers/delivery/oauth-request.h"

#include <string.h>

/* A token is renewed when a tenth of its life is left, or so much, whichever is less. */
#define RENEWAL_MAX_S 300

struct _HostSecrets
{
  Worker *worker;             /* (unowned) */
  DeliveryCounters *counters; /* (unowned) */
  gint is_stopped;            /* (atomic) */
  guint64 serial;             /* of the newest token */
  GHashTable *tokens;         /* (owned) key -> Token */
};

/* What is known of one token server, client and scope. */
typedef struct
{
  OauthToken token; /* its text is NULL for none */
  guint64 serial;
  gint64 renewal_us; /* of the monotonic clock, as the next one */
  gint64 end_us;
  gboolean is_fetching;
  GPtrArray *waiting; /* (owned) (element-type HostSecretRequest) for the fetch under way */
} Token;

struct _HostSecretRequest
{
  HostSecrets *secrets; /* (unowned) */
  HostSecretDone done;  /* %NULL when it was cancelled */
  gpointer user_data;
  char *path;    /* (owned) (nullable) of a password, to be read */
  char *secret;  /* (owned) (nullable) */
  char *problem; /* (owned) (nullable) */
  guint64 serial;
};

/* A fetch, in the thread pool. */
typedef struct
{
  HostSecrets *secrets;                                      /* (unowned) */
  Token *token;                                              /* (unowned) */
  char *address, *client_id, *scope, *secret_file, *ca_file; /* (owned) */
  gint64 begun_us;
  OauthToken fetched;
  char *problem; /* (owned) (nullable) */
} Fetch;

static void
token_free (Token *token)
{
  oauth_token_clear (&token->token);
  g_ptr_array_unref (token->waiting);
  g_free (token);
}

HostSecrets *
host_secrets_new (Worker *worker, DeliveryCounters *counters)
{
  HostSecrets *secrets = g_new0 (HostSecrets, 1);
  secrets->worker = worker;
  secrets->counters = counters;
  secrets->tokens
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) token_free);
  return secrets;
}

void
host_secrets_stop (HostSecrets *secrets)
{
  g_atomic_int_set (&secrets->is_stopped, 1);
}

void
host_secrets_free (HostSecrets *secrets)
{
  if (secrets == NULL)
    return;
  g_hash_table_unref (secrets->tokens);
  g_free (secrets);
}

/* --- Requests --- */

static void
answer (gpointer data)
{
  HostSecretRequest *request = data;
  HostSecretAnswer given = { .secret = request->secret,
                             .problem = request->problem != NULL ? request->problem : "",
                             .serial = request->serial };
  if (request->done != NULL)
    request->done (request->user_data, &given);
  host_secret_clear (request->secret);
  g_free (request->problem);
  g_free (request->path);
  g_free (request);
}

void
host_secret_request_cancel (HostSecretRequest *request)
{
  request->done = NULL;
}

static void
read_password (gpointer data)
{
  HostSecretRequest *request = data;
  g_autoptr (GError) error = NULL;
  request->secret = host_secret_read (request->path, &error);
  if (error != NULL)
    request->problem = g_strdup (error->message);
}

/* --- Tokens --- */

static gboolean
is_good_at (const Token *token, gint64 limit_us)
{
  return token->token.token != NULL && g_get_monotonic_time () < limit_us;
}

static void
give_token (const Token *token, HostSecretRequest *request)
{
  request->secret = g_strdup (token->token.token);
  request->serial = token->serial;
}

static void
fetch (gpointer data)
{
  Fetch *fetch = data;
  g_autoptr (GError) error = NULL;
  char *secret = host_secret_read (fetch->secret_file, &error);
  if (secret == NULL)
    {
      fetch->problem = g_strdup (error->message);
      return;
    }
  OauthRequest request = { .address = fetch->address,
                           .client_id = fetch->client_id,
                           .client_secret = secret,
                           .scope = fetch->scope,
                           .ca_file = fetch->ca_file,
                           .is_stopped = &fetch->secrets->is_stopped };
  (void) !oauth_request_send (&request, &fetch->fetched, &fetch->problem);
  host_secret_clear (secret);
}

static void
take_token (HostSecrets *secrets, Token *token, OauthToken *fetched, gint64 begun_us)
{
  gint64 life_us = (gint64) fetched->life_s * G_USEC_PER_SEC;
  oauth_token_clear (&token->token);
  token->token = *fetched;
  token->serial = ++secrets->serial;
  token->end_us = begun_us + life_us;
  token->renewal_us = token->end_us - MIN (life_us / 10, RENEWAL_MAX_S * G_USEC_PER_SEC);
}

static void
fetch_free (Fetch *fetch)
{
  g_free (fetch->address);
  g_free (fetch->client_id);
  g_free (fetch->scope);
  g_free (fetch->secret_file);
  g_free (fetch->ca_file);
  g_free (fetch->problem);
  g_free (fetch);
}

/* Where a fetch ahead of time fails, the former token still does. */
static void
after_fetch (gpointer data)
{
  Fetch *fetch = data;
  Token *token = fetch->token;
  g_autoptr (GPtrArray) waiting = g_steal_pointer (&token->waiting);
  token->waiting = g_ptr_array_new ();
  token->is_fetching = FALSE;
  if (fetch->fetched.token != NULL)
    take_token (fetch->secrets, token, &fetch->fetched, fetch->begun_us);
  else
    g_warning ("%s", fetch->problem);
  for (guint i = 0; i < waiting->len; i++)
    {
      HostSecretRequest *request = g_ptr_array_index (waiting, i);
      if (is_good_at (token, token->end_us))
        give_token (token, request);
      else
        request->problem = g_strdup (fetch->problem);
      answer (request);
    }
  fetch_free (fetch);
}

static Token *
find_token (HostSecrets *secrets, const HostCredential *credential)
{
  g_autofree char *key
      = g_strdup_printf ("%s\n%s\n%s\n%s", credential->token_address, credential->client_id,
                         credential->scope, credential->secret_file);
  Token *token = g_hash_table_lookup (secrets->tokens, key);
  if (token == NULL)
    {
      token = g_new0 (Token, 1);
      token->waiting = g_ptr_array_new ();
      g_hash_table_insert (secrets->tokens, g_strdup (key), token);
    }
  return token;
}

static void
start_fetch (HostSecrets *secrets, Token *token, const HostSecretWish *wish)
{
  const HostCredential *credential = wish->credential;
  Fetch *work = g_new0 (Fetch, 1);
  work->secrets = secrets;
  work->token = token;
  work->address = g_strdup (credential->token_address);
  work->client_id = g_strdup (credential->client_id);
  work->scope = g_strdup (credential->scope);
  work->secret_file = g_strdup (credential->secret_file);
  work->ca_file = g_strdup (wish->ca_file);
  work->begun_us = g_get_monotonic_time ();
  token->is_fetching = TRUE;
  secrets->counters->token_fetches++;
  worker_block (secrets->worker, fetch, after_fetch, work);
}

static void
ask_token (HostSecrets *secrets, const HostSecretWish *wish, HostSecretRequest *request)
{
  Token *token = find_token (secrets, wish->credential);
  if (wish->refused != 0 && wish->refused == token->serial)
    oauth_token_clear (&token->token);
  if (!token->is_fetching && is_good_at (token, token->renewal_us))
    {
      give_token (token, request);
      worker_post (secrets->worker, answer, request);
      return;
    }
  g_ptr_array_add (token->waiting, request);
  if (!token->is_fetching)
    start_fetch (secrets, token, wish);
}

HostSecretRequest *
host_secrets_ask (HostSecrets *secrets,
                  const HostSecretWish *wish,
                  HostSecretDone done,
                  gpointer user_data)
{
  HostSecretRequest *request = g_new0 (HostSecretRequest, 1);
  request->secrets = secrets;
  request->done = done;
  request->user_data = user_data;
  if (wish->credential->method == HOST_CREDENTIAL_XOAUTH2)
    {
      ask_token (secrets, wish, request);
      return request;
    }
  request->path = g_strdup (wish->credential->secret_file);
  worker_block (secrets->worker, read_password, answer, request);
  return request;
}
