/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/smtp/smtp-verbs.h"

#include "servers/smtp/smtp-authentication.h"
#include "servers/smtp/smtp-extensions.h"

#include <string.h>

#define IN(state) (1u << SMTP_STATE_##state)
#define AFTER_HELLO (IN (READY) | IN (SENDER) | IN (RECIPIENTS) | IN (CHUNKS))
#define AFTER_GREETING (IN (CONNECTED) | AFTER_HELLO)

static SmtpStep
handle_help (SmtpSession *session, const SmtpTerms *terms, const SmtpCommand *command);

/* Whatever was begun is forgotten (RFC 5321, section 4.1.4). */
static gboolean
take_hello (SmtpSession *session, const SmtpCommand *command, gboolean is_extended)
{
  if (command->argument_length == 0 || command->argument_length > SMTP_SESSION_HELO_MAX)
    return FALSE;

  g_free (session->helo);
  session->helo = g_strndup (command->argument, command->argument_length);
  session->is_extended = is_extended;
  smtp_transaction_reset (&session->transaction);
  smtp_session_enter (session, SMTP_STATE_READY);
  return TRUE;
}

static SmtpStep
handle_helo (SmtpSession *session, const SmtpTerms *terms, const SmtpCommand *command)
{
  if (!take_hello (session, command, FALSE))
    return smtp_session_reply (session, terms, SMTP_REPLY_HELLO_SYNTAX, NULL);
  return smtp_session_reply (session, terms, SMTP_REPLY_HELLO, terms->host_name);
}

static SmtpStep
handle_ehlo (SmtpSession *session, const SmtpTerms *terms, const SmtpCommand *command)
{
  if (!take_hello (session, command, TRUE))
    return smtp_session_reply (session, terms, SMTP_REPLY_HELLO_SYNTAX, NULL);

  return smtp_extensions_list (session, terms);
}

static SmtpStep
handle_mail (SmtpSession *session, const SmtpTerms *terms, const SmtpCommand *command)
{
  SmtpTransaction *transaction = &session->transaction;
  g_auto (SmtpMailCommand) mail = { 0 };
  SmtpReply fault = smtp_command_parse_mail (command->argument, command->argument_length, &mail);
  if (fault == SMTP_REPLY_NONE && mail.parameters.size > terms->message_size)
    fault = SMTP_REPLY_TOO_BIG;
  if (fault != SMTP_REPLY_NONE)
    {
      g_autofree char *limit = g_strdup_printf ("%" G_GUINT64_FORMAT, terms->message_size);
      return smtp_session_reply (session, terms, fault, limit);
    }

  transaction->sender = g_steal_pointer (&mail.sender);
  transaction->parameters = mail.parameters;
  mail.parameters = (SmtpMailParameters){ 0 };
  return smtp_session_ask (session, SMTP_QUESTION_SENDER);
}

static SmtpStep
handle_rcpt (SmtpSession *session, const SmtpTerms *terms, const SmtpCommand *command)
{
  SmtpTransaction *transaction = &session->transaction;
  SmtpReply fault = smtp_command_parse_rcpt (command->argument, command->argument_length,
                                             transaction->parameters.utf8, &transaction->candidate);
  if (fault != SMTP_REPLY_NONE)
    return smtp_session_reply (session, terms, fault, NULL);
  if (transaction->recipients->len >= terms->recipients)
    {
      /* Who names them all at once still gets to DATA (RFC 5321, section 4.5.3.1.10). */
      session->idle_commands = 0;
      smtp_transaction_drop_candidate (transaction);
      return smtp_session_reply (session, terms, SMTP_REPLY_TOO_MANY_RECIPIENTS, NULL);
    }
  return smtp_session_ask (session, SMTP_QUESTION_RECIPIENT);
}

static SmtpStep
handle_data (SmtpSession *session, const SmtpTerms *terms, const SmtpCommand *command)
{
  if (session->state == SMTP_STATE_SENDER)
    return smtp_session_reply (session, terms, SMTP_REPLY_NO_RECIPIENTS, NULL);
  smtp_session_enter (session, SMTP_STATE_CONTENT);
  return smtp_session_say (session, SMTP_STEP_CONTENT, SMTP_REPLY_SEND_CONTENT, NULL);
}

/* The bytes follow whether we want them or not, and are none of them a command (RFC 3030, section
 * 2): so where BDAT can't be read, nobody knows where the next command begins. */
static SmtpStep
handle_bdat (SmtpSession *session, const SmtpTerms *terms, const SmtpCommand *command)
{
  static const SmtpReply out_of_place[] = {
    [SMTP_STATE_CONNECTED] = SMTP_REPLY_HELLO_FIRST, [SMTP_STATE_READY] = SMTP_REPLY_SENDER_FIRST,
    [SMTP_STATE_SENDER] = SMTP_REPLY_NO_RECIPIENTS,  [SMTP_STATE_RECIPIENTS] = SMTP_REPLY_NONE,
    [SMTP_STATE_CHUNKS] = SMTP_REPLY_NONE,
  };
  SmtpChunkCommand chunk;
  if (!smtp_command_parse_chunk (command->argument, command->argument_length, &chunk))
    return smtp_session_interrupt (session, terms, SMTP_REPLY_CHUNK_SYNTAX);
  SmtpReply refusal = out_of_place[session->state];
  if (session->state == SMTP_STATE_RECIPIENTS && terms->needs_tls && !session->is_secured)
    refusal = SMTP_REPLY_NEEDS_TLS;
  return smtp_session_take_chunk (session, &chunk, refusal);
}

