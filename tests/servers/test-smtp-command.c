/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/smtp/smtp-command.h"

#include <string.h>

static void
assert_split (const char *line, const char *verb, const char *argument)
{
  SmtpCommand command = smtp_command_split (line, strlen (line));
  g_autofree char *found_verb = g_strndup (command.verb, command.verb_length);
  g_autofree char *found_argument = g_strndup (command.argument, command.argument_length);

  g_assert_cmpstr (found_verb, ==, verb);
  g_assert_cmpstr (found_argument, ==, argument);
}

static void
test_split (void)
{
  assert_split ("", "", "");
  assert_split ("QUIT", "QUIT", "");
  assert_split ("QUIT \t ", "QUIT", "");
  assert_split ("EHLO  my host ", "EHLO", "my host");
  assert_split ("mail\tFROM:<>", "mail", "FROM:<>");
  assert_split (" NOOP", "", "NOOP");
}

typedef struct
{
  const char *text;
  SmtpReply fault;
  const char *sender; /* and what follows: when there is no fault */
  guint64 size;
  gboolean eight_bit;
} MailRow;

static const MailRow mail_rows[] = {
  { "FROM:<joe@example.org>", SMTP_REPLY_NONE, "joe@example.org", 0, FALSE },
  { "from:<Joe@Example.ORG>", SMTP_REPLY_NONE, "Joe@example.org", 0, FALSE },
  { "FROM:<>", SMTP_REPLY_NONE, "", 0, FALSE },
  { "FROM: <joe@example.org>", SMTP_REPLY_NONE, "joe@example.org", 0, FALSE },
  { "FROM:joe@example.org", SMTP_REPLY_NONE, "joe@example.org", 0, FALSE },
  { "FROM: joe@example.org SIZE=5", SMTP_REPLY_NONE, "joe@example.org", 5, FALSE },
  { "FROM:<@a.example,@b.example:joe@example.org>", SMTP_REPLY_NONE, "joe@example.org", 0, FALSE },
  { "FROM:<\"a b\"@example.org> SIZE=7", SMTP_REPLY_NONE, "\"a b\"@example.org", 7, FALSE },
  { "FROM:<\"a>b\"@example.org>", SMTP_REPLY_NONE, "\"a>b\"@example.org", 0, FALSE },
  { "FROM:<joe@[192.0.2.1]>", SMTP_REPLY_NONE, "joe@[192.0.2.1]", 0, FALSE },
  { "FROM:<j@e.org> SIZE=1000", SMTP_REPLY_NONE, "j@e.org", 1000, FALSE },
  { "FROM:<j@e.org> size=1 body=8bitmime", SMTP_REPLY_NONE, "j@e.org", 1, TRUE },
  { "FROM:<j@e.org>  BODY=7BIT\tSIZE=0", SMTP_REPLY_NONE, "j@e.org", 0, FALSE },
  { "FROM:<jo\303\251@b\303\274.example> SMTPUTF8", SMTP_REPLY_NONE, "jo\303\251@xn--b-eha.example",
    0, FALSE },
  { "FROM:<j@e.org> SIZE=18446744073709551615", SMTP_REPLY_NONE, "j@e.org", G_MAXUINT64, FALSE },
  { "FROM:<j@e.org> SIZE=99999999999999999999", SMTP_REPLY_NONE, "j@e.org", G_MAXUINT64, FALSE },

  { "", SMTP_REPLY_MAIL_SYNTAX },
  { "FROM", SMTP_REPLY_MAIL_SYNTAX },
  { "FROM:", SMTP_REPLY_MAIL_SYNTAX },
  { "TO:<joe@example.org>", SMTP_REPLY_MAIL_SYNTAX },
  { "<joe@example.org>", SMTP_REPLY_MAIL_SYNTAX },
  { "FROM:<joe>", SMTP_REPLY_BAD_SENDER },
  { "FROM:<postmaster>", SMTP_REPLY_BAD_SENDER },
  { "FROM:postmaster", SMTP_REPLY_BAD_SENDER },
  { "FROM:<joe@>", SMTP_REPLY_BAD_SENDER },
  { "FROM:<joe@example.org", SMTP_REPLY_BAD_SENDER },
  { "FROM:<joe@example.org>x", SMTP_REPLY_BAD_SENDER },
  { "FROM:<joe@example.org>SIZE=1", SMTP_REPLY_BAD_SENDER },
  { "FROM:<<joe@example.org>>", SMTP_REPLY_BAD_SENDER },
  { "FROM:joe@example.org>", SMTP_REPLY_BAD_SENDER },
  { "FROM:<jo\351@example.org>", SMTP_REPLY_BAD_SENDER },
  { "FROM:<jo\303\251@example.org>", SMTP_REPLY_NEEDS_UTF8 },
  { "FROM:<joe@ex\303\251mple.org>", SMTP_REPLY_NEEDS_UTF8 },
  { "FROM:<jo\303\251@example.org> BODY=8BITMIME", SMTP_REPLY_NEEDS_UTF8 },

  { "FROM:<j@e.org> SIZE", SMTP_REPLY_BAD_PARAMETER },
  { "FROM:<j@e.org> junk", SMTP_REPLY_UNKNOWN_PARAMETER },
};

