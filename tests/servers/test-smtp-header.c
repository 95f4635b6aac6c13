/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/smtp/smtp-header.h"

#include <string.h>

#define DATE "Date: D\r\n"
#define ID "Message-ID: <I>\r\n"

static const SmtpHeaderFields both = { DATE, ID };

static void
collect (gpointer user, const char *bytes, gsize length)
{
  g_assert_cmpuint (length, >, 0);
  g_string_append_len (user, bytes, (gssize) length);
}

/* Passes @text through in pieces of every size, and asserts what comes out. */
static void
assert_passes (const char *text, const SmtpHeaderFields *fields, const char *expected)
{
  for (gsize piece = 1; piece <= strlen (text) + 1; piece++)
    {
      g_autoptr (GString) passed = g_string_new (NULL);
      SmtpHeader header;
      smtp_header_start (&header, fields);
      for (gsize at = 0; at < strlen (text); at += piece)
        smtp_header_feed (&header, text + at, MIN (piece, strlen (text) - at), collect, passed);
      smtp_header_end (&header, collect, passed);
      g_assert_cmpstr (passed->str, ==, expected);
    }
}

static void
test_fields_are_added (void)
{
  assert_passes ("Subject: x\r\n\r\nbody\r\n", &both, "Subject: x\r\n" DATE ID "\r\nbody\r\n");
  assert_passes ("date: x\r\n\r\nbody\r\n", &both, "date: x\r\n" ID "\r\nbody\r\n");
  assert_passes ("MESSAGE-id : <a>\r\nA: b\r\n\r\n", &both,
                 "MESSAGE-id : <a>\r\nA: b\r\n" DATE "\r\n");
  assert_passes ("Message-ID: <a>\r\nDate: b\r\n\r\n", &both, "Message-ID: <a>\r\nDate: b\r\n\r\n");
  /* In the body, or as the rest of a folded line, it's no field. */
  assert_passes ("A: b\r\n Date: c\r\n\r\nMessage-ID: <a>\r\n", &both,
                 "A: b\r\n Date: c\r\n" DATE ID "\r\nMessage-ID: <a>\r\n");
}

static void
test_without_body (void)
{
  assert_passes ("", &both, DATE ID);
  assert_passes ("Subject: x\r\n", &both, "Subject: x\r\n" DATE ID);
}

static void
test_without_header (void)
{
  assert_passes ("\r\nbody\r\n", &both, DATE ID "\r\nbody\r\n");
  assert_passes ("Hello there\r\n\r\nDate: x\r\n", &both,
                 DATE ID "\r\nHello there\r\n\r\nDate: x\r\n");
  assert_passes ("Hello\r\n", &both, DATE ID "\r\nHello\r\n");
  assert_passes (" indented\r\n", &both, DATE ID "\r\n indented\r\n");
  assert_passes (": no name\r\n", &both, DATE ID "\r\n: no name\r\n");
  assert_passes ("h\xc3\xa9llo: there\r\n", &both, DATE ID "\r\nh\xc3\xa9llo: there\r\n");
}

/* What is no field in the middle of a header is left alone, and so is the first line of a mailbox
 * file. */
static void
test_odd_lines (void)
{
  assert_passes ("From joe Thu Jan  1 00:00:00 1970\r\nDate: x\r\n\r\nb\r\n", &both,
                 "From joe Thu Jan  1 00:00:00 1970\r\nDate: x\r\n" ID "\r\nb\r\n");
  assert_passes ("A: b\r\nno field here\r\nDate: x\r\n\r\n", &both,
                 "A: b\r\nno field here\r\nDate: x\r\n" ID "\r\n");
}

static void
test_nothing_is_added (void)
{
  static const SmtpHeaderFields none = { NULL, NULL };
  g_autofree char *name = g_strnfill (SMTP_HEADER_NAME_MAX + 20, 'n');
  g_autofree char *long_name = g_strconcat ("A: b\r\n", name, ": c\r\n\r\n", NULL);

  assert_passes ("Subject: x\r\n\r\nbody\r\n", &none, "Subject: x\r\n\r\nbody\r\n");
  assert_passes ("Hello there\r\n", &none, "Hello there\r\n");
  assert_passes ("", &none, "");
  assert_passes (long_name, &none, long_name);
}

static guint
count_hops (guint hops, const char *name, const char *before)
{
  static const SmtpHeaderFields none = { NULL, NULL };
  g_autoptr (GString) text = g_string_new (before);
  g_autoptr (GString) passed = g_string_new (NULL);
  for (guint i = 0; i < hops; i++)
    g_string_append_printf (text, "%s from a\r\n\tby b\r\n", name);
  g_string_append (text, "\r\nReceived: in the body\r\n");
  SmtpHeader header;
  smtp_header_start (&header, &none);

  for (gsize at = 0; at < text->len; at += 7)
    smtp_header_feed (&header, text->str + at, MIN (7, text->len - at), collect, passed);
  g_assert_cmpstr (passed->str, ==, text->str);
  return header.hops;
}

static void
test_hops (void)
{
  g_assert_cmpuint (count_hops (101, "Received:", ""), ==, 101);
  g_assert_cmpuint (count_hops (5, "RECEIVED:", "Subject: x\r\n"), ==, 5);
  g_assert_cmpuint (count_hops (5, "received :", "X: y\r\n"), ==, 5);
  g_assert_cmpuint (count_hops (5, "X-Received:", ""), ==, 0);
  g_assert_cmpuint (count_hops (5, "Received:", "\r\n"), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/smtp-header/fields-are-added", test_fields_are_added);
  g_test_add_func ("/smtp-header/without-body", test_without_body);
  g_test_add_func ("/smtp-header/without-header", test_without_header);
  g_test_add_func ("/smtp-header/odd-lines", test_odd_lines);
  g_test_add_func ("/smtp-header/nothing-is-added", test_nothing_is_added);
  g_test_add_func ("/smtp-header/hops", test_hops);
  return g_test_run ();
}
