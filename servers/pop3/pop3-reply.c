/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/pop3/pop3-reply.h"

#include <string.h>

#define GAP "%s"

typedef struct
{
  const char *text;
  gboolean is_client_error;
} ReplyRow;

static const ReplyRow rows[POP3_N_REPLIES] = {
  [POP3_REPLY_GREETING] = { "+OK Postern ready" },
  [POP3_REPLY_GREETING_APOP] = { "+OK Postern ready %s" },
  [POP3_REPLY_USER_OK] = { "+OK send the password" },
  [POP3_REPLY_START_TLS] = { "+OK begin TLS" },
  [POP3_REPLY_UTF8] = { "+OK UTF-8 is welcome" },
  [POP3_REPLY_MECHANISMS] = { "+OK mechanisms" },
  [POP3_REPLY_CHALLENGE] = { "+ %s" },
  [POP3_REPLY_CONTENTS] = { "+OK %s" },
  [POP3_REPLY_LISTING] = { "+OK %s" },
  [POP3_REPLY_OK] = { "+OK %s" },
  [POP3_REPLY_CAPABILITIES] = { "+OK what this server can do" },
  [POP3_REPLY_OCTETS] = { "+OK %s octets" },
  [POP3_REPLY_TOP] = { "+OK the top of the message" },
  [POP3_REPLY_DELETED] = { "+OK message %s will be deleted at QUIT" },
  [POP3_REPLY_NOTHING_DONE] = { "+OK nothing done" },
  [POP3_REPLY_GOODBYE] = { "+OK goodbye" },
  [POP3_REPLY_COMMITTED] = { "+OK goodbye; %s deleted" },

  [POP3_REPLY_TOO_MANY_SESSIONS] = { "-ERR [SYS/TEMP] too many sessions: try again later" },
  [POP3_REPLY_TOO_MANY_OF_CLIENT]
  = { "-ERR [SYS/TEMP] your address has too many sessions open: close some, or try again later" },
  [POP3_REPLY_BANNED]
  = { "-ERR [SYS/TEMP] too many log-ons of your address have failed: try again after %s" },
  [POP3_REPLY_STOPPING] = { "-ERR [SYS/TEMP] the server is stopping: try again later" },
  [POP3_REPLY_TOO_MANY_ERRORS] = { "-ERR too many mistakes: goodbye" },
  [POP3_REPLY_TOO_MANY_LINES] = { "-ERR too many commands without a log-on: goodbye" },
  [POP3_REPLY_NOT_COMMITTED]
  = { "-ERR [SYS/TEMP] some deleted messages were not removed: delete them again later" },

  [POP3_REPLY_BAD_LOG_ON] = { "-ERR [AUTH] the user name or the password is wrong" },
  [POP3_REPLY_IN_USE] = { "-ERR [IN-USE] the mailbox is open in another session: try again later" },
  [POP3_REPLY_LOG_ON_TROUBLE] = { "-ERR [SYS/TEMP] nobody can log on now: try again later" },
  [POP3_REPLY_TLS_FIRST] = { "-ERR log-ons are taken under TLS only: send STLS first", TRUE },
  [POP3_REPLY_TLS_PORT]
  = { "-ERR log-ons are taken under TLS only: connect to the server's TLS port", TRUE },
  [POP3_REPLY_NO_TLS] = { "-ERR TLS is not offered here", TRUE },
  [POP3_REPLY_TLS_TWICE] = { "-ERR TLS is in use already", TRUE },
  [POP3_REPLY_TLS_TOO_LATE] = { "-ERR STLS has to come before UTF8", TRUE },
  [POP3_REPLY_UNKNOWN_MECHANISM]
  = { "-ERR this mechanism is not offered: CAPA lists those that are", TRUE },
  [POP3_REPLY_SASL_CANCELLED] = { "-ERR the log-on was given up" },
  [POP3_REPLY_SASL_MALFORMED] = { "-ERR this is no answer of the mechanism: log on anew", TRUE },
  [POP3_REPLY_SASL_REFUSED]
  = { "-ERR [AUTH] nobody can act as another user: leave out the name to act as", TRUE },
  [POP3_REPLY_USER_FIRST] = { "-ERR the user name has to come first: USER name", TRUE },
  [POP3_REPLY_NO_APOP] = { "-ERR APOP is not offered: log on with USER and PASS", TRUE },
  [POP3_REPLY_APOP_SYNTAX] = { "-ERR a name and a digest are needed: APOP name digest", TRUE },

  [POP3_REPLY_LINE_TOO_LONG] = { "-ERR the line is too long", TRUE },
  [POP3_REPLY_LINE_BROKEN] = { "-ERR a line ends in CR LF, and has no other CR, LF or NUL", TRUE },
  [POP3_REPLY_UNKNOWN_COMMAND] = { "-ERR this command is not known", TRUE },
  [POP3_REPLY_LOG_ON_FIRST] = { "-ERR log on first", TRUE },
  [POP3_REPLY_LOGGED_ON_ALREADY] = { "-ERR this is for before the log-on", TRUE },
  [POP3_REPLY_NEEDS_ARGUMENT] = { "-ERR the command needs something behind it", TRUE },
  [POP3_REPLY_TAKES_NO_ARGUMENT] = { "-ERR the command takes nothing behind it", TRUE },
  [POP3_REPLY_NO_NUMBER] = { "-ERR a number is needed", TRUE },
  [POP3_REPLY_NO_MESSAGE] = { "-ERR there is no such message, there are %s" },
  [POP3_REPLY_MESSAGE_DELETED] = { "-ERR message %s is deleted" },
  [POP3_REPLY_MESSAGE_GONE] = { "-ERR the message has been taken away by another program" },
  [POP3_REPLY_MESSAGE_TROUBLE]
  = { "-ERR [SYS/TEMP] the message cannot be read now: try again later" },
};

void
pop3_reply_append (GString *output, Pop3Reply reply, const char *words)
{
  const char *text = rows[reply].text;
  const char *gap;

  if (text == NULL)
    return;
  gap = strstr (text, GAP);
  if (gap == NULL)
    g_string_append (output, text);
  else
    {
      g_string_append_len (output, text, gap - text);
      g_string_append (output, words != NULL ? words : "");
      g_string_append (output, gap + strlen (GAP));
    }
  g_string_append (output, "\r\n");
}

gboolean
pop3_reply_is_client_error (Pop3Reply reply)
{
  return rows[reply].is_client_error;
}
