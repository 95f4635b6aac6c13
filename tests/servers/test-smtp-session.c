/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/net/line-reader.h"
#include "servers/smtp/smtp-command.h"
#include "servers/smtp/smtp-intake.h"
#include "tests/servers/transcript.h"

#include <string.h>

/*
 * Plays the transcripts of tests/transcripts/smtp. Bytes go the way they go in the server: lines
 * are cut by line-reader, content is read by smtp-intake; what comes while a question is open
 * waits. So one "C:" may hold several lines, with \r\n between.
 *
 *   Q: greet | credentials USER PASSWORD | sender <a@b> | recipient <a@b>
 *      | message from <a@b> to <c@d>,<e@f>: content    (with what the parameters said in brackets)
 *   A: yes [QUEUE-ID or USER] | refused REASON | later REASON | ... (see the table of answers)
 *   S: (starts TLS)    and then X: secured
 *   X: implicit-tls | secured | inactive | stopping | message-size BYTES | recipients COUNT
 *      | errors COUNT | tls no|yes|only | authentication no|tls|always
 */
typedef struct
{
  Transcript *transcript;
  SmtpSession *session;
  SmtpTerms terms;
  SmtpIntake intake;
  GString *message;
  GString *input; /* came, and was not read yet */
  LineReader lines;
  gboolean is_open;
} Play;

static void
append_address (GString *text, const MailAddress *address)
{
  g_autofree char *written = mail_address_to_string (address);
  g_string_append_printf (text, "<%s>", written);
}

static void
append_recipient (GString *text, const SmtpRecipient *recipient)
{
  static const struct
  {
    RecipientNotify notify;
    const char *word;
  } words[] = { { NOTIFY_SUCCESS, "success" },
                { NOTIFY_FAILURE, "failure" },
                { NOTIFY_DELAY, "delay" },
                { NOTIFY_NEVER, "never" } };

  append_address (text, recipient->address);
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if (recipient->parameters.notify & words[i].notify)
      g_string_append_printf (text, " (%s)", words[i].word);
  if (recipient->parameters.original)
    g_string_append_printf (text, " (orcpt %s)", recipient->parameters.original);
}

static void
append_message (GString *text, const Play *play)
{
  const SmtpTransaction *transaction = &play->session->transaction;
  const SmtpMailParameters *parameters = &transaction->parameters;

  g_string_append_printf (text, "message%s%s%s", parameters->eight_bit ? " (8 bit)" : "",
                          parameters->utf8 ? " (utf-8)" : "",
                          parameters->dsn_return == DSN_RETURN_FULL      ? " (full)"
                          : parameters->dsn_return == DSN_RETURN_HEADERS ? " (headers)"
                                                                         : "");
  if (parameters->envelope_id)
    g_string_append_printf (text, " (envid %s)", parameters->envelope_id);
  g_string_append (text, " from ");
  append_address (text, transaction->sender);
  g_string_append (text, " to ");
  for (guint i = 0; i < transaction->recipients->len; i++)
    {
      g_string_append (text, i > 0 ? "," : "");
      append_recipient (text, smtp_transaction_recipient (transaction, i));
    }
  g_string_append (text, ": ");
  g_string_append_len (text, play->message->str, (gssize) play->message->len);
}

static void
ask (Play *play, SmtpQuestion question)
{
  const SmtpSession *session = play->session;
  g_autoptr (GString) text = g_string_new (NULL);

  switch (question)
    {
    case SMTP_QUESTION_GREET:
      g_string_append (text, "greet");
      break;
    case SMTP_QUESTION_CREDENTIALS:
      g_string_printf (text, "credentials %s %s", session->sasl.user, session->sasl.password);
      break;
    case SMTP_QUESTION_SENDER:
      g_string_append (text, "sender ");
      append_address (text, session->transaction.sender);
      break;
    case SMTP_QUESTION_RECIPIENT:
      g_string_append (text, "recipient ");
      append_address (text, session->transaction.candidate.recipient);
      break;
    case SMTP_QUESTION_MESSAGE:
      append_message (text, play);
      break;
    }
  transcript_put (play->transcript, 'Q', text->str, text->len);
}

static void
begin_content (Play *play, SmtpFraming framing)
{
  SmtpIntakeTerms terms = { .size_limit = play->terms.message_size };
  smtp_intake_start (&play->intake, framing, &terms);
  g_string_truncate (play->message, 0);
}

