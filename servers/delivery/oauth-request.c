/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/oauth-request.h"

#include "servers/delivery/host-secret.h"

#include <curl/curl.h>
#include <gio/gio.h>
#include <string.h>

#define TIMEOUT_S 30L
#define CONNECT_TIMEOUT_S 10L

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CURL, curl_easy_cleanup)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CURLU, curl_url_cleanup)

static void
clear_string (GString *string)
{
  explicit_bzero (string->str, string->allocated_len);
  g_string_free (string, TRUE);
}

static void
append_field (CURL *curl, GString *form, const char *name, const char *value)
{
  char *escaped = curl_easy_escape (curl, value, 0);
  g_string_append_printf (form, "%s%s=%s", form->len > 0 ? "&" : "", name, escaped);
  explicit_bzero (escaped, strlen (escaped));
  curl_free (escaped);
}

/* RFC 6749, sections 4.4.2 and 2.3.1. */
static GString *
make_form (CURL *curl, const OauthRequest *request)
{
  GString *form = g_string_sized_new (OAUTH_ANSWER_MAX);
  append_field (curl, form, "grant_type", "client_credentials");
  append_field (curl, form, "client_id", request->client_id);
  append_field (curl, form, "client_secret", request->client_secret);
  append_field (curl, form, "scope", request->scope);
  return form;
}

static size_t
on_body (char *bytes, size_t size, size_t count, void *data)
{
  GString *body = data;
  gsize length = size * count;
  if (body->len + length > OAUTH_ANSWER_MAX)
    return 0; /* which ends it with an error */
  g_string_append_len (body, bytes, (gssize) length);
  return length;
}

static int
on_progress (void *data, curl_off_t total, curl_off_t now, curl_off_t up_total, curl_off_t up)
{
  const OauthRequest *request = data;
  return g_atomic_int_get (request->is_stopped) != 0;
}

static void
set_up (CURL *curl, const OauthRequest *request, const GString *form, GString *body)
{
  curl_easy_setopt (curl, CURLOPT_URL, request->address);
  curl_easy_setopt (curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt (curl, CURLOPT_PROXY, "");
  curl_easy_setopt (curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t) form->len);
  curl_easy_setopt (curl, CURLOPT_POSTFIELDS, form->str);
  curl_easy_setopt (curl, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt (curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt (curl, CURLOPT_TIMEOUT, TIMEOUT_S);
  curl_easy_setopt (curl, CURLOPT_CONNECTTIMEOUT, CONNECT_TIMEOUT_S);
  curl_easy_setopt (curl, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt (curl, CURLOPT_WRITEDATA, body);
  curl_easy_setopt (curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt (curl, CURLOPT_XFERINFOFUNCTION, on_progress);
  curl_easy_setopt (curl, CURLOPT_XFERINFODATA, (void *) request);
  if (*request->ca_file == '\0')
    return;
  curl_easy_setopt (curl, CURLOPT_CAINFO, request->ca_file);
  curl_easy_setopt (curl, CURLOPT_CAPATH, NULL);
}

/* Returns: (transfer full): the host's name, for people */
static char *
find_host (const char *address)
{
  g_autoptr (CURLU) url = curl_url ();
  char *host = NULL;
  if (curl_url_set (url, CURLUPART_URL, address, 0) == CURLUE_OK)
    (void) curl_url_get (url, CURLUPART_HOST, &host, 0);
  char *copy = g_strdup (host != NULL ? host : "its server");
  curl_free (host);
  return copy;
}

static gboolean
perform (CURL *curl, GString *body, OauthToken *token, char **problem)
{
  char words[CURL_ERROR_SIZE] = "";
  long status = 0;
  curl_easy_setopt (curl, CURLOPT_ERRORBUFFER, words);
  CURLcode result = curl_easy_perform (curl);
  curl_easy_setopt (curl, CURLOPT_ERRORBUFFER, NULL);
  if (result != CURLE_OK)
    {
      *problem = g_strdup (*words != '\0' ? words : curl_easy_strerror (result));
      return FALSE;
    }
  curl_easy_getinfo (curl, CURLINFO_RESPONSE_CODE, &status);
  return oauth_answer_parse ((guint) status, body->str, body->len, token, problem);
}

/* A server may repeat what it was asked with. */
static void
hide_secret (CURL *curl, const OauthRequest *request, char *words)
{
  char *escaped = curl_easy_escape (curl, request->client_secret, 0);
  host_secret_hide (words, escaped);
  host_secret_hide (words, request->client_secret);
  explicit_bzero (escaped, strlen (escaped));
  curl_free (escaped);
}

gboolean
oauth_request_send (const OauthRequest *request, OauthToken *token, char **problem)
{
  static gsize is_ready = 0;
  if (g_once_init_enter (&is_ready))
    {
      curl_global_init (CURL_GLOBAL_DEFAULT);
      g_once_init_leave (&is_ready, 1);
    }
  g_autoptr (CURL) curl = curl_easy_init ();
  GString *form = make_form (curl, request);
  GString *body = g_string_sized_new (OAUTH_ANSWER_MAX); /* never moved: it is cleared */
  g_autofree char *words = NULL;
  set_up (curl, request, form, body);
  gboolean done = perform (curl, body, token, &words);
  clear_string (form);
  clear_string (body);
  if (done)
    return TRUE;
  hide_secret (curl, request, words);
  g_autofree char *host = find_host (request->address);
  *problem = g_strdup_printf ("no access token from %s: %s", host, words);
  return FALSE;
}
