/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Dialogues of the delivering side. "S: text" is fed: a line of the server's. "C: text" is
 * expected: a command; all of them, in this order. "CONTENT" is expected: the message goes now.
 * "CLOSE" is expected: the end. "GONE" is fed: the connection is lost. "R: outcome reply" is
 * expected at the end, one for each recipient.
 */
#include "servers/delivery/smtp-client.h"

#include <string.h>

typedef struct
{
  const char *name;
  SmtpClientMail mail;
  const char *lines[40];
} Dialogue;

static const char *const one[] = { "joe@example.net" };
static const char *const two[] = { "joe@example.net", "sue@example.net" };

#define ONE .sender = "ann@example.org", .recipients = one, .n_recipients = 1, .size = 1000
#define TWO .sender = "ann@example.org", .recipients = two, .n_recipients = 2, .size = 1000

static const Dialogue dialogues[] = {
  { "plain",
    { ONE },
    { "S: 220 mx ESMTP", "C: EHLO gate.example", "S: 250 mx", "C: MAIL FROM:<ann@example.org>",
      "S: 250 ok", "C: RCPT TO:<joe@example.net>", "S: 250 ok", "C: DATA", "S: 354 go", "CONTENT",
      "S: 250 2.0.0 queued as 1", "C: QUIT", "CLOSE", "R: delivered 250 2.0.0 queued as 1" } },
  { "null-sender",
    { .sender = "", .recipients = one, .n_recipients = 1 },
    { "S: 220 mx", "C: EHLO gate.example", "S: 250 mx", "C: MAIL FROM:<>", "S: 550 no bounces",
      "C: QUIT", "CLOSE", "R: failed 550 no bounces" } },
  { "helo",
    { ONE },
    { "S: 220 mx", "C: EHLO gate.example", "S: 502 5.5.1 what?", "C: HELO gate.example",
      "S: 250 mx", "C: MAIL FROM:<ann@example.org>", "S: 250 ok", "C: RCPT TO:<joe@example.net>",
      "S: 250 ok", "C: DATA", "S: 354 go", "CONTENT", "S: 250 ok", "C: QUIT", "CLOSE",
      "R: delivered 250 ok" } },
  { "pipelining",
    { TWO },
    { "S: 220-mx",
      "S: 220 welcome",
      "C: EHLO gate.example",
      "S: 250-mx",
      "S: 250-PIPELINING",
      "S: 250 SIZE 100000",
      "C: MAIL FROM:<ann@example.org> SIZE=1000",
      "C: RCPT TO:<joe@example.net>",
      "C: RCPT TO:<sue@example.net>",
      "C: DATA",
      "S: 250 ok",
      "S: 550 5.1.1 nobody",
      "S: 250 ok",
      "S: 354 go",
      "CONTENT",
      "S: 250 taken",
      "C: QUIT",
      "CLOSE",
      "R: failed 550 5.1.1 nobody",
      "R: delivered 250 taken" } },
  { "pipelining-mail-refused",
    { TWO },
    { "S: 220 mx", "C: EHLO gate.example", "S: 250-mx", "S: 250 pipelining",
      "C: MAIL FROM:<ann@example.org>", "C: RCPT TO:<joe@example.net>",
      "C: RCPT TO:<sue@example.net>", "C: DATA", "S: 451 4.7.1 later", "S: 503 mail first",
      "S: 503 mail first", "S: 503 mail first", "C: QUIT", "CLOSE", "R: deferred 451 4.7.1 later",
      "R: deferred 451 4.7.1 later" } },
  /* RFC 2920, section 3.1: a server that says 354 all the same gets an empty message, and its
     answer means nothing. */
  { "pipelining-nobody-354",
    { ONE },
    { "S: 220 mx", "C: EHLO gate.example", "S: 250-mx", "S: 250 PIPELINING",
      "C: MAIL FROM:<ann@example.org>", "C: RCPT TO:<joe@example.net>", "C: DATA", "S: 250 ok",
      "S: 550 5.1.1 nobody", "S: 354 go", "C: .", "S: 250 ok", "C: QUIT", "CLOSE",
      "R: failed 550 5.1.1 nobody" } },
  { "nobody-taken",
    { TWO },
    { "S: 220 mx", "C: EHLO gate.example", "S: 250 mx", "C: MAIL FROM:<ann@example.org>",
      "S: 250 ok", "C: RCPT TO:<joe@example.net>", "S: 450 4.2.0 busy",
      "C: RCPT TO:<sue@example.net>", "S: 550 5.1.1 nobody", "C: QUIT", "CLOSE",
      "R: deferred 450 4.2.0 busy", "R: failed 550 5.1.1 nobody" } },
  { "too-many-recipients",
    { TWO },
    { "S: 220 mx", "C: EHLO gate.example", "S: 250 mx", "C: MAIL FROM:<ann@example.org>",
      "S: 250 ok", "C: RCPT TO:<joe@example.net>", "S: 552 too many",
      "C: RCPT TO:<sue@example.net>", "S: 552 5.2.2 mailbox full", "C: QUIT", "CLOSE",
      "R: deferred 552 too many", "R: failed 552 5.2.2 mailbox full" } },
  { "greeting-refused",
    { ONE },
    { "S: 554 5.3.2 no service", "C: QUIT", "CLOSE", "R: pending 554 5.3.2 no service" } },
  { "going-away",
    { ONE },
    { "S: 220 mx", "C: EHLO gate.example", "S: 250 mx", "C: MAIL FROM:<ann@example.org>",
      "S: 421 4.3.2 closing", "C: QUIT", "CLOSE", "R: pending 421 4.3.2 closing" } },
  { "content-refused",
    { ONE },
    { "S: 220 mx", "C: EHLO gate.example", "S: 250 mx", "C: MAIL FROM:<ann@example.org>",
      "S: 250 ok", "C: RCPT TO:<joe@example.net>", "S: 251 forwarded", "C: DATA", "S: 354 go",
      "CONTENT", "S: 554-5.7.1 spam", "S: 554 5.7.1 really", "C: QUIT", "CLOSE",
      "R: failed 554 5.7.1 spam 5.7.1 really" } },
  { "data-refused",
    { ONE },
    { "S: 220 mx", "C: EHLO gate.example", "S: 250 mx", "C: MAIL FROM:<ann@example.org>",
      "S: 250 ok", "C: RCPT TO:<joe@example.net>", "S: 250 ok", "C: DATA", "S: 451 4.3.0 disk",
      "C: QUIT", "CLOSE", "R: deferred 451 4.3.0 disk" } },
  { "lost-before-data",
    { ONE },
    { "S: 220 mx", "C: EHLO gate.example", "S: 250 mx", "C: MAIL FROM:<ann@example.org>",
      "S: 250 ok", "C: RCPT TO:<joe@example.net>", "GONE", "R: pending 451 4.4.2 lost" } },
  /* The server may have the message: another host at once could mean two mails. */
  { "lost-after-data",
    { ONE },
    { "S: 220 mx", "C: EHLO gate.example", "S: 250 mx", "C: MAIL FROM:<ann@example.org>",
      "S: 250 ok", "C: RCPT TO:<joe@example.net>", "S: 250 ok", "C: DATA", "S: 354 go", "CONTENT",
      "GONE", "R: deferred 451 4.4.2 lost" } },
  { "too-large",
    { ONE },
    { "S: 220 mx", "C: EHLO gate.example", "S: 250-mx", "S: 250 SIZE 999", "C: QUIT", "CLOSE",
      "R: failed 552 5.3.4 the message is larger than the next host takes" } },
  { "size-unlimited",
    { ONE },
    { "S: 220 mx", "C: EHLO gate.example", "S: 250-mx", "S: 250 SIZE",
      "C: MAIL FROM:<ann@example.org> SIZE=1000", "GONE", "R: pending 451 4.4.2 lost" } },
  { "eight-bit",
    { ONE, .eight_bit = TRUE },
    { "S: 220 mx", "C: EHLO gate.example", "S: 250-mx", "S: 250 8BITMIME",
      "C: MAIL FROM:<ann@example.org> BODY=8BITMIME", "GONE", "R: pending 451 4.4.2 lost" } },
  { "eight-bit-refused",
    { ONE, .eight_bit = TRUE },
    { "S: 220 mx", "C: EHLO gate.example", "S: 250-mx", "S: 250-8BITMIMEX", "S: 250 SIZE 5000",
      "C: QUIT", "CLOSE",
      "R: failed 554 5.6.3 the message has 8-bit text, which the next host does not take" } },
  { "no-smtp",
    { ONE },
    { "S: SSH-2.0-OpenSSH", "CLOSE",
      "R: pending 451 4.5.0 the next host said something else than the greeting" } },
  { "mixed-codes",
    { ONE },
    { "S: 220-mx", "S: 554 mx", "CLOSE",
      "R: pending 451 4.5.0 the next host said something else than the greeting" } },
  { "odd-data-answer",
    { ONE },
    { "S: 220 mx", "C: EHLO gate.example", "S: 250 mx", "C: MAIL FROM:<ann@example.org>",
      "S: 250 ok", "C: RCPT TO:<joe@example.net>", "S: 250 ok", "C: DATA", "S: 250 ok", "CLOSE",
      "R: pending 451 4.5.0 the next host said something else than the answer to DATA" } },
  { "unprintable",
    { ONE },
    { "S: 220 mx", "C: EHLO gate.example", "S: 250 mx", "C: MAIL FROM:<ann@example.org>",
      "S: 550 \x1b[1m\xff\t.", "C: QUIT", "CLOSE", "R: failed 550 ?[1m??." } },
};