static void
perform (Play *play, SmtpStep step)
{
  g_assert_cmpuint (strlen (step.reply), ==, step.length);
  transcript_put_lines (play->transcript, step.reply, step.length);
  play->lines.limit = smtp_session_line_max (play->session);
  switch (step.kind)
    {
    case SMTP_STEP_REPLY:
      break;
    case SMTP_STEP_ASK:
      ask (play, step.question);
      break;
    case SMTP_STEP_CONTENT:
      begin_content (play, SMTP_FRAMING_DOTS);
      break;
    case SMTP_STEP_CHUNK:
      if (step.chunk.is_first)
        begin_content (play, SMTP_FRAMING_CHUNKS);
      smtp_intake_take_chunk (&play->intake, &step.chunk);
      break;
    case SMTP_STEP_START_TLS:
      transcript_put (play->transcript, 'S', "(starts TLS)", strlen ("(starts TLS)"));
      break;
    case SMTP_STEP_CLOSE:
      transcript_put (play->transcript, 'S', "(closes)", strlen ("(closes)"));
      play->is_open = FALSE;
      break;
    }
}

static void
collect (gpointer user, const char *bytes, gsize length)
{
  Play *play = user;
  g_string_append_len (play->message, bytes, length);
}

static gsize
read_content (Play *play)
{
  gsize taken = smtp_intake_feed (&play->intake, play->input->str, play->input->len, collect, play);
  if (smtp_intake_is_complete (&play->intake))
    perform (play, smtp_intake_end (&play->intake, play->session, &play->terms, collect, play));
  return taken;
}

static gsize
read_line (Play *play)
{
  Line line = line_reader_next (&play->lines, play->input->str, play->input->len);
  switch (line.kind)
    {
    case LINE_WHOLE:
      perform (play, smtp_session_feed (play->session, &play->terms, line.text, line.length));
      break;
    case LINE_TOO_LONG:
      perform (play,
               smtp_session_feed_fault (play->session, &play->terms, SMTP_REPLY_LINE_TOO_LONG));
      break;
    case LINE_BROKEN:
      perform (play, smtp_session_feed_fault (play->session, &play->terms, SMTP_REPLY_LINE_BROKEN));
      break;
    case LINE_PARTIAL:
      break;
    }
  return line.taken;
}

static gboolean
is_asking (const Play *play)
{
  switch (play->session->state)
    {
    case SMTP_STATE_ASKING_GREET:
    case SMTP_STATE_ASKING_CREDENTIALS:
    case SMTP_STATE_SECURING:
    case SMTP_STATE_ASKING_SENDER:
    case SMTP_STATE_ASKING_RECIPIENT:
    case SMTP_STATE_ASKING_MESSAGE:
      return TRUE;
    default:
      return FALSE;
    }
}

static gboolean
is_taking_in (const Play *play)
{
  return play->session->state == SMTP_STATE_CONTENT || play->session->state == SMTP_STATE_CHUNK;
}

/* A chunk may be there whole before a byte of it has come. */
static void
read_input (Play *play)
{
  while (
      play->is_open && !is_asking (play)
      && (play->input->len > 0 || (is_taking_in (play) && smtp_intake_is_complete (&play->intake))))
    {
      gsize taken = is_taking_in (play) ? read_content (play) : read_line (play);
      g_string_erase (play->input, 0, (gssize) taken);
    }
}

static void
answer (Play *play, const char *text)
{
  static const struct
  {
    const char *word;
    SmtpAnswerKind kind;
  } kinds[] = {
    { "yes", SMTP_ANSWER_YES },
    { "refused", SMTP_ANSWER_REFUSED },
    { "later", SMTP_ANSWER_LATER },
    { "trouble", SMTP_ANSWER_TROUBLE },
    { "no-space", SMTP_ANSWER_NO_SPACE },
    { "too-many-sessions", SMTP_ANSWER_TOO_MANY_SESSIONS },
    { "too-much-of-client", SMTP_ANSWER_TOO_MUCH_OF_CLIENT },
    { "too-early", SMTP_ANSWER_TOO_EARLY },
    { "banned", SMTP_ANSWER_BANNED },
    { "unknown-user", SMTP_ANSWER_UNKNOWN_USER },
    { "mailbox-full", SMTP_ANSWER_MAILBOX_FULL },
    { "submission-only", SMTP_ANSWER_SUBMISSION_ONLY },
    { "sender-not-users", SMTP_ANSWER_SENDER_NOT_USERS },
  };
  g_auto (GStrv) words = g_strsplit (text, " ", 2);

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_str_equal (words[0], kinds[i].word))
      {
        SmtpAnswer given = { kinds[i].kind, words[1] };
        perform (play, smtp_session_answer (play->session, &play->terms, &given));
        return;
      }
  g_error ("no such answer: %s", text);
}

static guint
index_of (const char *const *words, const char *word)
{
  for (guint i = 0; words[i]; i++)
    if (g_str_equal (words[i], word))
      return i;
  g_error ("no such value: %s", word);
}

