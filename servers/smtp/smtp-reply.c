/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/smtp/smtp-reply.h"

#include <string.h>

typedef struct
{
  guint16 code;
  const char *enhanced;
  const char *text; /* "%" is the gap for the words */
} Row;

static const Row rows[SMTP_N_REPLIES] = {
  [SMTP_REPLY_NONE] = { 0, "", "" },

  [SMTP_REPLY_GREETING] = { 220, "", "% ESMTP Postern" },
  [SMTP_REPLY_GREETING_REFUSED] = { 554, "5.7.1", "%" },
  [SMTP_REPLY_HELLO] = { 250, "", "%" },
  [SMTP_REPLY_EXTENSIONS] = { 250, "", "%" },
  [SMTP_REPLY_SENDER_OK] = { 250, "2.1.0", "Sender ok" },
  [SMTP_REPLY_RECIPIENT_OK] = { 250, "2.1.5", "Recipient ok" },
  [SMTP_REPLY_SEND_CONTENT] = { 354, "", "Send the message, then a line with only a dot" },
  [SMTP_REPLY_CHUNK_TAKEN] = { 250, "2.0.0", "Ok: % bytes so far" },
  [SMTP_REPLY_QUEUED] = { 250, "2.0.0", "Ok: queued as %" },
  [SMTP_REPLY_RESET] = { 250, "2.0.0", "Ok" },
  [SMTP_REPLY_NOTHING_DONE] = { 250, "2.0.0", "Ok" },
  [SMTP_REPLY_CANNOT_VERIFY] = { 252, "2.0.0", "Not verified: send the message to find out" },
  [SMTP_REPLY_HELP] = { 214, "2.0.0", "%" },
  [SMTP_REPLY_START_TLS] = { 220, "2.0.0", "Ready to start TLS" },
  [SMTP_REPLY_CHALLENGE] = { 334, "", "%" },
  [SMTP_REPLY_AUTHENTICATED] = { 235, "2.7.0", "Authenticated" },
  [SMTP_REPLY_GOODBYE] = { 221, "2.0.0", "% Goodbye" },

  [SMTP_REPLY_TOO_MANY_SESSIONS] = { 421, "4.3.2", "% Too many sessions: try again later" },
  [SMTP_REPLY_TOO_MUCH_OF_CLIENT] = { 421, "4.7.0", "%" },
  [SMTP_REPLY_TOO_EARLY] = { 554, "5.5.1", "You spoke before the greeting: wait for it" },
  [SMTP_REPLY_TROUBLE_AT_GREETING] = { 421, "4.3.0", "% Trouble on this server: try again later" },
  [SMTP_REPLY_STOPPING] = { 421, "4.3.2", "% Stopping: try again later" },
  [SMTP_REPLY_INACTIVE] = { 421, "4.4.2", "% Waited too long: closing" },
  [SMTP_REPLY_MESSAGE_TOO_SLOW] = { 421, "4.4.2", "% The message took too long to come: closing" },
  [SMTP_REPLY_TOO_MANY_ERRORS] = { 421, "4.7.0", "% Too many errors: closing" },
  [SMTP_REPLY_TOO_MANY_IDLE_COMMANDS]
  = { 421, "4.7.0", "% Too many commands that lead to no message: closing" },
  [SMTP_REPLY_TOO_MANY_LOG_ONS] = { 421, "4.7.0", "% Too many failed log-ons: closing" },
  [SMTP_REPLY_BANNED] = { 421, "4.7.0", "%" },
  [SMTP_REPLY_NOT_SMTP] = { 421, "4.7.0", "% This is a mail server: closing" },
  [SMTP_REPLY_NOT_ALONE]
  = { 421, "4.7.0", "% Nothing may follow STARTTLS before its reply: closing" },
  [SMTP_REPLY_CHUNK_SYNTAX] = { 521, "5.5.4", "Syntax: BDAT size [LAST]: closing" },

  [SMTP_REPLY_LINE_TOO_LONG] = { 500, "5.5.2", "Line too long" },
  [SMTP_REPLY_LINE_BROKEN] = { 500, "5.5.2", "Bare CR, bare LF or NUL: lines end in CR LF" },
  [SMTP_REPLY_UNKNOWN_COMMAND] = { 500, "5.5.1", "Unknown command: HELP lists the known ones" },
  [SMTP_REPLY_NOT_IMPLEMENTED] = { 502, "5.5.1", "Command not implemented" },
  [SMTP_REPLY_HELLO_SYNTAX] = { 501, "5.5.4", "Syntax: EHLO host-name" },
  [SMTP_REPLY_MAIL_SYNTAX] = { 501, "5.5.4", "Syntax: MAIL FROM:<address>" },
  [SMTP_REPLY_RCPT_SYNTAX] = { 501, "5.5.4", "Syntax: RCPT TO:<address>" },
  [SMTP_REPLY_BAD_SENDER] = { 501, "5.1.7", "The sender is not a mail address" },
  [SMTP_REPLY_BAD_RECIPIENT] = { 501, "5.1.3", "The recipient is not a mail address" },
  [SMTP_REPLY_BAD_PARAMETER] = { 501, "5.5.4", "Wrong or repeated parameter" },
  [SMTP_REPLY_UNKNOWN_PARAMETER] = { 555, "5.5.4", "Unknown parameter: EHLO lists the extensions" },
  [SMTP_REPLY_NEEDS_UTF8]
  = { 553, "5.6.7", "Letters beyond ASCII in an address: MAIL needs the parameter SMTPUTF8" },
  [SMTP_REPLY_NEEDS_ARGUMENT] = { 501, "5.5.4", "The command needs an argument" },
  [SMTP_REPLY_TAKES_NO_ARGUMENT] = { 501, "5.5.4", "The command takes no argument" },
  [SMTP_REPLY_ONLY_QUIT] = { 503, "5.5.1", "The connection was refused: only QUIT is left" },
  [SMTP_REPLY_HELLO_FIRST] = { 503, "5.5.1", "EHLO or HELO first" },
  [SMTP_REPLY_SENDER_FIRST] = { 503, "5.5.1", "MAIL first" },
  [SMTP_REPLY_SENDER_TWICE] = { 503, "5.5.1", "The sender was given already: RSET starts again" },
  [SMTP_REPLY_NO_RECIPIENTS] = { 554, "5.5.1", "No valid recipients: RCPT first" },
  [SMTP_REPLY_CHUNKS_BEGUN]
  = { 503, "5.5.1", "The message has begun with BDAT: go on with it, or RSET" },

  [SMTP_REPLY_NEEDS_TLS] = { 530, "5.7.0", "Must issue a STARTTLS command first" },
  [SMTP_REPLY_TLS_NOT_OFFERED] = { 502, "5.5.1", "TLS is not offered here: go on without" },
  [SMTP_REPLY_TLS_TWICE] = { 503, "5.5.1", "TLS is on already" },
  [SMTP_REPLY_AUTH_NOT_OFFERED]
  = { 502, "5.5.1", "Authentication is not offered here: log on to the POP server" },
  [SMTP_REPLY_AUTH_NEEDS_TLS] = { 538, "5.7.11", "Encryption required: STARTTLS first" },
  [SMTP_REPLY_AUTH_TWICE] = { 503, "5.5.1", "Authenticated already" },
  [SMTP_REPLY_UNKNOWN_MECHANISM] = { 504, "5.5.4", "Unknown mechanism: known are %" },
  [SMTP_REPLY_AUTH_CANCELLED] = { 501, "5.7.0", "Authentication cancelled" },
  [SMTP_REPLY_AUTH_MALFORMED] = { 501, "5.5.2", "That is not the base64 that was asked for" },
  [SMTP_REPLY_WRONG_PASSWORD] = { 535, "5.7.8", "Wrong user name or password" },
  [SMTP_REPLY_AUTH_TROUBLE]
  = { 454, "4.7.0", "The password can't be checked now: try again later" },

  [SMTP_REPLY_DENIED] = { 550, "5.7.1", "%" },
  [SMTP_REPLY_LATER] = { 450, "4.7.1", "%" },
  [SMTP_REPLY_SUBMISSION_ONLY] = { 530, "5.7.0", "%" },
  [SMTP_REPLY_SENDER_NOT_USERS] = { 553, "5.7.1", "%" },
  [SMTP_REPLY_UNKNOWN_USER] = { 550, "5.1.1", "%" },
  [SMTP_REPLY_MAILBOX_FULL] = { 452, "4.2.2", "%" },
  [SMTP_REPLY_TOO_MANY_RECIPIENTS]
  = { 452, "4.5.3", "Too many recipients: send the rest separately" },
  [SMTP_REPLY_TOO_BIG] = { 552, "5.3.4", "Message too big: at most % bytes are taken" },
  [SMTP_REPLY_BAD_CHARACTERS]
  = { 550, "5.6.11", "Bare CR, bare LF or NUL in the message: lines end in CR LF" },
  [SMTP_REPLY_CONTENT_LINE_TOO_LONG] = { 550, "5.6.0", "A line of the message is too long" },
  [SMTP_REPLY_LOOP] = { 554, "5.4.6", "Too many hops: the message goes round in a loop" },
  [SMTP_REPLY_TROUBLE] = { 451, "4.3.0", "Trouble on this server: try again later" },
  [SMTP_REPLY_NO_SPACE] = { 452, "4.3.1", "Not enough space: try again later" },
};

