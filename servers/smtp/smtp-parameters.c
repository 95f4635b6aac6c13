/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/smtp/smtp-parameters.h"

#include <string.h>

/* A piece of the line. */
typedef struct
{
  const char *text;
  gsize length;
} Piece;

typedef struct
{
  const char *name;
  gboolean (*read) (const Piece *value, gpointer parameters); /* FALSE: a wrong value */
  gboolean has_value;
} Parameter;

static gboolean
is_blank (char c)
{
  return c == ' ' || c == '\t';
}

static gboolean
piece_is (const Piece *piece, const char *word)
{
  return piece->length == strlen (word)
         && g_ascii_strncasecmp (piece->text, word, piece->length) == 0;
}

/* Takes everything up to the next @end, or all, off the front of @rest; @end goes, too. */
static Piece
take_up_to (Piece *rest, char end)
{
  const char *found = rest->length > 0 ? memchr (rest->text, end, rest->length) : NULL;
  Piece taken = { rest->text, found ? (gsize) (found - rest->text) : rest->length };
  gsize gone = taken.length + (found ? 1 : 0);
  *rest = (Piece){ rest->text + gone, rest->length - gone };
  return taken;
}

/* --- xtext (RFC 3461, section 4) --- */

static gboolean
is_upper_hex (char c)
{
  return g_ascii_isdigit (c) || (c >= 'A' && c <= 'F');
}

/* Whether that is xtext, with no control byte in it; bytes beyond ASCII only where they may be
 * (RFC 6533, section 3). */
static gboolean
is_xtext (const Piece *piece, gboolean may_be_wide)
{
  for (gsize i = 0; i < piece->length; i++)
    {
      guchar c = (guchar) piece->text[i];
      if (c == '+')
        {
          if (piece->length - i < 3 || !is_upper_hex (piece->text[i + 1])
              || !is_upper_hex (piece->text[i + 2]))
            return FALSE;
          int value = g_ascii_xdigit_value (piece->text[i + 1]) * 16
                      + g_ascii_xdigit_value (piece->text[i + 2]);
          if (value < ' ' || value == 0x7f)
            return FALSE;
          i += 2;
        }
      else if (c >= 0x80 ? !may_be_wide : c <= ' ' || c > '~' || c == '=')
        return FALSE;
    }
  return !may_be_wide || g_utf8_validate (piece->text, (gssize) piece->length, NULL);
}

char *
smtp_parameters_to_xtext (const char *text)
{
  GString *xtext = g_string_new (NULL);
  for (const char *c = text; *c; c++)
    if (*c > ' ' && *c <= '~' && *c != '+' && *c != '=')
      g_string_append_c (xtext, *c);
    else
      g_string_append_printf (xtext, "+%02X", (guchar) *c);
  return g_string_free (xtext, FALSE);
}

/* --- MAIL --- */

