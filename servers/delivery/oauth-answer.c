/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/oauth-answer.h"

#include <json-glib/json-glib.h>
#include <string.h>

/* An answer is one object. What is nested deeper than this is none, and the library would follow it
 * to the end of the stack. */
#define BRACKETS_MAX 64

/* RFC 6749, section 5.1: where no life is said, it is "provided otherwise". */
#define LIFE_UNSAID_S 300
#define LIFE_MAX_S (24 * 3600)

#define WORDS_MAX 300

void
oauth_token_clear (OauthToken *token)
{
  if (token->token != NULL)
    explicit_bzero (token->token, strlen (token->token));
  g_clear_pointer (&token->token, g_free);
}

static gboolean
is_flat (const char *text, gsize length)
{
  guint brackets = 0;
  for (gsize i = 0; i < length; i++)
    brackets += text[i] == '[' || text[i] == '{';
  return brackets <= BRACKETS_MAX;
}

/* Returns: (nullable): the text of that member; %NULL where it is none */
static const char *
get_text (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);
  return node != NULL && json_node_get_value_type (node) == G_TYPE_STRING
             ? json_node_get_string (node)
             : NULL;
}

/* The life is a number, or, as some servers have it, a number in a text. */
static guint64
get_life (JsonObject *object)
{
  JsonNode *node = json_object_get_member (object, "expires_in");
  const char *text = get_text (object, "expires_in");
  gint64 life = 0;
  if (text != NULL)
    life = g_ascii_strtoll (text, NULL, 10);
  else if (node != NULL && JSON_NODE_HOLDS_VALUE (node))
    life = json_node_get_int (node);
  return life > 0 ? (guint64) MIN (life, LIFE_MAX_S) : LIFE_UNSAID_S;
}

static void
append_printable (GString *words, const char *text)
{
  for (const char *at = text; *at != '\0' && words->len < WORDS_MAX; at++)
    g_string_append_c (words, g_ascii_isprint (*at) ? *at : ' ');
}

static char *
describe_refusal (guint status, JsonObject *object)
{
  const char *code = object != NULL ? get_text (object, "error") : NULL;
  const char *description = object != NULL ? get_text (object, "error_description") : NULL;
  g_autoptr (GString) words = g_string_new (NULL);
  if (code == NULL)
    return g_strdup_printf ("it answered with HTTP status %u, and no reason", status);
  append_printable (words, code);
  if (description != NULL)
    {
      g_string_append (words, ": ");
      append_printable (words, description);
    }
  return g_strdup_printf ("it refused with %s", words->str);
}

/* RFC 6750, section 2.1: what an access token is made of; a little more is let through, but nothing
 * that could end what it is put into. */
static gboolean
is_token (const char *text)
{
  gsize length = strlen (text);
  for (gsize i = 0; i < length; i++)
    if (text[i] <= ' ' || text[i] > '~')
      return FALSE;
  return length > 0 && length <= OAUTH_TOKEN_MAX;
}

static gboolean
read_token (JsonObject *object, OauthToken *token, char **problem)
{
  const char *text = get_text (object, "access_token");
  const char *type = get_text (object, "token_type");
  if (text == NULL || !is_token (text))
    *problem = g_strdup ("there is no access token in its answer");
  else if (type != NULL && g_ascii_strcasecmp (type, "Bearer") != 0)
    *problem = g_strdup ("the token in its answer is none of the type Bearer");
  else
    {
      *token = (OauthToken){ g_strdup (text), get_life (object) };
      return TRUE;
    }
  return FALSE;
}

gboolean
oauth_answer_parse (guint status, const char *text, gsize length, OauthToken *token, char **problem)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  gboolean is_json = length <= OAUTH_ANSWER_MAX && is_flat (text, length)
                     && g_utf8_validate (text, (gssize) length, NULL)
                     && json_parser_load_from_data (parser, text, (gssize) length, NULL);
  JsonNode *root = is_json ? json_parser_get_root (parser) : NULL;
  JsonObject *object
      = root != NULL && JSON_NODE_HOLDS_OBJECT (root) ? json_node_get_object (root) : NULL;
  if (status != 200)
    {
      *problem = describe_refusal (status, object);
      return FALSE;
    }
  if (object != NULL)
    return read_token (object, token, problem);
  *problem = g_strdup ("its answer is not the JSON of an access token");
  return FALSE;
}
