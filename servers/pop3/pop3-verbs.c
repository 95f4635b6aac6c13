/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/pop3/pop3-verbs.h"

#include <string.h>

/* --- Arguments --- */

/* Reads a whole number, and leaves @text behind it and the spaces there. One that is too large is
 * as large as can be: some clients want 2^31 lines and more. */
static gboolean
take_number (const char **text, guint *number)
{
  const char *at = *text;
  guint64 value = 0;

  for (; g_ascii_isdigit (*at); at++)
    value = MIN (value * 10 + g_ascii_digit_value (*at), G_MAXUINT32);
  if (at == *text || (*at != '\0' && *at != ' '))
    return FALSE;
  while (*at == ' ')
    at++;
  *text = at;
  *number = value;
  return TRUE;
}

/* Reads a message's number. On FALSE, @step is the refusal. */
static gboolean
take_message (Pop3Session *session, const char **text, guint *index, Pop3Step *step)
{
  guint length = maildrop_listing_length (session->listing);
  g_autofree char *words = NULL;
  guint number;

  if (!take_number (text, &number))
    {
      *step = pop3_session_reply (session, POP3_REPLY_NO_NUMBER, NULL);
      return FALSE;
    }
  if (number == 0 || number > length)
    {
      words = g_strdup_printf ("%u", length);
      *step = pop3_session_reply (session, POP3_REPLY_NO_MESSAGE, words);
      return FALSE;
    }
  if (session->is_deleted[number - 1])
    {
      words = g_strdup_printf ("%u", number);
      *step = pop3_session_reply (session, POP3_REPLY_MESSAGE_DELETED, words);
      return FALSE;
    }
  *index = number - 1;
  return TRUE;
}

/* The same, where nothing may follow. */
static gboolean
take_only_message (Pop3Session *session, const char *text, guint *index, Pop3Step *step)
{
  if (!take_message (session, &text, index, step))
    return FALSE;
  if (*text == '\0')
    return TRUE;
  *step = pop3_session_reply (session, POP3_REPLY_NO_NUMBER, NULL);
  return FALSE;
}

/* --- Before the log-on --- */

static Pop3Step
handle_user (Pop3Session *session, const Pop3Terms *terms, const char *argument)
{
  g_free (session->user);
  session->user = g_strdup (argument);
  return pop3_session_reply (session, POP3_REPLY_USER_OK, NULL);
}

static Pop3Step
handle_pass (Pop3Session *session, const Pop3Terms *terms, const char *argument)
{
  if (session->user == NULL)
    return pop3_session_reply (session, POP3_REPLY_USER_FIRST, NULL);
  session->secret = g_strdup (argument);
  session->method = POP3_BY_PASS;
  return pop3_session_ask (session, POP3_QUESTION_LOG_ON);
}

static Pop3Step
handle_apop (Pop3Session *session, const Pop3Terms *terms, const char *argument)
{
  const char *space = strrchr (argument, ' ');

  if (session->timestamp == NULL)
    return pop3_session_reply (session, POP3_REPLY_NO_APOP, NULL);
  if (space == NULL || space == argument)
    return pop3_session_reply (session, POP3_REPLY_APOP_SYNTAX, NULL);
  g_free (session->user);
  session->user = g_strndup (argument, space - argument);
  session->secret = g_strdup (space + 1);
  session->method = POP3_BY_APOP;
  return pop3_session_ask (session, POP3_QUESTION_LOG_ON);
}

/* Without a mechanism, clients from before RFC 5034 want to see the list. */
static Pop3Step
list_mechanisms (Pop3Session *session)
{
  g_auto (GStrv) names = g_strsplit (sasl_mechanisms, " ", -1);

  pop3_reply_append (session->reply, POP3_REPLY_MECHANISMS, NULL);
  for (char **name = names; *name != NULL; name++)
    g_string_append_printf (session->reply, "%s\r\n", *name);
  g_string_append (session->reply, ".\r\n");
  return pop3_session_reply_lines (session);
}

static Pop3Step
handle_auth (Pop3Session *session, const Pop3Terms *terms, const char *argument)
{
  gsize name_length = argument != NULL ? strcspn (argument, " ") : 0;
  SaslMechanism mechanism;
  const char *initial;

  if (argument == NULL)
    return list_mechanisms (session);
  if (!sasl_mechanism_parse (argument, name_length, &mechanism))
    return pop3_session_reply (session, POP3_REPLY_UNKNOWN_MECHANISM, NULL);
  initial = argument[name_length] == ' ' ? argument + name_length + 1 : NULL;
  return pop3_session_authenticate (session,
                                    sasl_exchange_start (&session->sasl, mechanism, initial,
                                                         initial != NULL ? strlen (initial) : 0));
}

