/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/smtp/smtp-extensions.h"

#include "servers/smtp/smtp-authentication.h"

static char *
size_parameter (const SmtpTerms *terms)
{
  return g_strdup_printf ("%" G_GUINT64_FORMAT, terms->message_size);
}

/* Only in the form of the RFC: the "AUTH=" of its drafts is for programs of the last century, and
 * those have the POP log-on. */
static char *
auth_parameter (const SmtpTerms *terms)
{
  return g_strdup (sasl_mechanisms);
}

static gboolean
offers_tls (const SmtpSession *session, const SmtpTerms *terms)
{
  return terms->offers_tls && !session->is_secured;
}

static const struct
{
  const char *keyword;
  char *(*parameter) (const SmtpTerms *terms); /* (nullable); (transfer full) */
  gboolean (*is_offered) (const SmtpSession *session, const SmtpTerms *terms); /* (nullable) */
} extensions[] = {
  { "PIPELINING", NULL, NULL },                               /* RFC 2920 */
  { "SIZE", size_parameter, NULL },                           /* RFC 1870 */
  { "STARTTLS", NULL, offers_tls },                           /* RFC 3207 */
  { "AUTH", auth_parameter, smtp_authentication_is_offered }, /* RFC 4954 */
  { "8BITMIME", NULL, NULL },                                 /* RFC 6152 */
  { "SMTPUTF8", NULL, NULL },                                 /* RFC 6531 */
  { "CHUNKING", NULL, NULL },                                 /* RFC 3030 */
  { "DSN", NULL, NULL },                                      /* RFC 3461 */
  { "ENHANCEDSTATUSCODES", NULL, NULL },                      /* RFC 2034 */
};

SmtpStep
smtp_extensions_list (SmtpSession *session, const SmtpTerms *terms)
{
  g_autofree char *line = g_strdup (terms->host_name);
  for (gsize i = 0; i < G_N_ELEMENTS (extensions); i++)
    {
      if (extensions[i].is_offered && !extensions[i].is_offered (session, terms))
        continue;
      smtp_reply_append_line (session->reply, SMTP_REPLY_EXTENSIONS, line, FALSE);
      g_autofree char *parameter = extensions[i].parameter ? extensions[i].parameter (terms) : NULL;
      g_free (line);
      line = g_strjoin (parameter ? " " : "", extensions[i].keyword, parameter, NULL);
    }
  return smtp_session_reply (session, terms, SMTP_REPLY_EXTENSIONS, line);
}