static SmtpStep
handle_starttls (SmtpSession *session, const SmtpTerms *terms, const SmtpCommand *command)
{
  if (session->is_secured)
    return smtp_session_reply (session, terms, SMTP_REPLY_TLS_TWICE, NULL);
  if (!terms->offers_tls)
    return smtp_session_reply (session, terms, SMTP_REPLY_TLS_NOT_OFFERED, NULL);
  smtp_session_enter (session, SMTP_STATE_SECURING);
  return smtp_session_say (session, SMTP_STEP_START_TLS, SMTP_REPLY_START_TLS, NULL);
}

static SmtpStep
handle_rset (SmtpSession *session, const SmtpTerms *terms, const SmtpCommand *command)
{
  if (session->state != SMTP_STATE_CONNECTED)
    {
      smtp_transaction_reset (&session->transaction);
      smtp_session_enter (session, SMTP_STATE_READY);
    }
  return smtp_session_reply (session, terms, SMTP_REPLY_RESET, NULL);
}

static SmtpStep
handle_noop (SmtpSession *session, const SmtpTerms *terms, const SmtpCommand *command)
{
  return smtp_session_reply (session, terms, SMTP_REPLY_NOTHING_DONE, NULL);
}

/* Whether a mailbox exists is nobody's business (RFC 5321, section 7.3). */
static SmtpStep
handle_vrfy (SmtpSession *session, const SmtpTerms *terms, const SmtpCommand *command)
{
  return smtp_session_reply (session, terms, SMTP_REPLY_CANNOT_VERIFY, NULL);
}

static SmtpStep
handle_quit (SmtpSession *session, const SmtpTerms *terms, const SmtpCommand *command)
{
  smtp_session_enter (session, SMTP_STATE_CLOSED);
  return smtp_session_say (session, SMTP_STEP_CLOSE, SMTP_REPLY_GOODBYE, terms->host_name);
}

/* A web browser that was sent here, perhaps with mail commands in what it posts: nothing more of it
 * is read. */
static SmtpStep
handle_web (SmtpSession *session, const SmtpTerms *terms, const SmtpCommand *command)
{
  return smtp_session_interrupt (session, terms, SMTP_REPLY_NOT_SMTP);
}

static const SmtpVerb verbs[] = {
  { "EHLO", AFTER_GREETING, 0, handle_ehlo },
  { "HELO", AFTER_GREETING, 0, handle_helo },
  { "STARTTLS", IN (READY), SMTP_VERB_NO_ARGUMENT, handle_starttls },
  { "AUTH", IN (READY), SMTP_VERB_NEEDS_ARGUMENT | SMTP_VERB_NEEDS_TLS, smtp_authentication_begin },
  { "MAIL", IN (READY), SMTP_VERB_NEEDS_TLS, handle_mail },
  { "RCPT", IN (SENDER) | IN (RECIPIENTS), SMTP_VERB_NEEDS_TLS, handle_rcpt },
  { "DATA", IN (SENDER) | IN (RECIPIENTS), SMTP_VERB_NO_ARGUMENT | SMTP_VERB_NEEDS_TLS,
    handle_data },
  { "BDAT", AFTER_GREETING, 0, handle_bdat },
  { "RSET", AFTER_GREETING, SMTP_VERB_NO_ARGUMENT, handle_rset },
  { "NOOP", AFTER_GREETING, 0, handle_noop },
  { "VRFY", AFTER_GREETING, SMTP_VERB_NEEDS_ARGUMENT, handle_vrfy },
  { "HELP", AFTER_GREETING, 0, handle_help },
  { "QUIT", AFTER_GREETING | IN (REFUSED), SMTP_VERB_NO_ARGUMENT, handle_quit },

  { "EXPN", 0, SMTP_VERB_UNLISTED, NULL },
  { "SEND", 0, SMTP_VERB_UNLISTED, NULL },
  { "SOML", 0, SMTP_VERB_UNLISTED, NULL },
  { "SAML", 0, SMTP_VERB_UNLISTED, NULL },
  { "TURN", 0, SMTP_VERB_UNLISTED, NULL },
  { "ETRN", 0, SMTP_VERB_UNLISTED, NULL },

  { "GET", AFTER_GREETING, SMTP_VERB_UNLISTED, handle_web },
  { "HEAD", AFTER_GREETING, SMTP_VERB_UNLISTED, handle_web },
  { "POST", AFTER_GREETING, SMTP_VERB_UNLISTED, handle_web },
  { "PUT", AFTER_GREETING, SMTP_VERB_UNLISTED, handle_web },
  { "CONNECT", AFTER_GREETING, SMTP_VERB_UNLISTED, handle_web },
  { "OPTIONS", AFTER_GREETING, SMTP_VERB_UNLISTED, handle_web },
};

static SmtpStep
handle_help (SmtpSession *session, const SmtpTerms *terms, const SmtpCommand *command)
{
  g_autoptr (GString) names = g_string_new ("Commands:");
  for (gsize i = 0; i < G_N_ELEMENTS (verbs); i++)
    if (!(verbs[i].flags & SMTP_VERB_UNLISTED))
      g_string_append_printf (names, " %s", verbs[i].name);
  return smtp_session_reply (session, terms, SMTP_REPLY_HELP, names->str);
}

const SmtpVerb *
smtp_verbs_find (const char *name, gsize length)
{
  for (gsize i = 0; i < G_N_ELEMENTS (verbs); i++)
    if (strlen (verbs[i].name) == length && g_ascii_strncasecmp (verbs[i].name, name, length) == 0)
      return &verbs[i];
  return NULL;
}
