/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/net/line-reader.h"
#include "servers/smtp/smtp-command.h"
#include "servers/smtp/smtp-session.h"
#include "tests/servers/transcript.h"

#include <string.h>

/*
 * Plays the transcripts of tests/transcripts/smtp. Bytes go the way they go in the server: lines
 * are cut by line-reader, content is read by smtp-content; what comes while a question is open
 * waits. So one "C:" may hold several lines, with \r\n between.
 *
 *   Q: greet | sender <a@b> | recipient <a@b> | message from <a@b> to <c@d>,<e@f>: content
 *   A: yes [QUEUE-ID] | refused REASON | unknown-user REASON | too-many-sessions | trouble |
 * no-space X: inactive | stopping | message-size BYTES | recipients COUNT
 */
typedef struct
{
  Transcript *transcript;
  SmtpSession *session;
  SmtpTerms terms;
  SmtpContent content;
  GString *message;
  GString *input; /* came, and was not read yet */
  LineReader lines;
  gboolean is_open;
} Play;

static void
ask (Play *play, SmtpQuestion question)
{
  const SmtpTransaction *transaction = &play->session->transaction;
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *sender
      = transaction->sender ? mail_address_to_string (transaction->sender) : NULL;
  g_autofree char *candidate
      = transaction->candidate ? mail_address_to_string (transaction->candidate) : NULL;

  switch (question)
    {
    case SMTP_QUESTION_GREET:
      g_string_append (text, "greet");
      break;
    case SMTP_QUESTION_SENDER:
      g_string_printf (text, "sender <%s>", sender);
      break;
    case SMTP_QUESTION_RECIPIENT:
      g_string_printf (text, "recipient <%s>", candidate);
      break;
    case SMTP_QUESTION_MESSAGE:
      g_string_printf (text, "message%s from <%s> to", transaction->eight_bit ? " (8 bit)" : "",
                       sender);
      for (guint i = 0; i < transaction->recipients->len; i++)
        g_string_append_printf (text, "%s<%s>", i > 0 ? "," : " ",
                                (char *) transaction->recipients->pdata[i]);
      g_string_append (text, ": ");
      g_string_append_len (text, play->message->str, play->message->len);
      break;
    }
  transcript_put (play->transcript, 'Q', text->str, text->len);
}

static void
perform (Play *play, SmtpStep step)
{
  g_assert_cmpuint (strlen (step.reply), ==, step.length);
  transcript_put_lines (play->transcript, step.reply, step.length);
  switch (step.kind)
    {
    case SMTP_STEP_REPLY:
      break;
    case SMTP_STEP_ASK:
      ask (play, step.question);
      break;
    case SMTP_STEP_CONTENT:
      smtp_content_start (&play->content, play->terms.message_size);
      g_string_truncate (play->message, 0);
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
  gsize taken
      = smtp_content_feed (&play->content, play->input->str, play->input->len, collect, play);
  if (smtp_content_is_complete (&play->content))
    perform (play, smtp_session_content_ended (play->session, &play->terms, play->content.fault));
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
    case SMTP_STATE_ASKING_SENDER:
    case SMTP_STATE_ASKING_RECIPIENT:
    case SMTP_STATE_ASKING_MESSAGE:
      return TRUE;
    default:
      return FALSE;
    }
}

static void
read_input (Play *play)
{
  while (play->is_open && !is_asking (play) && play->input->len > 0)
    {
      gsize taken
          = play->session->state == SMTP_STATE_CONTENT ? read_content (play) : read_line (play);
      g_assert_cmpuint (taken, >, 0);
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
    { "unknown-user", SMTP_ANSWER_UNKNOWN_USER },
    { "too-many-sessions", SMTP_ANSWER_TOO_MANY_SESSIONS },
    { "trouble", SMTP_ANSWER_TROUBLE },
    { "no-space", SMTP_ANSWER_NO_SPACE },
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

static void
happen (Play *play, const char *text)
{
  g_auto (GStrv) words = g_strsplit (text, " ", 2);

  if (g_str_equal (words[0], "inactive"))
    perform (play, smtp_session_interrupt (play->session, &play->terms, SMTP_REPLY_INACTIVE));
  else if (g_str_equal (words[0], "stopping"))
    perform (play, smtp_session_interrupt (play->session, &play->terms, SMTP_REPLY_STOPPING));
  else if (g_str_equal (words[0], "message-size"))
    play->terms.message_size = g_ascii_strtoull (words[1], NULL, 10);
  else if (g_str_equal (words[0], "recipients"))
    play->terms.recipients = (guint) g_ascii_strtoull (words[1], NULL, 10);
  else
    g_error ("no such happening: %s", text);
}

static gpointer
play_start (Transcript *transcript)
{
  Play *play = g_new0 (Play, 1);
  play->transcript = transcript;
  play->session = smtp_session_new ();
  play->terms = (SmtpTerms){ "mail.example.org", 1048576, 100 };
  play->message = g_string_new (NULL);
  play->input = g_string_new (NULL);
  play->lines.limit = SMTP_COMMAND_LINE_MAX;
  play->is_open = TRUE;
  perform (play, smtp_session_begin (play->session));
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
  static const char *const lines[] = { "EHLO b", "HELO b",  "MAIL FROM:<>", "RCPT TO:<a@b.example>",
                                       "DATA",   "RSET",    "NOOP",         "VRFY a",
                                       "HELP",   "QUIT",    "EXPN a",       "GET /",
                                       "",       "nonsense" };
  static const SmtpAnswer yes = { SMTP_ANSWER_YES, "1" };
  static const SmtpTerms terms = { "mail.example.org", 1048576, 100 };

  for (gsize i = 0; i < G_N_ELEMENTS (openings); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (lines); j++)
      {
        g_autofree char *script = g_strconcat (openings[i], "\n", lines[j], NULL);
        g_auto (GStrv) commands = g_strsplit (script, "\n", 0);
        g_autoptr (SmtpSession) session = smtp_session_new ();
        SmtpStep step = smtp_session_begin (session);
        step = smtp_session_answer (session, &terms, &yes);

        for (guint k = *openings[i] ? 0 : 1; commands[k]; k++)
          {
            step = smtp_session_feed (session, &terms, commands[k], strlen (commands[k]));
            if (step.kind == SMTP_STEP_ASK)
              step = smtp_session_answer (session, &terms, &yes);
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
