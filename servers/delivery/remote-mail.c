/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/remote-mail.h"

#include <string.h>

#define BLOCK 32768

/* What is sent before the host has taken any recipient; it may be in vain. */
#define CHUNK_MAX CONNECTION_OUTPUT_MARK

static const char *
text_or_null (const char *text)
{
  return text != NULL && *text != '\0' ? text : NULL;
}

static gboolean
has_utf8_address (const RemoteMail *mail)
{
  gboolean found = !g_str_is_ascii (mail->mail.sender);
  for (guint i = 0; i < mail->recipients->len && !found; i++)
    found = !g_str_is_ascii (g_array_index (mail->recipients, SmtpMailRecipient, i).address);
  return found;
}

/* Its end is the first empty line. */
static gboolean
has_utf8_header (GBytes *content)
{
  gsize length;
  const char *bytes = g_bytes_get_data (content, &length);
  const char *end = length > 0 ? memmem (bytes, length, "\r\n\r\n", 4) : NULL;
  gsize header = end != NULL ? (gsize) (end - bytes) : length;
  for (gsize i = 0; i < header; i++)
    if ((guchar) bytes[i] >= 0x80)
      return TRUE;
  return FALSE;
}

static gboolean
is_chunk (GBytes *content)
{
  gsize length;
  const char *bytes = g_bytes_get_data (content, &length);
  return length >= 2 && length <= CHUNK_MAX && memcmp (bytes + length - 2, "\r\n", 2) == 0;
}

void
remote_mail_init (RemoteMail *mail, Attempt *attempt)
{
  const Envelope *envelope = attempt->envelope;
  mail->attempt = attempt;
  mail->content = g_bytes_ref (attempt->content);
  mail->recipients = g_array_new (FALSE, FALSE, sizeof (SmtpMailRecipient));
  mail->indices = g_array_new (FALSE, FALSE, sizeof (guint));
  for (guint i = 0; i < attempt->results->len; i++)
    {
      const AttemptResult *result = attempt_result (attempt, i);
      const Recipient *recipient = envelope_recipient (envelope, result->recipient);
      SmtpMailRecipient row
          = { recipient->address, recipient->notify, text_or_null (recipient->original) };
      if (result->outcome != ATTEMPT_UNTRIED)
        continue;
      g_array_append_val (mail->recipients, row);
      g_array_append_val (mail->indices, i);
    }
  mail->mail = (SmtpMail){ .sender = envelope->sender,
                           .recipients = (const SmtpMailRecipient *) mail->recipients->data,
                           .n_recipients = mail->recipients->len,
                           .size = g_bytes_get_size (attempt->content),
                           .is_chunk = is_chunk (attempt->content),
                           .eight_bit = attempt->eight_bit,
                           .envelope_id = text_or_null (envelope->envelope_id),
                           .dsn_return = envelope->dsn_return };
  /* A client that did not say SMTPUTF8 and sends such a header has always been let. */
  mail->mail.needs_utf8
      = has_utf8_address (mail) || (envelope->utf8 && has_utf8_header (mail->content));
}

void
remote_mail_clear (RemoteMail *mail)
{
  g_clear_pointer (&mail->content, g_bytes_unref);
  g_clear_pointer (&mail->recipients, g_array_unref);
  g_clear_pointer (&mail->indices, g_array_unref);
  mail->attempt = NULL;
}

void
remote_mail_take_seven_bit (RemoteMail *mail, GBytes *content)
{
  g_bytes_unref (mail->content);
  mail->content = g_bytes_ref (content);
  mail->mail.size = g_bytes_get_size (content);
  mail->mail.is_chunk = is_chunk (content);
  mail->mail.eight_bit = FALSE;
}

void
remote_mail_rewind (RemoteMail *mail)
{
  dot_stuffer_init (&mail->stuffer, mail->content);
}

void
remote_mail_send_chunk (const RemoteMail *mail, Connection *connection)
{
  gsize length;
  const char *bytes = g_bytes_get_data (mail->content, &length);
  connection_write (connection, bytes, length);
}

gboolean
remote_mail_send (RemoteMail *mail, Connection *connection)
{
  g_autoptr (GString) block = g_string_sized_new (BLOCK + BLOCK / 16);
  gboolean has_more = TRUE;
  while (has_more && !connection_is_congested (connection))
    {
      g_string_truncate (block, 0);
      has_more = dot_stuffer_next (&mail->stuffer, BLOCK, block);
      connection_write (connection, block->str, block->len);
    }
  return !has_more;
}

static AttemptOutcome
to_attempt_outcome (SmtpClientOutcome outcome)
{
  switch (outcome)
    {
    case SMTP_CLIENT_DELIVERED:
      return ATTEMPT_DELIVERED;
    case SMTP_CLIENT_DEFERRED:
      return ATTEMPT_DEFERRED;
    case SMTP_CLIENT_FAILED:
      return ATTEMPT_FAILED;
    case SMTP_CLIENT_PENDING:
    default:
      return ATTEMPT_UNTRIED;
    }
}

char *
remote_mail_conclude (RemoteMail *mail,
                      const SmtpClient *client,
                      const char *place,
                      const char *tls)
{
  g_autofree char *trouble = g_strdup ("");
  for (guint i = 0; i < mail->indices->len; i++)
    {
      const char *reply;
      guint index = g_array_index (mail->indices, guint, i);
      AttemptOutcome outcome = to_attempt_outcome (smtp_client_outcome (client, i, &reply));
      attempt_settle (mail->attempt, index, outcome, place, reply);
      attempt_note_way (mail->attempt, index, tls, smtp_client_offer (client)->dsn);
      if (outcome != ATTEMPT_UNTRIED)
        continue;
      g_free (trouble);
      trouble = g_strdup (reply);
    }
  return g_steal_pointer (&trouble);
}