static void
test_mail (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (mail_rows); i++)
    {
      const MailRow *row = &mail_rows[i];
      g_auto (SmtpMailCommand) mail = { 0 };

      g_test_message ("%s", row->text);
      g_assert_cmpint (smtp_command_parse_mail (row->text, strlen (row->text), &mail), ==,
                       row->fault);
      if (row->fault != SMTP_REPLY_NONE)
        {
          g_assert_null (mail.sender);
          continue;
        }
      g_autofree char *sender = mail_address_to_string (mail.sender);
      g_assert_cmpstr (sender, ==, row->sender);
      g_assert_cmpuint (mail.parameters.size, ==, row->size);
      g_assert_cmpint (mail.parameters.eight_bit, ==, row->eight_bit);
    }
}

static const struct
{
  const char *text;
  SmtpReply fault;
  const char *recipient;
} rcpt_rows[] = {
  { "TO:<joe@example.org>", SMTP_REPLY_NONE, "joe@example.org" },
  { "to: <joe@example.org>", SMTP_REPLY_NONE, "joe@example.org" },
  { "TO:joe@example.org", SMTP_REPLY_NONE, "joe@example.org" },
  { "TO:<postmaster>", SMTP_REPLY_NONE, "postmaster" },
  { "TO:<PostMaster>", SMTP_REPLY_NONE, "PostMaster" },
  { "TO:<@relay.example:joe@example.org>", SMTP_REPLY_NONE, "joe@example.org" },
  { "TO:<joe%example.net@example.org>", SMTP_REPLY_NONE, "joe%example.net@example.org" },
  { "TO:<example.net!joe@example.org>", SMTP_REPLY_NONE, "example.net!joe@example.org" },
  { "TO:<\"joe@example.net\"@example.org>", SMTP_REPLY_NONE, "\"joe@example.net\"@example.org" },

  { "", SMTP_REPLY_RCPT_SYNTAX },
  { "TO:", SMTP_REPLY_RCPT_SYNTAX },
  { "FROM:<joe@example.org>", SMTP_REPLY_RCPT_SYNTAX },
  { "TO:<>", SMTP_REPLY_BAD_RECIPIENT },
  { "TO:<joe>", SMTP_REPLY_BAD_RECIPIENT },
  { "TO:<joe@example.net@example.org>", SMTP_REPLY_BAD_RECIPIENT },
  { "TO:<joe@example.org> NOTIFY=X", SMTP_REPLY_BAD_PARAMETER },
  { "TO:<jo\303\251@example.org>", SMTP_REPLY_NEEDS_UTF8 },
  { "TO:<joe@ex\303\251mple.org>", SMTP_REPLY_NEEDS_UTF8 },
  { "TO:<joe@example.org> SIZE=1", SMTP_REPLY_UNKNOWN_PARAMETER },
};

