/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "servers/pop3/pop3-session.h"
#include "tests/servers/transcript.h"

/*
 * Words of the transcripts:
 *
 *   Q: log-on joe, secret      Q: log-on joe, digest c4c9      Q: log-on joe, secret by AUTH
 *   Q: message 1               Q: message 1, 10 lines          Q: delete 1 3
 *   Q: content                 of the message that was asked for is sent
 *   Q: start TLS               Q: close
 *   A: yes 120 200             to a log-on: the mails' octets; their unique ids are uid1, uid2
 *   A: yes    A: no    A: in-use    A: banned until noon    A: trouble
 *   X: sent   X: secured   X: stop   X: too many sessions   X: line too long   X: line broken
 *   X: TLS is offered      X: TLS is required      (by the settings, from here on)
 */

#define TIMESTAMP "<1896.697170952@gate.example>"

typedef struct
{
  Transcript *transcript; /* (unowned) */
  Pop3Session *session;
  MaildropListing *listing;
  Pop3Terms terms;
} Player;

static char *
describe_deleted (const Pop3Session *session)
{
  GString *text = g_string_new ("delete");

  for (guint i = 0; i < maildrop_listing_length (session->listing); i++)
    if (session->is_deleted[i])
      g_string_append_printf (text, " %u", i + 1);
  return g_string_free (text, FALSE);
}

static char *
describe (const Pop3Session *session, Pop3Question question)
{
  switch (question)
    {
    case POP3_QUESTION_LOG_ON:
      return g_strdup_printf ("log-on %s, %s%s%s", session->user,
                              session->method == POP3_BY_APOP ? "digest " : "", session->secret,
                              session->method == POP3_BY_AUTH ? " by AUTH" : "");
    case POP3_QUESTION_MESSAGE:
      if (session->lines < 0)
        return g_strdup_printf ("message %u", session->index + 1);
      return g_strdup_printf ("message %u, %" G_GINT64_FORMAT " lines", session->index + 1,
                              session->lines);
    case POP3_QUESTION_COMMIT:
    default:
      return describe_deleted (session);
    }
}

static void
put_question (Player *player, const char *text)
{
  transcript_put (player->transcript, 'Q', text, strlen (text));
}

static void
put_step (Player *player, Pop3Step step)
{
  g_autofree char *question = NULL;

  transcript_put_lines (player->transcript, step.reply, step.length);
  if (step.kind == POP3_STEP_ASK)
    {
      question = describe (player->session, step.question);
      put_question (player, question);
    }
  else if (step.kind == POP3_STEP_SEND)
    put_question (player, "content");
  else if (step.kind == POP3_STEP_START_TLS)
    put_question (player, "start TLS");
  else if (step.kind == POP3_STEP_CLOSE)
    put_question (player, "close");
}

static gpointer
start (Transcript *transcript)
{
  Player *player = g_new0 (Player, 1);

  player->transcript = transcript;
  player->session = pop3_session_new (TIMESTAMP);
  put_step (player, pop3_session_begin (player->session, FALSE));
  return player;
}

static void
end (gpointer data)
{
  Player *player = data;

  pop3_session_free (player->session);
  maildrop_listing_unref (player->listing);
  g_free (player);
}

static void
make_listing (Player *player, char *const *octets)
{
  player->listing = maildrop_listing_new ();
  for (guint i = 0; octets[i] != NULL; i++)
    {
      g_autofree char *name = g_strdup_printf ("uid%u", i + 1);
      maildrop_listing_add (player->listing, "new", name, g_ascii_strtoull (octets[i], NULL, 10));
    }
  maildrop_listing_sort (player->listing);
}

static void
answer (Player *player, const char *text)
{
  static const char *const words[] = { "yes", "no", "in-use", "banned", "trouble" };
  g_auto (GStrv) parts = g_strsplit (text, " ", 0);
  const char *ban_end = g_str_has_prefix (text, "banned until ") ? text + 13 : NULL;

  if (player->session->question == POP3_QUESTION_LOG_ON && strcmp (parts[0], "yes") == 0)
    make_listing (player, parts + 1);
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if (strcmp (parts[0], words[i]) == 0)
      {
        put_step (player,
                  pop3_session_answer (player->session, (Pop3Answer) i, player->listing, ban_end));
        return;
      }
  g_error ("no such answer: %s", text);
}

static void
happen (Player *player, const char *text)
{
  if (strcmp (text, "secured") == 0)
    pop3_session_secured (player->session);
  else if (strcmp (text, "TLS is offered") == 0)
    player->terms.offers_tls = TRUE;
  else if (strcmp (text, "TLS is required") == 0)
    player->terms.requires_tls = TRUE;
  else if (strcmp (text, "sent") == 0)
    put_step (player, pop3_session_sent (player->session, TRUE));
  else if (strcmp (text, "stop") == 0)
    put_step (player, pop3_session_interrupt (player->session, POP3_REPLY_STOPPING));
  else if (strcmp (text, "too many sessions") == 0)
    put_step (player, pop3_session_interrupt (player->session, POP3_REPLY_TOO_MANY_SESSIONS));
  else if (strcmp (text, "line too long") == 0)
    put_step (player, pop3_session_feed_fault (player->session, POP3_REPLY_LINE_TOO_LONG));
  else if (strcmp (text, "line broken") == 0)
    put_step (player, pop3_session_feed_fault (player->session, POP3_REPLY_LINE_BROKEN));
  else
    g_error ("no such event: %s", text);
}

static void
feed (gpointer data, char kind, const char *text, gsize length)
{
  Player *player = data;

  if (kind == 'C')
    put_step (player, pop3_session_feed (player->session, &player->terms, text, length));
  else if (kind == 'A')
    answer (player, text);
  else
    happen (player, text);
}

static void
test_secret_is_forgotten (void)
{
  g_autoptr (Pop3Session) session = pop3_session_new (TIMESTAMP);
  const Pop3Terms terms = { 0 };

  (void) pop3_session_begin (session, FALSE);
  (void) pop3_session_feed (session, &terms, "USER joe", 8);
  g_assert_cmpint (pop3_session_feed (session, &terms, "PASS x y", 8).kind, ==, POP3_STEP_ASK);
  g_assert_cmpstr (session->secret, ==, "x y");
  (void) pop3_session_answer (session, POP3_ANSWER_NO, NULL, NULL);
  g_assert_null (session->secret);
}

static void
test_apop_is_not_offered (void)
{
  g_autoptr (Pop3Session) session = pop3_session_new (NULL);
  const Pop3Terms terms = { 0 };

  g_assert_cmpstr (pop3_session_begin (session, FALSE).reply, ==, "+OK Postern ready\r\n");
  g_assert_cmpstr (pop3_session_feed (session, &terms, "APOP joe c4c9", 13).reply, ==,
                   "-ERR APOP is not offered: log on with USER and PASS\r\n");
  (void) pop3_session_feed (session, &terms, "USER joe", 8);
  g_assert_cmpint (pop3_session_feed (session, &terms, "PASS x", 6).kind, ==, POP3_STEP_ASK);
}

int
main (int argc, char **argv)
{
  static const TranscriptProtocol protocol = { start, feed, end };

  g_autofree char *folder = NULL;

  g_test_init (&argc, &argv, NULL);
  folder = g_test_build_filename (G_TEST_DIST, "transcripts", "pop3", NULL);
  transcript_add_tests ("pop3-session", folder, &protocol);
  g_test_add_func ("/pop3-session/apop-is-not-offered", test_apop_is_not_offered);
  g_test_add_func ("/pop3-session/secret-is-forgotten", test_secret_is_forgotten);
  return g_test_run ();
}
