/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/smtp/smtp-parameters.h"

#include <string.h>

static SmtpReply
read_mail (const char *text, SmtpMailParameters *parameters)
{
  g_test_message ("%s", text);
  return smtp_mail_parameters_read (text, strlen (text), parameters);
}

static void
test_mail (void)
{
  SmtpMailParameters parameters = { 0 };

  g_assert_cmpint (read_mail ("", &parameters), ==, SMTP_REPLY_NONE);
  g_assert_cmpint (
      read_mail (" SIZE=5\tbody=8bitmime  SMTPUTF8 ret=hdrs ENVID=a+2Bb AUTH=<> ", &parameters), ==,
      SMTP_REPLY_NONE);
  g_assert_cmpuint (parameters.size, ==, 5);
  g_assert_true (parameters.eight_bit);
  g_assert_true (parameters.utf8);
  g_assert_cmpint (parameters.dsn_return, ==, DSN_RETURN_HEADERS);
  g_assert_cmpstr (parameters.envelope_id, ==, "a+2Bb");
  smtp_mail_parameters_clear (&parameters);

  g_assert_cmpint (read_mail ("BODY=7BIT RET=FULL AUTH=joe+40example.org", &parameters), ==,
                   SMTP_REPLY_NONE);
  g_assert_false (parameters.eight_bit);
  g_assert_cmpint (parameters.dsn_return, ==, DSN_RETURN_FULL);
}

static void
test_wrong_of_mail (void)
{
  static const char *const wrong[] = { "SIZE=",
                                       "SIZE=-1",
                                       "SIZE=1k",
                                       "SIZE=184467440737095516150",
                                       "SIZE=1 SIZE=1",
                                       "BODY=BINARYMIME",
                                       "BODY",
                                       "BODY=7BIT BODY=8BITMIME",
                                       "SMTPUTF8=",
                                       "SMTPUTF8=yes",
                                       "SMTPUTF8 SMTPUTF8",
                                       "RET",
                                       "RET=ALL",
                                       "RET=FULL RET=FULL",
                                       "ENVID=",
                                       "ENVID=a=b",
                                       "ENVID=a+b",
                                       "ENVID=a+0A",
                                       "ENVID=a+2b",
                                       "ENVID=\303\251",
                                       "ENVID=x ENVID=y",
                                       "AUTH=",
                                       "AUTH=a=b",
                                       "AUTH",
                                       "AUTH=<> AUTH=<>" };
  static const char *const unknown[]
      = { "junk", "=", "=1", "NOTIFY=NEVER", "SIZES=1", "SIZE=1 BINARYMIME", "XVERP=" };
  g_autofree char *id = g_strnfill (SMTP_ENVELOPE_ID_MAX + 1, 'x');
  g_autofree char *too_long = g_strconcat ("ENVID=", id, NULL);
  SmtpMailParameters parameters = { 0 };

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    g_assert_cmpint (read_mail (wrong[i], &parameters), ==, SMTP_REPLY_BAD_PARAMETER);
  g_assert_cmpint (read_mail (too_long, &parameters), ==, SMTP_REPLY_BAD_PARAMETER);
  for (gsize i = 0; i < G_N_ELEMENTS (unknown); i++)
    g_assert_cmpint (read_mail (unknown[i], &parameters), ==, SMTP_REPLY_UNKNOWN_PARAMETER);
  g_assert_null (parameters.envelope_id);
}

static SmtpReply
read_rcpt (const char *text, SmtpRcptParameters *parameters)
{
  g_test_message ("%s", text);
  return smtp_rcpt_parameters_read (text, strlen (text), parameters);
}

static void
test_rcpt (void)
{
  SmtpRcptParameters parameters = { 0 };

  g_assert_cmpint (
      read_rcpt ("NOTIFY=success,Failure,DELAY ORCPT=rfc822;jo+2Be@example.org", &parameters), ==,
      SMTP_REPLY_NONE);
  g_assert_cmpuint (parameters.notify, ==, NOTIFY_SUCCESS | NOTIFY_FAILURE | NOTIFY_DELAY);
  g_assert_cmpstr (parameters.original, ==, "rfc822;jo+2Be@example.org");
  smtp_rcpt_parameters_clear (&parameters);

  g_assert_cmpint (read_rcpt ("NOTIFY=NEVER ORCPT=UTF-8;jos\303\251@example.org", &parameters), ==,
                   SMTP_REPLY_NONE);
  g_assert_cmpuint (parameters.notify, ==, NOTIFY_NEVER);
  g_assert_cmpstr (parameters.original, ==, "UTF-8;jos\303\251@example.org");
  smtp_rcpt_parameters_clear (&parameters);
}

static void
test_wrong_of_rcpt (void)
{
  static const char *const wrong[] = { "NOTIFY",
                                       "NOTIFY=",
                                       "NOTIFY=NEVER,DELAY",
                                       "NOTIFY=SUCCESS,",
                                       "NOTIFY=,SUCCESS",
                                       "NOTIFY=ALWAYS",
                                       "NOTIFY=DELAY NOTIFY=DELAY",
                                       "ORCPT",
                                       "ORCPT=",
                                       "ORCPT=rfc822",
                                       "ORCPT=rfc822;",
                                       "ORCPT=;joe",
                                       "ORCPT=rfc 822;joe",
                                       "ORCPT=rfc822;a=b",
                                       "ORCPT=rfc822;a+0D+0A",
                                       "ORCPT=rfc822;a+",
                                       "ORCPT=rfc822;\303\251",
                                       "ORCPT=utf-8;\351",
                                       "ORCPT=rfc822;a ORCPT=rfc822;b" };
  g_autofree char *address = g_strnfill (SMTP_ORIGINAL_MAX, 'x');
  g_autofree char *too_long = g_strconcat ("ORCPT=rfc822;", address, NULL);
  SmtpRcptParameters parameters = { 0 };

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    g_assert_cmpint (read_rcpt (wrong[i], &parameters), ==, SMTP_REPLY_BAD_PARAMETER);
  g_assert_cmpint (read_rcpt (too_long, &parameters), ==, SMTP_REPLY_BAD_PARAMETER);
  g_assert_cmpint (read_rcpt ("SIZE=1", &parameters), ==, SMTP_REPLY_UNKNOWN_PARAMETER);
  g_assert_null (parameters.original);
}

static void
test_to_xtext (void)
{
  g_autofree char *plain = smtp_parameters_to_xtext ("joe@example.org");
  g_autofree char *odd = smtp_parameters_to_xtext ("\"a b\"+x=y@example.org");

  g_assert_cmpstr (plain, ==, "joe@example.org");
  g_assert_cmpstr (odd, ==, "\"a+20b\"+2Bx+3Dy@example.org");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/smtp-parameters/mail", test_mail);
  g_test_add_func ("/smtp-parameters/wrong-of-mail", test_wrong_of_mail);
  g_test_add_func ("/smtp-parameters/rcpt", test_rcpt);
  g_test_add_func ("/smtp-parameters/wrong-of-rcpt", test_wrong_of_rcpt);
  g_test_add_func ("/smtp-parameters/to-xtext", test_to_xtext);
  return g_test_run ();
}
