/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/smtp-offer.h"

#include "servers/delivery/smtp-authentication.h"

#include <stddef.h>
#include <string.h>

static const struct
{
  const char *keyword;
  size_t member; /* a gboolean of #SmtpOffer */
} keywords[] = {
  { "PIPELINING", offsetof (SmtpOffer, pipelining) },
  { "SIZE", offsetof (SmtpOffer, size) },
  { "8BITMIME", offsetof (SmtpOffer, eight_bit) },
  { "CHUNKING", offsetof (SmtpOffer, chunking) },
  { "DSN", offsetof (SmtpOffer, dsn) },
  { "SMTPUTF8", offsetof (SmtpOffer, utf8) },
  { "STARTTLS", offsetof (SmtpOffer, start_tls) },
};

/* "AUTH PLAIN LOGIN", and as servers said it before it was agreed upon: "AUTH=PLAIN LOGIN". */
static void
read_methods (SmtpOffer *offer, char **words)
{
  for (guint i = 0; words[i] != NULL; i++)
    for (guint method = 0; method < SMTP_AUTHENTICATION_METHODS; method++)
      if (g_ascii_strcasecmp (words[i], smtp_authentication_name (method)) == 0)
        offer->methods |= 1u << method;
}

void
smtp_offer_read (SmtpOffer *offer, const char *line, gsize length)
{
  g_autofree char *text = g_strndup (line, length);
  g_auto (GStrv) words = g_strsplit_set (text, " =", -1);
  if (words[0] == NULL)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (keywords); i++)
    if (g_ascii_strcasecmp (words[0], keywords[i].keyword) == 0)
      G_STRUCT_MEMBER (gboolean, offer, keywords[i].member) = TRUE;
  if (g_ascii_strcasecmp (words[0], "SIZE") == 0 && words[1] != NULL)
    offer->size_limit = g_ascii_strtoull (words[1], NULL, 10);
  if (g_ascii_strcasecmp (words[0], "AUTH") == 0)
    read_methods (offer, words + 1);
}

gboolean
smtp_offer_has_method (const SmtpOffer *offer, HostCredentialMethod method)
{
  return (offer->methods & (1u << method)) != 0;
}
