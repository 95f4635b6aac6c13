/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "servers/mail/trace-header.h"

static const TraceFacts facts = {
  .helo = "client.example",
  .client_address = "192.0.2.7",
  .host_name = "gate.example",
  .protocol = "ESMTP",
  .queue_id = "5f3a",
  .recipient = "joe@example.org",
  .time = 1792692127,
};

static void
test_received (void)
{
  g_autofree char *field = trace_header_received (&facts);

  g_assert_cmpstr (field, ==,
                   "Received: from client.example ([192.0.2.7])\r\n"
                   "\tby gate.example with ESMTP id 5f3a\r\n"
                   "\tfor <joe@example.org>;\r\n"
                   "\tThu, 22 Oct 2026 18:02:07 +0000\r\n");
}

static void
test_received_without_recipient (void)
{
  TraceFacts f = facts;
  g_autofree char *field = NULL;

  f.recipient = NULL;
  f.client_address = "2001:db8::7";
  field = trace_header_received (&f);
  g_assert_cmpstr (field, ==,
                   "Received: from client.example ([IPv6:2001:db8::7])\r\n"
                   "\tby gate.example with ESMTP id 5f3a;\r\n"
                   "\tThu, 22 Oct 2026 18:02:07 +0000\r\n");
}

static void
test_received_under_tls (void)
{
  TraceFacts f = facts;
  g_autofree char *field = NULL;

  f.protocol = "UTF8SMTPSA";
  f.tls = "TLSv1.3 TLS_AES_256_GCM_SHA384";
  f.recipient = "jos\xc3\xa9@example.org";
  field = trace_header_received (&f);
  g_assert_cmpstr (field, ==,
                   "Received: from client.example ([192.0.2.7])\r\n"
                   "\tby gate.example with UTF8SMTPSA (TLSv1.3 TLS_AES_256_GCM_SHA384) id 5f3a\r\n"
                   "\tfor <jos\xc3\xa9@example.org>;\r\n"
                   "\tThu, 22 Oct 2026 18:02:07 +0000\r\n");
}

static void
test_nothing_is_injected (void)
{
  TraceFacts f = facts;
  g_autofree char *field = NULL;
  g_autofree char *return_path = trace_header_return_path ("joe\r\nX-Evil: 1@example.org");
  guint lines = 0;

  f.helo = "a\r\nX-Evil: yes (really) by b;\x01\xff";
  f.recipient = "joe\r\nX-Evil: 1@example.org";
  field = trace_header_received (&f);

  for (const char *at = field; (at = strstr (at, "\r\n")) != NULL; at += 2)
    {
      lines++;
      g_assert_true (at[2] == '\t' || at[2] == '\0');
    }
  g_assert_cmpuint (lines, ==, 4);
  g_assert_true (g_str_has_prefix (field, "Received: from a??X-Evil:?yes??really??by?b??? ("));
  g_assert_cmpstr (return_path, ==, "Return-Path: <joe??X-Evil: 1@example.org>\r\n");
}

static void
test_empty_helo (void)
{
  TraceFacts f = facts;
  g_autofree char *field = NULL;

  f.helo = "";
  field = trace_header_received (&f);
  g_assert_true (g_str_has_prefix (field, "Received: from unknown ("));
}

static void
test_return_path (void)
{
  g_autofree char *null = trace_header_return_path ("");
  g_autofree char *joe = trace_header_return_path ("joe@example.org");
  g_autofree char *wide = trace_header_return_path ("jos\xc3\xa9@example.org");
  g_autofree char *broken = trace_header_return_path ("jos\xe9@example.org");

  g_assert_cmpstr (wide, ==, "Return-Path: <jos\xc3\xa9@example.org>\r\n");
  g_assert_true (g_utf8_validate (broken, -1, NULL));
  g_assert_cmpstr (null, ==, "Return-Path: <>\r\n");
  g_assert_cmpstr (joe, ==, "Return-Path: <joe@example.org>\r\n");
}

static void
test_date (void)
{
  g_autofree char *epoch = trace_header_date (0);
  g_autofree char *leap = trace_header_date (1709164800);

  g_assert_cmpstr (epoch, ==, "Thu, 1 Jan 1970 00:00:00 +0000");
  g_assert_cmpstr (leap, ==, "Thu, 29 Feb 2024 00:00:00 +0000");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/trace-header/received", test_received);
  g_test_add_func ("/trace-header/received-without-recipient", test_received_without_recipient);
  g_test_add_func ("/trace-header/received-under-tls", test_received_under_tls);
  g_test_add_func ("/trace-header/nothing-is-injected", test_nothing_is_injected);
  g_test_add_func ("/trace-header/empty-helo", test_empty_helo);
  g_test_add_func ("/trace-header/return-path", test_return_path);
  g_test_add_func ("/trace-header/date", test_date);
  return g_test_run ();
}