static const char *
outcome_word (SmtpClientOutcome outcome)
{
  switch (outcome)
    {
    case SMTP_CLIENT_DELIVERED:
      return "delivered";
    case SMTP_CLIENT_DEFERRED:
      return "deferred";
    case SMTP_CLIENT_FAILED:
      return "failed";
    case SMTP_CLIENT_PENDING:
    default:
      return "pending";
    }
}

/* What a step gave, as lines of a dialogue. */
static void
add_step (GPtrArray *said, SmtpClientStep step, const char *output)
{
  g_auto (GStrv) commands = g_strsplit (output, "\r\n", -1);
  for (guint i = 0; commands[i] != NULL && commands[i + 1] != NULL; i++)
    g_ptr_array_add (said, g_strconcat ("C: ", commands[i], NULL));
  if (step == SMTP_CLIENT_CONTENT)
    g_ptr_array_add (said, g_strdup ("CONTENT"));
  if (step == SMTP_CLIENT_CLOSE)
    g_ptr_array_add (said, g_strdup ("CLOSE"));
}

static void
expect (GPtrArray *said, const char *line)
{
  g_assert_cmpuint (said->len, >, 0);
  g_assert_cmpstr (g_ptr_array_index (said, 0), ==, line);
  g_ptr_array_remove_index (said, 0);
}

