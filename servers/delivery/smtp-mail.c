/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/smtp-mail.h"

#include <string.h>

/* RFC 3461, sections 4.2 and 4.4. */
#define ORIGINAL_MAX 500
#define ENVELOPE_ID_MAX 100

static const struct
{
  RecipientNotify bit;
  const char *word;
} notify_words[] = {
  { NOTIFY_NEVER, "NEVER" },
  { NOTIFY_SUCCESS, "SUCCESS" },
  { NOTIFY_FAILURE, "FAILURE" },
  { NOTIFY_DELAY, "DELAY" },
};

/* Printable, and nothing that ends a parameter. */
static gboolean
is_parameter (const char *text, gsize length_max)
{
  gsize length = text != NULL ? strlen (text) : 0;
  for (gsize i = 0; i < length; i++)
    if (text[i] <= ' ' || text[i] > '~')
      return FALSE;
  return length > 0 && length <= length_max;
}

void
smtp_mail_append_mail (const SmtpMail *mail, const SmtpOffer *offer, GString *output)
{
  g_string_append_printf (output, "MAIL FROM:<%s>", mail->sender);
  if (offer->size)
    g_string_append_printf (output, " SIZE=%" G_GUINT64_FORMAT, mail->size);
  if (mail->eight_bit && offer->eight_bit)
    g_string_append (output, " BODY=8BITMIME");
  if (mail->needs_utf8)
    g_string_append (output, " SMTPUTF8");
  if (offer->dsn && mail->dsn_return != DSN_RETURN_UNSAID)
    g_string_append (output, mail->dsn_return == DSN_RETURN_FULL ? " RET=FULL" : " RET=HDRS");
  if (offer->dsn && is_parameter (mail->envelope_id, ENVELOPE_ID_MAX))
    g_string_append_printf (output, " ENVID=%s", mail->envelope_id);
  g_string_append (output, "\r\n");
}

static void
append_notify (guint notify, GString *output)
{
  const char *before = " NOTIFY=";
  for (guint i = 0; i < G_N_ELEMENTS (notify_words); i++)
    if (notify & notify_words[i].bit)
      {
        g_string_append_printf (output, "%s%s", before, notify_words[i].word);
        before = ",";
        if (notify_words[i].bit == NOTIFY_NEVER)
          return; /* which stands alone */
      }
}

void
smtp_mail_append_rcpt (const SmtpMail *mail, guint index, const SmtpOffer *offer, GString *output)
{
  const SmtpMailRecipient *recipient = &mail->recipients[index];
  g_string_append_printf (output, "RCPT TO:<%s>", recipient->address);
  if (offer->dsn)
    {
      append_notify (recipient->notify, output);
      if (is_parameter (recipient->original, ORIGINAL_MAX))
        g_string_append_printf (output, " ORCPT=%s", recipient->original);
    }
  g_string_append (output, "\r\n");
}

void
smtp_mail_append_bdat (const SmtpMail *mail, GString *output)
{
  g_string_append_printf (output, "BDAT %" G_GUINT64_FORMAT " LAST\r\n", mail->size);
}

const char *
smtp_mail_find_obstacle (const SmtpMail *mail, const SmtpOffer *offer)
{
  if (offer->size_limit > 0 && mail->size > offer->size_limit)
    return "552 5.3.4 the message is larger than the next host takes";
  if (mail->needs_utf8 && !offer->utf8)
    return "550 5.6.7 an address or the header of the message is not in ASCII, and the next host "
           "does not take that (SMTPUTF8)";
  if (mail->eight_bit && !offer->eight_bit)
    return "554 5.6.3 the message has 8-bit text, which the next host does not take, and it can't "
           "be converted";
  return NULL;
}
