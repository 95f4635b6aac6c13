/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/smtp-authentication.h"

#include "servers/delivery/host-secret.h"

#include <string.h>

/* RFC 4954, section 4: with the CR LF. */
#define COMMAND_MAX 512

/* Of the response that goes along with the command: what is around user and secret, in base64. */
#define INITIAL_MAX(user, secret) ((strlen (user) + strlen (secret) + 32) * 2)

/* What is said, response after response. */
static const struct
{
  const char *name;
  const char
      *responses[3];    /* in order; U user, S secret, 0 a NUL, 1 a byte 1, others as they are */
  gboolean has_initial; /* the first may go along with the command */
} methods[SMTP_AUTHENTICATION_METHODS] = {
  [HOST_CREDENTIAL_PLAIN] = { "PLAIN", { "0U0S" }, TRUE },
  [HOST_CREDENTIAL_LOGIN] = { "LOGIN", { "U", "S" }, FALSE },
  [HOST_CREDENTIAL_XOAUTH2] = { "XOAUTH2", { "user=U1auth=Bearer S11", "" }, TRUE },
};

const char *
smtp_authentication_name (HostCredentialMethod method)
{
  return methods[method].name;
}

static void
clear_string (GString *string)
{
  explicit_bzero (string->str, string->allocated_len);
  g_string_free (string, TRUE);
}

static void
append_base64 (GString *output, const GString *response)
{
  g_autofree char *text = g_base64_encode ((const guchar *) response->str, response->len);
  g_string_append (output, text);
  explicit_bzero (text, strlen (text));
}

/* @pattern: of the table */
static void
append_response (GString *output, const char *pattern, const char *user, const char *secret)
{
  GString *response = g_string_sized_new (strlen (user) + strlen (secret) + strlen (pattern) + 1);
  for (const char *at = pattern; *at != '\0'; at++)
    switch (*at)
      {
      case 'U':
        g_string_append (response, user);
        break;
      case 'S':
        g_string_append (response, secret);
        break;
      case '0':
        g_string_append_c (response, '\0');
        break;
      case '1':
        g_string_append_c (response, '\1');
        break;
      default:
        g_string_append_c (response, *at);
        break;
      }
  append_base64 (output, response);
  clear_string (response);
}

void
smtp_authentication_begin (SmtpAuthentication *authentication,
                           HostCredentialMethod method,
                           const char *user,
                           const char *secret,
                           GString *output)
{
  const char *name = methods[method].name;
  GString *initial
      = g_string_sized_new (INITIAL_MAX (user, secret)); /* never moved: it is cleared */
  if (methods[method].has_initial)
    append_response (initial, methods[method].responses[0], user, secret);
  *authentication
      = (SmtpAuthentication){ .has_initial = methods[method].has_initial
                                             && strlen ("AUTH  \r\n") + strlen (name) + initial->len
                                                    <= COMMAND_MAX };
  g_string_append_printf (output, "AUTH %s", name);
  if (authentication->has_initial)
    {
      g_string_append_c (output, ' ');
      g_string_append_len (output, initial->str, (gssize) initial->len);
    }
  g_string_append (output, "\r\n");
  clear_string (initial);
}

void
smtp_authentication_answer (SmtpAuthentication *authentication,
                            HostCredentialMethod method,
                            const char *user,
                            const char *secret,
                            GString *output)
{
  guint index = authentication->challenges + (authentication->has_initial ? 1 : 0);
  const char *pattern
      = index < G_N_ELEMENTS (methods[method].responses) ? methods[method].responses[index] : NULL;
  if (pattern != NULL)
    {
      append_response (output, pattern, user, secret);
      authentication->challenges++;
    }
  else
    g_string_append_c (output, '*');
  g_string_append (output, "\r\n");
}

void
smtp_authentication_hide (HostCredentialMethod method,
                          const char *user,
                          const char *secret,
                          char *reply)
{
  for (gsize i = 0; i < G_N_ELEMENTS (methods[method].responses); i++)
    {
      const char *pattern = methods[method].responses[i];
      if (pattern == NULL || strchr (pattern, 'S') == NULL)
        continue;
      GString *said = g_string_sized_new (INITIAL_MAX (user, secret));
      append_response (said, pattern, user, secret);
      host_secret_hide (reply, said->str);
      clear_string (said);
    }
  host_secret_hide (reply, secret);
}
