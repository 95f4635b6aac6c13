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

void
smtp_mail_command_clear (SmtpMailCommand *mail)
{
  g_clear_pointer (&mail->sender, mail_address_free);
}

/* SIZE: 1 to 20 digits. A number above what 64 bits hold is more than any limit, and stays that. */
static gboolean
read_size (const Rest *value, SmtpMailCommand *mail)
{
  if (value->length < 1 || value->length > 20)
    return FALSE;

  guint64 size = 0;
  for (gsize i = 0; i < value->length; i++)
    {
      if (!g_ascii_isdigit (value->text[i]))
        return FALSE;
      guint64 digit = (guint64) (value->text[i] - '0');
      size = size > (G_MAXUINT64 - digit) / 10 ? G_MAXUINT64 : size * 10 + digit;
    }
  mail->size = size;
  return TRUE;
}

static gboolean
read_body (const Rest *value, SmtpMailCommand *mail)
{
  mail->eight_bit = word_is (value, "8BITMIME");
  return mail->eight_bit || word_is (value, "7BIT");
}

/* The parameters of MAIL. RCPT has none. */
static const struct
{
  const char *name;
  gboolean (*read) (const Rest *value, SmtpMailCommand *mail);
} mail_parameters[] = {
  { "SIZE", read_size },
  { "BODY", read_body },
};

static SmtpReply
read_mail_parameter (const Rest *word, SmtpMailCommand *mail, guint *seen)
{
  const char *sign = memchr (word->text, '=', word->length);
  Rest name = { word->text, sign ? (gsize) (sign - word->text) : word->length };
  Rest value = { word->text + name.length, word->length - name.length };
  if (sign)
    skip (&value, 1);

  for (gsize i = 0; i < G_N_ELEMENTS (mail_parameters); i++)
    {
      if (!word_is (&name, mail_parameters[i].name))
        continue;
      gboolean is_first = !(*seen & (1u << i));
      *seen |= 1u << i;
      return is_first && mail_parameters[i].read (&value, mail) ? SMTP_REPLY_NONE
                                                                : SMTP_REPLY_BAD_PARAMETER;
    }
  return SMTP_REPLY_UNKNOWN_PARAMETER;
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

SmtpReply
smtp_command_parse_mail (const char *text, gsize length, SmtpMailCommand *mail)
{
  Rest rest = { text, length };
  g_auto (SmtpMailCommand) found = { 0 };
  if (!take_keyword (&rest, "FROM:") || rest.length == 0)
    return SMTP_REPLY_MAIL_SYNTAX;
  found.sender = take_address (&rest, MAIL_PATH_REVERSE);
  if (!found.sender)
    return SMTP_REPLY_BAD_SENDER;

  guint seen = 0;
  for (skip_blanks (&rest); rest.length > 0; skip_blanks (&rest))
    {
      Rest word = take_word (&rest);
      SmtpReply fault = read_mail_parameter (&word, &found, &seen);
      if (fault != SMTP_REPLY_NONE)
        return fault;
    }
  *mail = found;
  found.sender = NULL;
  return SMTP_REPLY_NONE;
}

SmtpReply
smtp_command_parse_rcpt (const char *text, gsize length, MailAddress **recipient)
{
  Rest rest = { text, length };
  if (!take_keyword (&rest, "TO:") || rest.length == 0)
    return SMTP_REPLY_RCPT_SYNTAX;
  g_autoptr (MailAddress) address = take_address (&rest, MAIL_PATH_FORWARD);
  if (!address)
    return SMTP_REPLY_BAD_RECIPIENT;
  skip_blanks (&rest);
  if (rest.length > 0)
    return SMTP_REPLY_UNKNOWN_PARAMETER;
  *recipient = g_steal_pointer (&address);
  return SMTP_REPLY_NONE;
}