static Pop3Step
handle_stls (Pop3Session *session, const Pop3Terms *terms, const char *argument)
{
  if (session->is_secure)
    return pop3_session_reply (session, POP3_REPLY_TLS_TWICE, NULL);
  if (!terms->offers_tls)
    return pop3_session_reply (session, POP3_REPLY_NO_TLS, NULL);
  if (session->is_utf8)
    return pop3_session_reply (session, POP3_REPLY_TLS_TOO_LATE, NULL);
  return pop3_session_start_tls (session);
}

static Pop3Step
handle_utf8 (Pop3Session *session, const Pop3Terms *terms, const char *argument)
{
  session->is_utf8 = TRUE;
  return pop3_session_reply (session, POP3_REPLY_UTF8, NULL);
}

/* --- After it --- */

static Pop3Step
handle_stat (Pop3Session *session, const Pop3Terms *terms, const char *argument)
{
  guint messages;
  guint64 octets;
  g_autofree char *words = NULL;

  pop3_session_count (session, &messages, &octets);
  words = g_strdup_printf ("%u %" G_GUINT64_FORMAT, messages, octets);
  return pop3_session_reply (session, POP3_REPLY_OK, words);
}

typedef void (*AppendMail) (GString *line, guint index, const MaildropMail *mail);

static void
append_octets (GString *line, guint index, const MaildropMail *mail)
{
  g_string_append_printf (line, "%u %" G_GUINT64_FORMAT, index + 1, mail->octets);
}

static void
append_unique_id (GString *line, guint index, const MaildropMail *mail)
{
  g_string_append_printf (line, "%u %s", index + 1, mail->unique_id);
}

/* LIST and UIDL: about one message, or a line for each. */
static Pop3Step
list (Pop3Session *session, const char *argument, AppendMail append)
{
  g_autoptr (GString) words = g_string_new (NULL);
  Pop3Step step;
  guint index;

  if (argument != NULL)
    {
      if (!take_only_message (session, argument, &index, &step))
        return step;
      append (words, index, maildrop_listing_mail (session->listing, index));
      return pop3_session_reply (session, POP3_REPLY_OK, words->str);
    }

  pop3_session_reply_contents (session, POP3_REPLY_LISTING);
  for (guint i = 0; i < maildrop_listing_length (session->listing); i++)
    {
      if (session->is_deleted[i])
        continue;
      append (session->reply, i, maildrop_listing_mail (session->listing, i));
      g_string_append (session->reply, "\r\n");
    }
  g_string_append (session->reply, ".\r\n");
  return pop3_session_reply_lines (session);
}

static Pop3Step
handle_list (Pop3Session *session, const Pop3Terms *terms, const char *argument)
{
  return list (session, argument, append_octets);
}

static Pop3Step
handle_uidl (Pop3Session *session, const Pop3Terms *terms, const char *argument)
{
  return list (session, argument, append_unique_id);
}

static Pop3Step
handle_retr (Pop3Session *session, const Pop3Terms *terms, const char *argument)
{
  Pop3Step step;

  if (!take_only_message (session, argument, &session->index, &step))
    return step;
  session->lines = -1;
  return pop3_session_ask (session, POP3_QUESTION_MESSAGE);
}

static Pop3Step
handle_top (Pop3Session *session, const Pop3Terms *terms, const char *argument)
{
  Pop3Step step;
  guint lines;

  if (!take_message (session, &argument, &session->index, &step))
    return step;
  if (!take_number (&argument, &lines) || *argument != '\0')
    return pop3_session_reply (session, POP3_REPLY_NO_NUMBER, NULL);
  session->lines = lines;
  return pop3_session_ask (session, POP3_QUESTION_MESSAGE);
}

static Pop3Step
handle_dele (Pop3Session *session, const Pop3Terms *terms, const char *argument)
{
  g_autofree char *words = NULL;
  Pop3Step step;
  guint index;

  if (!take_only_message (session, argument, &index, &step))
    return step;
  session->is_deleted[index] = TRUE;
  words = g_strdup_printf ("%u", index + 1);
  return pop3_session_reply (session, POP3_REPLY_DELETED, words);
}

