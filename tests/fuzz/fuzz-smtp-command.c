/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdint.h>

#include "servers/smtp/smtp-command.h"

#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* An address that was read can be written and read again, and is the same. */
static void
check_address (const MailAddress *address)
{
  g_autofree char *text = mail_address_to_string (address);
  if (mail_address_is_null (address) || !*address->domain)
    return;

  g_autoptr (MailAddress) again = mail_address_parse (text, strlen (text));
  g_assert_nonnull (again);
  g_assert_cmpstr (again->local_part, ==, address->local_part);
  g_assert_cmpstr (again->domain, ==, address->domain);
}

/* What goes into the queue, and to the next hop, is text of one line. */
static void
check_recipient (const SmtpRcptCommand *rcpt, gboolean utf8)
{
  check_address (rcpt->recipient);
  g_assert_true (utf8 || mail_address_is_ascii (rcpt->recipient));
  if (!rcpt->parameters.original)
    return;
  g_assert_true (g_utf8_validate (rcpt->parameters.original, -1, NULL));
  g_assert_null (strpbrk (rcpt->parameters.original, " \t\r\n"));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  /* A copy of its very length, so that a read beyond the end is seen; an empty one has a place, too. */
  g_autofree char *line = g_malloc (MAX (size, 1));
  if (size > 0)
    memcpy (line, data, size);
  SmtpCommand command = smtp_command_split (line, size);
  g_assert_cmpuint (command.verb_length + command.argument_length, <=, size);

  g_auto (SmtpMailCommand) mail = { 0 };
  if (smtp_command_parse_mail (command.argument, command.argument_length, &mail) == SMTP_REPLY_NONE)
    check_address (mail.sender);
  else
    g_assert_null (mail.sender);

  g_auto (SmtpRcptCommand) rcpt = { 0 };
  gboolean utf8 = command.verb_length % 2 == 0;
  if (smtp_command_parse_rcpt (command.argument, command.argument_length, utf8, &rcpt)
      == SMTP_REPLY_NONE)
    check_recipient (&rcpt, utf8);
  else
    g_assert_null (rcpt.recipient);

  SmtpChunkCommand chunk;
  if (smtp_command_parse_chunk (command.argument, command.argument_length, &chunk))
    g_assert_cmpuint (chunk.size, <=, G_MAXINT64);
  SmtpAuthCommand auth = smtp_command_split_auth (command.argument, command.argument_length);
  g_assert_cmpuint (auth.mechanism_length + auth.initial_length, <=, command.argument_length);
  return 0;
}