static void
happen (Play *play, const char *text)
{
  static const char *const tls[] = { "no", "yes", "only", NULL };
  static const char *const authentication[] = { "no", "tls", "always", NULL };
  g_auto (GStrv) words = g_strsplit (text, " ", 2);
  SmtpTerms *terms = &play->terms;

  if (g_str_equal (words[0], "inactive"))
    perform (play, smtp_session_interrupt (play->session, terms, SMTP_REPLY_INACTIVE));
  else if (g_str_equal (words[0], "stopping"))
    perform (play, smtp_session_interrupt (play->session, terms, SMTP_REPLY_STOPPING));
  else if (g_str_equal (words[0], "implicit-tls"))
    play->session->is_secured = TRUE;
  else if (g_str_equal (words[0], "secured"))
    smtp_session_secured (play->session);
  else if (g_str_equal (words[0], "message-size"))
    terms->message_size = g_ascii_strtoull (words[1], NULL, 10);
  else if (g_str_equal (words[0], "recipients"))
    terms->recipients = (guint) g_ascii_strtoull (words[1], NULL, 10);
  else if (g_str_equal (words[0], "errors"))
    terms->errors = (guint) g_ascii_strtoull (words[1], NULL, 10);
  else if (g_str_equal (words[0], "tls"))
    {
      guint use = index_of (tls, words[1]);
      terms->offers_tls = use > 0;
      terms->needs_tls = use == 2;
    }
  else if (g_str_equal (words[0], "authentication"))
    terms->authentication = (AuthenticationUse) index_of (authentication, words[1]);
  else
    g_error ("no such happening: %s", text);
}

static const SmtpTerms usual_terms = {
  .host_name = "mail.example.org",
  .message_size = 1048576,
  .recipients = 100,
  .errors = 20,
  .offers_tls = FALSE,
  .authentication = AUTHENTICATION_USE_TLS,
};

static gpointer
play_start (Transcript *transcript)
{
  Play *play = g_new0 (Play, 1);
  play->transcript = transcript;
  play->session = smtp_session_new ();
  play->terms = usual_terms;
  play->message = g_string_new (NULL);
  play->input = g_string_new (NULL);
  play->is_open = TRUE;
  perform (play, smtp_session_begin (play->session, FALSE));
  return play;
}

static void
play_feed (gpointer session, char kind, const char *text, gsize length)
{
  Play *play = session;

  if (kind == 'C')
    {
      g_string_append_len (play->input, text, (gssize) length);
      g_string_append (play->input, "\r\n");
    }
  else if (kind == 'A')
    answer (play, text);
  else
    happen (play, text);
  read_input (play);
}

static void
play_end (gpointer session)
{
  Play *play = session;
  smtp_session_free (play->session);
  g_string_free (play->message, TRUE);
  g_string_free (play->input, TRUE);
  g_free (play);
}

static const TranscriptProtocol protocol = { play_start, play_feed, play_end };

/* Every command in every state: the session never stops, and always knows what to say. */
static void
test_verbs_in_states (void)
{
  static const char *const openings[]
      = { "", "EHLO a", "EHLO a\nMAIL FROM:<>", "EHLO a\nMAIL FROM:<>\nRCPT TO:<a@b.example>" };
  static const char *const lines[]
      = { "EHLO b", "HELO b",   "MAIL FROM:<>", "RCPT TO:<a@b.example>",
          "DATA",   "RSET",     "NOOP",         "VRFY a",
          "HELP",   "QUIT",     "EXPN a",       "GET /",
          "",       "nonsense", "STARTTLS",     "AUTH PLAIN" };
  static const SmtpAnswer yes = { SMTP_ANSWER_YES, "1" };

  for (gsize i = 0; i < G_N_ELEMENTS (openings); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (lines); j++)
      {
        g_autofree char *script = g_strconcat (openings[i], "\n", lines[j], NULL);
        g_auto (GStrv) commands = g_strsplit (script, "\n", 0);
        g_autoptr (SmtpSession) session = smtp_session_new ();
        SmtpStep step = smtp_session_begin (session, FALSE);
        step = smtp_session_answer (session, &usual_terms, &yes);

        for (guint k = *openings[i] ? 0 : 1; commands[k]; k++)
          {
            step = smtp_session_feed (session, &usual_terms, commands[k], strlen (commands[k]));
            if (step.kind == SMTP_STEP_ASK)
              step = smtp_session_answer (session, &usual_terms, &yes);
          }
        g_assert_cmpuint (step.length, >, 5);
      }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_autofree char *folder = g_test_build_filename (G_TEST_DIST, "transcripts", "smtp", NULL);
  transcript_add_tests ("smtp-session", folder, &protocol);
  g_test_add_func ("/smtp-session/verbs-in-states", test_verbs_in_states);
  return g_test_run ();
}