static Pop3Step
handle_rset (Pop3Session *session, const Pop3Terms *terms, const char *argument)
{
  memset (session->is_deleted, 0, maildrop_listing_length (session->listing));
  return pop3_session_reply_contents (session, POP3_REPLY_CONTENTS);
}

static Pop3Step
handle_noop (Pop3Session *session, const Pop3Terms *terms, const char *argument)
{
  return pop3_session_reply (session, POP3_REPLY_NOTHING_DONE, NULL);
}

static Pop3Step
handle_quit (Pop3Session *session, const Pop3Terms *terms, const char *argument)
{
  if (pop3_session_deleted (session) > 0)
    return pop3_session_ask (session, POP3_QUESTION_COMMIT);
  return pop3_session_close (session, POP3_REPLY_GOODBYE, NULL);
}

/* --- The tables --- */

static Pop3Step handle_capa (Pop3Session *session, const Pop3Terms *terms, const char *argument);

#define BEFORE (1u << POP3_STATE_AUTHORIZATION)
#define AFTER (1u << POP3_STATE_TRANSACTION)

static const Pop3Verb verbs[] = {
  { "CAPA", BEFORE | AFTER, POP3_ARGUMENT_NONE, FALSE, NULL, handle_capa },
  { "STLS", BEFORE, POP3_ARGUMENT_NONE, FALSE, NULL, handle_stls },
  { "UTF8", BEFORE, POP3_ARGUMENT_NONE, FALSE, "UTF8 USER", handle_utf8 },
  { "USER", BEFORE, POP3_ARGUMENT_NEEDED, TRUE, "USER", handle_user },
  { "PASS", BEFORE, POP3_ARGUMENT_PASSWORD, TRUE, NULL, handle_pass },
  { "APOP", BEFORE, POP3_ARGUMENT_NEEDED, TRUE, NULL, handle_apop },
  { "AUTH", BEFORE, POP3_ARGUMENT_ALLOWED, TRUE, "SASL", handle_auth },
  { "STAT", AFTER, POP3_ARGUMENT_NONE, FALSE, NULL, handle_stat },
  { "LIST", AFTER, POP3_ARGUMENT_ALLOWED, FALSE, NULL, handle_list },
  { "RETR", AFTER, POP3_ARGUMENT_NEEDED, FALSE, NULL, handle_retr },
  { "TOP", AFTER, POP3_ARGUMENT_NEEDED, FALSE, "TOP", handle_top },
  { "UIDL", AFTER, POP3_ARGUMENT_ALLOWED, FALSE, "UIDL", handle_uidl },
  { "DELE", AFTER, POP3_ARGUMENT_NEEDED, FALSE, NULL, handle_dele },
  { "RSET", AFTER, POP3_ARGUMENT_NONE, FALSE, NULL, handle_rset },
  { "NOOP", AFTER, POP3_ARGUMENT_NONE, FALSE, NULL, handle_noop },
  { "QUIT", BEFORE | AFTER, POP3_ARGUMENT_NONE, FALSE, NULL, handle_quit },
};

/* RFC 2449; AUTH-RESP-CODE: RFC 3206. */
static const char *const other_capabilities[] = {
  "PIPELINING", "RESP-CODES", "AUTH-RESP-CODE", "EXPIRE NEVER", "IMPLEMENTATION Postern",
};

static void
append_capability (Pop3Session *session, const char *capability)
{
  g_string_append (session->reply, capability);
  if (g_str_equal (capability, "SASL"))
    g_string_append_printf (session->reply, " %s", sasl_mechanisms);
  g_string_append (session->reply, "\r\n");
}

static Pop3Step
handle_capa (Pop3Session *session, const Pop3Terms *terms, const char *argument)
{
  gboolean may_log_on = session->is_secure || !terms->requires_tls;

  pop3_reply_append (session->reply, POP3_REPLY_CAPABILITIES, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (verbs); i++)
    if (verbs[i].capability != NULL && (may_log_on || !verbs[i].is_log_on))
      append_capability (session, verbs[i].capability);
  if (terms->offers_tls && !session->is_secure && session->listing == NULL)
    append_capability (session, "STLS"); /* RFC 2595, section 4 */
  for (gsize i = 0; i < G_N_ELEMENTS (other_capabilities); i++)
    append_capability (session, other_capabilities[i]);
  g_string_append (session->reply, ".\r\n");
  return pop3_session_reply_lines (session);
}

const Pop3Verb *
pop3_verbs_find (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (verbs); i++)
    if (g_ascii_strcasecmp (verbs[i].name, name) == 0)
      return &verbs[i];
  return NULL;
}
