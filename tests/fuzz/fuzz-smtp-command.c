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

  g_autoptr (MailAddress) recipient = NULL;
  if (smtp_command_parse_rcpt (command.argument, command.argument_length, &recipient)
      == SMTP_REPLY_NONE)
    check_address (recipient);
  else
    g_assert_null (recipient);
  return 0;
}
