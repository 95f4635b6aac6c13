/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/smtp/smtp-authentication.h"

gboolean
smtp_authentication_is_offered (const SmtpSession *session, const SmtpTerms *terms)
{
  switch (terms->authentication)
    {
    case AUTHENTICATION_USE_ALWAYS:
      return session->is_secured || !terms->needs_tls;
    case AUTHENTICATION_USE_TLS:
      return session->is_secured;
    case AUTHENTICATION_USE_NO:
    default:
      return FALSE;
    }
}

void
smtp_authentication_abandon (SmtpSession *session)
{
  sasl_exchange_clear (&session->sasl);
  smtp_session_enter (session, SMTP_STATE_READY);
}

/* Somebody who wants to act as somebody else gets the answer to a wrong password. */
static SmtpStep
go_on (SmtpSession *session, const SmtpTerms *terms, SaslStep step)
{
  static const SmtpReply faults[] = {
    [SASL_CANCELLED] = SMTP_REPLY_AUTH_CANCELLED,
    [SASL_MALFORMED] = SMTP_REPLY_AUTH_MALFORMED,
    [SASL_REFUSED] = SMTP_REPLY_WRONG_PASSWORD,
  };

  switch (step)
    {
    case SASL_CHALLENGE:
      smtp_session_enter (session, SMTP_STATE_AUTHENTICATING);
      return smtp_session_reply (session, terms, SMTP_REPLY_CHALLENGE,
                                 sasl_exchange_challenge (&session->sasl));
    case SASL_DONE:
      return smtp_session_ask (session, SMTP_QUESTION_CREDENTIALS);
    case SASL_CANCELLED:
    case SASL_MALFORMED:
    case SASL_REFUSED:
      smtp_authentication_abandon (session);
      return smtp_session_reply (session, terms, faults[step], NULL);
    }
  g_assert_not_reached ();
}

static SmtpReply
find_fault (const SmtpSession *session, const SmtpTerms *terms)
{
  if (terms->authentication == AUTHENTICATION_USE_NO)
    return SMTP_REPLY_AUTH_NOT_OFFERED;
  if (session->user)
    return SMTP_REPLY_AUTH_TWICE;
  return smtp_authentication_is_offered (session, terms) ? SMTP_REPLY_NONE
                                                         : SMTP_REPLY_AUTH_NEEDS_TLS;
}

SmtpStep
smtp_authentication_begin (SmtpSession *session, const SmtpTerms *terms, const SmtpCommand *command)
{
  SmtpAuthCommand auth = smtp_command_split_auth (command->argument, command->argument_length);
  SmtpReply fault = find_fault (session, terms);
  SaslMechanism mechanism = SASL_PLAIN;
  if (fault == SMTP_REPLY_NONE
      && !sasl_mechanism_parse (auth.mechanism, auth.mechanism_length, &mechanism))
    fault = SMTP_REPLY_UNKNOWN_MECHANISM;
  if (fault != SMTP_REPLY_NONE)
    return smtp_session_reply (session, terms, fault, sasl_mechanisms);

  return go_on (session, terms,
                sasl_exchange_start (&session->sasl, mechanism, auth.initial, auth.initial_length));
}

SmtpStep
smtp_authentication_feed (SmtpSession *session,
                          const SmtpTerms *terms,
                          const char *line,
                          gsize length)
{
  /* By a new revision it may be offered no more, in the middle of an exchange. */
  SmtpReply fault = find_fault (session, terms);
  if (fault == SMTP_REPLY_NONE)
    return go_on (session, terms, sasl_exchange_feed (&session->sasl, line, length));

  smtp_authentication_abandon (session);
  return smtp_session_reply (session, terms, fault, NULL);
}