/* The words may come from a file or from a peer: nothing of them may end the line, or look like
 * another one. */
static void
append_words (GString *output, const char *words)
{
  for (const char *c = words; *c; c++)
    g_string_append_c (output, g_ascii_isprint (*c) ? *c : '?');
}

static void
append_code (GString *output, guint code)
{
  const char digits[]
      = { (char) ('0' + code / 100), (char) ('0' + code / 10 % 10), (char) ('0' + code % 10) };
  g_string_append_len (output, digits, sizeof digits);
}

void
smtp_reply_append_line (GString *output, SmtpReply reply, const char *words, gboolean is_last)
{
  const Row *row = &rows[reply];
  if (row->code == 0)
    return;

  gsize start = output->len;
  append_code (output, row->code);
  g_string_append_c (output, is_last ? ' ' : '-');
  g_string_append (output, row->enhanced);
  if (*row->enhanced)
    g_string_append_c (output, ' ');
  const char *gap = strchr (row->text, '%');
  if (gap)
    {
      g_string_append_len (output, row->text, gap - row->text);
      append_words (output, words ? words : "");
      g_string_append (output, gap + 1);
    }
  else
    g_string_append (output, row->text);

  if (output->len - start > SMTP_REPLY_LINE_MAX - 2)
    g_string_truncate (output, start + SMTP_REPLY_LINE_MAX - 2);
  g_string_append (output, "\r\n");
}

void
smtp_reply_append (GString *output, SmtpReply reply, const char *words)
{
  smtp_reply_append_line (output, reply, words, TRUE);
}

guint
smtp_reply_code (SmtpReply reply)
{
  return rows[reply].code;
}

gboolean
smtp_reply_is_client_error (SmtpReply reply)
{
  switch (rows[reply].code)
    {
    case 500:
    case 501:
    case 502:
    case 503:
    case 504:
    case 555:
      return TRUE;
    default:
      return FALSE;
    }
}