static void
test_dialogue (gconstpointer data)
{
  const Dialogue *dialogue = data;
  SmtpClientMail mail = dialogue->mail;
  mail.host_name = "gate.example";
  g_autoptr (SmtpClient) client = smtp_client_new (&mail);
  g_autoptr (GPtrArray) said = g_ptr_array_new_with_free_func (g_free);
  guint result = 0;
  for (guint i = 0; dialogue->lines[i] != NULL; i++)
    {
      const char *line = dialogue->lines[i];
      if (g_str_has_prefix (line, "S: "))
        {
          g_autoptr (GString) output = g_string_new (NULL);
          g_assert_cmpuint (said->len, ==, 0);
          g_assert_cmpuint (smtp_client_patience_s (client), >=, 120);
          add_step (said, smtp_client_feed (client, line + 3, strlen (line + 3), output),
                    output->str);
        }
      else if (strcmp (line, "GONE") == 0)
        smtp_client_abandon (client, "451 4.4.2 lost");
      else if (g_str_has_prefix (line, "R: "))
        {
          const char *reply;
          const char *word = outcome_word (smtp_client_outcome (client, result++, &reply));
          g_autofree char *got = g_strdup_printf ("R: %s %s", word, reply);
          g_assert_cmpstr (got, ==, line);
        }
      else
        expect (said, line);
    }
  g_assert_cmpuint (said->len, ==, 0);
  g_assert_cmpuint (result, ==, mail.n_recipients);
}

/* Feeds a yes to whatever is said, and counts the transactions. */
static void
test_many_recipients (void)
{
  g_autoptr (GPtrArray) recipients = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < 2 * SMTP_CLIENT_RECIPIENTS_MAX + 1; i++)
    g_ptr_array_add (recipients, g_strdup_printf ("user%u@example.net", i));
  SmtpClientMail mail = { .host_name = "gate.example",
                          .sender = "ann@example.org",
                          .recipients = (const char *const *) recipients->pdata,
                          .n_recipients = recipients->len };
  g_autoptr (SmtpClient) client = smtp_client_new (&mail);
  g_autoptr (GString) output = g_string_new ("");
  guint transactions = 0;
  SmtpClientStep step = smtp_client_feed (client, "220 mx", 6, output);
  for (guint i = 0; step != SMTP_CLIENT_CLOSE && i < 1000; i++)
    {
      gboolean is_data = strcmp (output->str, "DATA\r\n") == 0;
      g_string_truncate (output, 0);
      step = smtp_client_feed (client, is_data ? "354 go" : "250 ok", 6, output);
      transactions += step == SMTP_CLIENT_CONTENT;
    }
  g_assert_cmpint (step, ==, SMTP_CLIENT_CLOSE);
  g_assert_cmpuint (transactions, ==, 3);
  for (guint i = 0; i < recipients->len; i++)
    {
      const char *reply;
      g_assert_cmpint (smtp_client_outcome (client, i, &reply), ==, SMTP_CLIENT_DELIVERED);
    }
}

/* A server that never ends its answer, or makes it very long. */
static void
test_endless_reply (void)
{
  SmtpClientMail mail = { .host_name = "gate.example", ONE };
  g_autoptr (SmtpClient) client = smtp_client_new (&mail);
  g_autoptr (GString) output = g_string_new (NULL);
  g_autofree char *line = g_strdup_printf ("220-%02000d", 0);
  guint lines = 0;
  while (smtp_client_feed (client, line, strlen (line), output) == SMTP_CLIENT_WAIT)
    g_assert_cmpuint (++lines, <, 1000);
  g_assert_cmpuint (output->len, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (dialogues); i++)
    {
      g_autofree char *path = g_strconcat ("/smtp-client/", dialogues[i].name, NULL);
      g_test_add_data_func (path, &dialogues[i], test_dialogue);
    }
  g_test_add_func ("/smtp-client/many-recipients", test_many_recipients);
  g_test_add_func ("/smtp-client/endless-reply", test_endless_reply);
  return g_test_run ();
}