/* 1 to 20 digits. A number above what 64 bits hold is more than any limit, and stays that. */
static gboolean
read_size (const Piece *value, gpointer parameters)
{
  SmtpMailParameters *mail = parameters;
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
read_body (const Piece *value, gpointer parameters)
{
  SmtpMailParameters *mail = parameters;
  mail->eight_bit = piece_is (value, "8BITMIME");
  return mail->eight_bit || piece_is (value, "7BIT");
}

static gboolean
read_utf8 (const Piece *value, gpointer parameters)
{
  SmtpMailParameters *mail = parameters;
  mail->utf8 = TRUE;
  return TRUE;
}

static gboolean
read_auth (const Piece *value, gpointer parameters)
{
  return piece_is (value, "<>") || (value->length > 0 && is_xtext (value, FALSE));
}

static gboolean
read_return (const Piece *value, gpointer parameters)
{
  SmtpMailParameters *mail = parameters;
  mail->dsn_return = piece_is (value, "FULL")   ? DSN_RETURN_FULL
                     : piece_is (value, "HDRS") ? DSN_RETURN_HEADERS
                                                : DSN_RETURN_UNSAID;
  return mail->dsn_return != DSN_RETURN_UNSAID;
}

static gboolean
read_envelope_id (const Piece *value, gpointer parameters)
{
  SmtpMailParameters *mail = parameters;
  if (value->length < 1 || value->length > SMTP_ENVELOPE_ID_MAX || !is_xtext (value, FALSE))
    return FALSE;
  mail->envelope_id = g_strndup (value->text, value->length);
  return TRUE;
}

static const Parameter mail_parameters[] = {
  { "SIZE", read_size, TRUE }, { "BODY", read_body, TRUE },  { "SMTPUTF8", read_utf8, FALSE },
  { "AUTH", read_auth, TRUE }, { "RET", read_return, TRUE }, { "ENVID", read_envelope_id, TRUE },
};

/* --- RCPT --- */

static guint
notify_word (const Piece *word)
{
  static const struct
  {
    const char *word;
    RecipientNotify notify;
  } words[] = { { "NEVER", NOTIFY_NEVER },
                { "SUCCESS", NOTIFY_SUCCESS },
                { "FAILURE", NOTIFY_FAILURE },
                { "DELAY", NOTIFY_DELAY } };
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if (piece_is (word, words[i].word))
      return words[i].notify;
  return 0;
}

/* NEVER stands alone (RFC 3461, section 4.1). */
static gboolean
read_notify (const Piece *value, gpointer parameters)
{
  SmtpRcptParameters *rcpt = parameters;
  Piece rest = *value;
  gboolean goes_on;

  do
    {
      goes_on = memchr (rest.text, ',', rest.length) != NULL;
      Piece word = take_up_to (&rest, ',');
      guint notify = notify_word (&word);
      if (notify == 0)
        return FALSE;
      rcpt->notify |= notify;
    }
  while (goes_on);
  return !(rcpt->notify & NOTIFY_NEVER) || rcpt->notify == NOTIFY_NEVER;
}

static gboolean
is_atom (const Piece *piece)
{
  for (gsize i = 0; i < piece->length; i++)
    if (!g_ascii_isalnum (piece->text[i]) && !strchr ("-_.", piece->text[i]))
      return FALSE;
  return piece->length > 0;
}

/* A type, a semicolon, xtext (RFC 3461, section 4.2; for the type utf-8 RFC 6533, section 3). */
static gboolean
read_original (const Piece *value, gpointer parameters)
{
  SmtpRcptParameters *rcpt = parameters;
  Piece rest = *value;
  Piece type = take_up_to (&rest, ';');
  if (value->length > SMTP_ORIGINAL_MAX || rest.length == 0 || !is_atom (&type)
      || !is_xtext (&rest, piece_is (&type, "utf-8")))
    return FALSE;
  rcpt->original = g_strndup (value->text, value->length);
  return TRUE;
}

static const Parameter rcpt_parameters[] = {
  { "NOTIFY", read_notify, TRUE },
  { "ORCPT", read_original, TRUE },
};

/* --- Both --- */

static SmtpReply
read_one (const Parameter *table, gsize n_rows, const Piece *word, gpointer into, guint *seen)
{
  Piece value = *word;
  Piece name = take_up_to (&value, '=');
  gboolean has_value = name.length < word->length;

  for (gsize i = 0; i < n_rows; i++)
    {
      if (!piece_is (&name, table[i].name))
        continue;
      gboolean is_first = !(*seen & (1u << i));
      *seen |= 1u << i;
      return is_first && has_value == table[i].has_value && table[i].read (&value, into)
                 ? SMTP_REPLY_NONE
                 : SMTP_REPLY_BAD_PARAMETER;
    }
  return SMTP_REPLY_UNKNOWN_PARAMETER;
}

static SmtpReply
read_all (const Parameter *table, gsize n_rows, Piece rest, gpointer into)
{
  guint seen = 0;
  SmtpReply fault = SMTP_REPLY_NONE;

  while (fault == SMTP_REPLY_NONE && rest.length > 0)
    {
      gsize length = 0;
      while (length < rest.length && !is_blank (rest.text[length]))
        length++;
      Piece word = { rest.text, length };
      if (length > 0)
        fault = read_one (table, n_rows, &word, into, &seen);
      gsize gone = MIN (length + 1, rest.length);
      rest = (Piece){ rest.text + gone, rest.length - gone };
    }
  return fault;
}

void
smtp_mail_parameters_clear (SmtpMailParameters *parameters)
{
  g_clear_pointer (&parameters->envelope_id, g_free);
}

SmtpReply
smtp_mail_parameters_read (const char *text, gsize length, SmtpMailParameters *parameters)
{
  SmtpMailParameters found = { 0 };
  SmtpReply fault
      = read_all (mail_parameters, G_N_ELEMENTS (mail_parameters), (Piece){ text, length }, &found);
  if (fault != SMTP_REPLY_NONE)
    smtp_mail_parameters_clear (&found);
  else
    *parameters = found;
  return fault;
}

void
smtp_rcpt_parameters_clear (SmtpRcptParameters *parameters)
{
  g_clear_pointer (&parameters->original, g_free);
}

SmtpReply
smtp_rcpt_parameters_read (const char *text, gsize length, SmtpRcptParameters *parameters)
{
  SmtpRcptParameters found = { 0 };
  SmtpReply fault
      = read_all (rcpt_parameters, G_N_ELEMENTS (rcpt_parameters), (Piece){ text, length }, &found);
  if (fault != SMTP_REPLY_NONE)
    smtp_rcpt_parameters_clear (&found);
  else
    *parameters = found;
  return fault;
}