static void
test_rcpt (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rcpt_rows); i++)
    {
      const char *text = rcpt_rows[i].text;
      g_auto (SmtpRcptCommand) rcpt = { 0 };

      g_test_message ("%s", text);
      g_assert_cmpint (smtp_command_parse_rcpt (text, strlen (text), FALSE, &rcpt), ==,
                       rcpt_rows[i].fault);
      if (rcpt_rows[i].fault != SMTP_REPLY_NONE)
        {
          g_assert_null (rcpt.recipient);
          continue;
        }
      g_autofree char *address = mail_address_to_string (rcpt.recipient);
      g_assert_cmpstr (address, ==, rcpt_rows[i].recipient);
    }
}

static void
test_rcpt_under_utf8 (void)
{
  static const char text[]
      = "TO:<jo\303\251@example.org> NOTIFY=NEVER ORCPT=utf-8;jo\303\251@e.org";
  g_auto (SmtpRcptCommand) rcpt = { 0 };

  g_assert_cmpint (smtp_command_parse_rcpt (text, strlen (text), TRUE, &rcpt), ==, SMTP_REPLY_NONE);
  g_assert_cmpstr (rcpt.recipient->local_part, ==, "jo\303\251");
  g_assert_cmpuint (rcpt.parameters.notify, ==, NOTIFY_NEVER);
  g_assert_cmpstr (rcpt.parameters.original, ==, "utf-8;jo\303\251@e.org");
}

static void
test_chunk (void)
{
  static const struct
  {
    const char *text;
    gboolean is_good;
    SmtpChunkCommand chunk;
  } rows[] = {
    { "0", TRUE, { 0, FALSE } },
    { "1000", TRUE, { 1000, FALSE } },
    { "0 LAST", TRUE, { 0, TRUE } },
    { "86 last", TRUE, { 86, TRUE } },
    { "9223372036854775807", TRUE, { G_MAXINT64, FALSE } },
    { "9223372036854775808", FALSE },
    { "", FALSE },
    { "LAST", FALSE },
    { "-1", FALSE },
    { "+1", FALSE },
    { "0x10", FALSE },
    { "10 LAST LAST", FALSE },
    { "10 more", FALSE },
    { "10LAST", FALSE },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      SmtpChunkCommand chunk = { 0 };
      g_test_message ("%s", rows[i].text);
      g_assert_cmpint (smtp_command_parse_chunk (rows[i].text, strlen (rows[i].text), &chunk), ==,
                       rows[i].is_good);
      g_assert_cmpuint (chunk.size, ==, rows[i].chunk.size);
      g_assert_cmpint (chunk.is_last, ==, rows[i].chunk.is_last);
    }
}

static void
test_auth (void)
{
  SmtpAuthCommand bare = smtp_command_split_auth ("LOGIN", 5);
  SmtpAuthCommand whole = smtp_command_split_auth ("PLAIN  AGpvZQB4", 15);

  g_assert_cmpmem (bare.mechanism, bare.mechanism_length, "LOGIN", 5);
  g_assert_null (bare.initial);
  g_assert_cmpmem (whole.mechanism, whole.mechanism_length, "PLAIN", 5);
  g_assert_cmpmem (whole.initial, whole.initial_length, "AGpvZQB4", 8);
}

/* Lengths bound every read: what stands behind the text is never looked at. */
static void
test_bounds (void)
{
  static const char text[] = "FROM:<joe@example.org> SIZE=12345";

  for (gsize length = 0; length < sizeof text; length++)
    {
      g_autofree char *exact = g_memdup2 (text, length);
      g_auto (SmtpMailCommand) mail = { 0 };
      SmtpReply fault = smtp_command_parse_mail (exact, length, &mail);

      g_assert_cmpint (fault == SMTP_REPLY_NONE, ==, mail.sender != NULL);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/smtp-command/split", test_split);
  g_test_add_func ("/smtp-command/mail", test_mail);
  g_test_add_func ("/smtp-command/rcpt", test_rcpt);
  g_test_add_func ("/smtp-command/rcpt-under-utf8", test_rcpt_under_utf8);
  g_test_add_func ("/smtp-command/chunk", test_chunk);
  g_test_add_func ("/smtp-command/auth", test_auth);
  g_test_add_func ("/smtp-command/bounds", test_bounds);
  return g_test_run ();
}
