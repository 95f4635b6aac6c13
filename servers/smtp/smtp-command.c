/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/smtp/smtp-command.h"

#include <string.h>

/* What is still to be read of a line. */
typedef struct
{
  const char *text;
  gsize length;
} Rest;

static gboolean
is_blank (char c)
{
  return c == ' ' || c == '\t';
}

static void
skip (Rest *rest, gsize count)
{
  rest->text += count;
  rest->length -= count;
}

static void
skip_blanks (Rest *rest)
{
  while (rest->length > 0 && is_blank (*rest->text))
    skip (rest, 1);
}

/* Takes everything up to the next blank. */
static Rest
take_word (Rest *rest)
{
  Rest word = { rest->text, 0 };
  while (word.length < rest->length && !is_blank (rest->text[word.length]))
    word.length++;
  skip (rest, word.length);
  return word;
}

static gboolean
word_is (const Rest *word, const char *name)
{
  return word->length == strlen (name) && g_ascii_strncasecmp (word->text, name, word->length) == 0;
}

SmtpCommand
smtp_command_split (const char *line, gsize length)
{
  Rest rest = { line, length };
  Rest verb = take_word (&rest);
  skip_blanks (&rest);
  while (rest.length > 0 && is_blank (rest.text[rest.length - 1]))
    rest.length--;
  return (SmtpCommand){ verb.text, verb.length, rest.text, rest.length };
}

/* Takes "FROM:" or "TO:" and the blanks that some clients put behind it. */
static gboolean
take_keyword (Rest *rest, const char *keyword)
{
  gsize length = strlen (keyword);
  if (rest->length < length || g_ascii_strncasecmp (rest->text, keyword, length) != 0)
    return FALSE;
  skip (rest, length);
  skip_blanks (rest);
  return TRUE;
}

/* Takes the address, in angle brackets or, from old devices, without. A path ends at the line's end
 * or at a blank. */
static MailAddress *
take_address (Rest *rest, MailPathKind kind)
{
  if (rest->length > 0 && *rest->text == '<')
    {
      gsize taken = 0;
      g_autoptr (MailAddress) address
          = mail_address_parse_path (rest->text, rest->length, kind, &taken);
      if (!address || (taken < rest->length && !is_blank (rest->text[taken])))
        return NULL;
      skip (rest, taken);
      return g_steal_pointer (&address);
    }

  Rest word = take_word (rest);
  g_autoptr (MailAddress) address = mail_address_parse (word.text, word.length);
  /* Only a recipient may be a bare postmaster. */
  if (address && kind == MAIL_PATH_REVERSE && address->domain[0] == '\0')
    return NULL;
  return g_steal_pointer (&address);
}

/* Whether what was read, from @start on, has letters beyond ASCII. */
static gboolean
is_wide (const char *start, const Rest *rest)
{
  for (const char *c = start; c < rest->text; c++)
    if ((guchar) *c >= 0x80)
      return TRUE;
  return FALSE;
}

void
smtp_mail_command_clear (SmtpMailCommand *mail)
{
  g_clear_pointer (&mail->sender, mail_address_free);
  smtp_mail_parameters_clear (&mail->parameters);
}

SmtpReply
smtp_command_parse_mail (const char *text, gsize length, SmtpMailCommand *mail)
{
  Rest rest = { text, length };
  g_auto (SmtpMailCommand) found = { 0 };
  if (!take_keyword (&rest, "FROM:") || rest.length == 0)
    return SMTP_REPLY_MAIL_SYNTAX;
  const char *start = rest.text;
  found.sender = take_address (&rest, MAIL_PATH_REVERSE);
  if (!found.sender)
    return SMTP_REPLY_BAD_SENDER;

  gboolean wide = is_wide (start, &rest);
  SmtpReply fault = smtp_mail_parameters_read (rest.text, rest.length, &found.parameters);
  if (fault == SMTP_REPLY_NONE && wide && !found.parameters.utf8)
    fault = SMTP_REPLY_NEEDS_UTF8;
  if (fault != SMTP_REPLY_NONE)
    return fault;
  *mail = found;
  found = (SmtpMailCommand){ 0 };
  return SMTP_REPLY_NONE;
}

void
smtp_rcpt_command_clear (SmtpRcptCommand *rcpt)
{
  g_clear_pointer (&rcpt->recipient, mail_address_free);
  smtp_rcpt_parameters_clear (&rcpt->parameters);
}

SmtpReply
smtp_command_parse_rcpt (const char *text, gsize length, gboolean utf8, SmtpRcptCommand *rcpt)
{
  Rest rest = { text, length };
  g_auto (SmtpRcptCommand) found = { 0 };
  if (!take_keyword (&rest, "TO:") || rest.length == 0)
    return SMTP_REPLY_RCPT_SYNTAX;
  const char *start = rest.text;
  found.recipient = take_address (&rest, MAIL_PATH_FORWARD);
  if (!found.recipient)
    return SMTP_REPLY_BAD_RECIPIENT;
  if (!utf8 && is_wide (start, &rest))
    return SMTP_REPLY_NEEDS_UTF8;

  SmtpReply fault = smtp_rcpt_parameters_read (rest.text, rest.length, &found.parameters);
  if (fault != SMTP_REPLY_NONE)
    return fault;
  *rcpt = found;
  found = (SmtpRcptCommand){ 0 };
  return SMTP_REPLY_NONE;
}

gboolean
smtp_command_parse_chunk (const char *text, gsize length, SmtpChunkCommand *chunk)
{
  Rest rest = { text, length };
  Rest number = take_word (&rest);
  skip_blanks (&rest);
  g_autofree char *digits = g_strndup (number.text, number.length);
  guint64 size;
  if (strlen (digits) != number.length
      || !g_ascii_string_to_unsigned (digits, 10, 0, G_MAXINT64, &size, NULL)
      || (rest.length > 0 && !word_is (&rest, "LAST")))
    return FALSE;
  *chunk = (SmtpChunkCommand){ size, rest.length > 0 };
  return TRUE;
}

SmtpAuthCommand
smtp_command_split_auth (const char *text, gsize length)
{
  Rest rest = { text, length };
  Rest mechanism = take_word (&rest);
  skip_blanks (&rest);
  return (SmtpAuthCommand){ mechanism.text, mechanism.length, rest.length > 0 ? rest.text : NULL,
                            rest.length };
}
