/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/report.h"

#include <string.h>

#define E_ACUTE "\xc3\xa9"

typedef struct
{
  Envelope *envelope;
  GArray *rows;
  ReportNeeds needs;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->envelope = envelope_new ("ann@example.org");
  fixture->envelope->id = 0xABC;
  fixture->envelope->arrived = 1700000000;
  fixture->rows = g_array_new (FALSE, FALSE, sizeof (ReportRow));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  envelope_free (fixture->envelope);
  g_array_unref (fixture->rows);
}

static Recipient *
add (Fixture *fixture, const char *address, const char *reason, ReportAction action)
{
  ReportRow row = { fixture->envelope->recipients->len, action };
  g_array_append_val (fixture->rows, row);
  Recipient *recipient = envelope_add_recipient_full (fixture->envelope, address, 0, "");
  recipient_settle (recipient, RECIPIENT_FAILED, reason);
  return recipient;
}

static char *
build (Fixture *fixture, const char *original)
{
  g_autoptr (GBytes) content = g_bytes_new (original, strlen (original));
  ReportFacts facts = { .host_name = "gate.example",
                        .envelope = fixture->envelope,
                        .rows = fixture->rows,
                        .content = content,
                        .id = 0xDEF,
                        .time = 1700000600,
                        .retried_until = 1700432000 };
  g_autoptr (GBytes) report = report_build (&facts, &fixture->needs);
  gsize length;
  const char *bytes = g_bytes_get_data (report, &length);
  g_assert_null (memchr (bytes, '\0', length));
  return g_strndup (bytes, length);
}

/* Every line ends in CR LF, and is no longer than RFC 5322 allows. */
static void
assert_clean (const Fixture *fixture, const char *text)
{
  g_assert_true (g_str_has_suffix (text, "\r\n"));
  g_assert_true (fixture->needs.eight_bit || g_str_is_ascii (text));
  g_auto (GStrv) lines = g_strsplit (text, "\r\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_assert_null (strpbrk (lines[i], "\r\n"));
      g_assert_cmpuint (strlen (lines[i]), <=, 998);
    }
}

static void
assert_has (const char *text, const char *part)
{
  if (strstr (text, part) == NULL)
    g_error ("there is no \"%s\" in:\n%s", part, text);
}

static void
test_bounce (Fixture *fixture, gconstpointer data)
{
  envelope_add_recipient (fixture->envelope, "fine@example.net");
  add (fixture, "joe@example.net", "550 5.1.1 no such user", REPORT_FAILED);
  g_autofree char *text
      = build (fixture, "Subject: caf" E_ACUTE "\r\nX: y\r\n z\r\n\r\nSecret body\r\n");
  assert_clean (fixture, text);
  g_assert_false (fixture->needs.eight_bit || fixture->needs.utf8);
  assert_has (text, "\r\nFrom: Mail Delivery System <MAILER-DAEMON@gate.example>\r\n");
  assert_has (text, "\r\nTo: <ann@example.org>\r\n");
  assert_has (text, "\r\nSubject: Undelivered mail returned to sender\r\n");
  assert_has (text, "\r\nAuto-Submitted: auto-replied\r\n");
  assert_has (text, "multipart/report; report-type=delivery-status;");
  assert_has (text, "\r\n<joe@example.net>:\r\n    550 5.1.1 no such user\r\n");
  assert_has (text, "\r\nReporting-MTA: dns; gate.example\r\n");
  assert_has (
      text, "\r\nFinal-Recipient: rfc822; joe@example.net\r\nAction: failed\r\nStatus: 5.1.1\r\n");
  assert_has (text, "\r\nDiagnostic-Code: smtp; 550 5.1.1 no such user\r\n");
  g_assert_null (strstr (text, "Remote-MTA"));
  assert_has (text,
              "\r\nContent-Type: text/rfc822-headers\r\n\r\nSubject: caf??\r\nX: y\r\n z\r\n");
  g_assert_null (strstr (text, "Secret body"));
  g_assert_null (strstr (text, "fine@example.net"));
  g_assert_null (strstr (text, "Original-"));
}

/* RFC 3464, section 2.3.5 */
static void
test_remote_host (Fixture *fixture, gconstpointer data)
{
  add (fixture, "joe@example.net", "550 5.1.1 no", REPORT_FAILED);
  add (fixture, "sue@example.net", "450 4.4.1 no host", REPORT_DELAYED);
  g_array_index (fixture->rows, ReportRow, 0).host = "mx.example.net";
  g_autofree char *text = build (fixture, "A: b\r\n\r\n");
  assert_clean (fixture, text);
  assert_has (text,
              "\r\nRemote-MTA: dns; mx.example.net\r\nDiagnostic-Code: smtp; 550 5.1.1 no\r\n");
  g_assert_null (strstr (strstr (text, "sue@example.net\r\nAction"), "Remote-MTA"));
}

/* RFC 3461: what the sender said comes back, out of its xtext. */
static void
test_parameters (Fixture *fixture, gconstpointer data)
{
  Recipient *joe = add (fixture, "joe@example.net", "550 5.1.1 no", REPORT_FAILED);
  Recipient *sue = add (fixture, "sue@example.net", "550 5.1.1 no", REPORT_FAILED);
  Recipient *bad = add (fixture, "bad@example.net", "550 5.1.1 no", REPORT_FAILED);
  envelope_set_text (&fixture->envelope->envelope_id, "QQ+2B1+0D+0AAction:x");
  envelope_set_text (&joe->original, "rfc822;joe+2Bwork@old.example");
  envelope_set_text (&sue->original, "utf-8;s\\x{FC}e@old.example");
  envelope_set_text (&bad->original, "rfc822;+");
  g_autofree char *text = build (fixture, "A: b\r\n\r\n");
  assert_clean (fixture, text);
  assert_has (text, "\r\n\r\nOriginal-Envelope-Id: QQ+1??Action:x\r\nReporting-MTA: dns;");
  assert_has (text, "\r\n\r\nOriginal-Recipient: rfc822; joe+work@old.example\r\n"
                    "Final-Recipient: rfc822; joe@example.net\r\n");
  assert_has (text, "\r\nOriginal-Recipient: utf-8; s\\x{FC}e@old.example\r\n");
  assert_has (text, "\r\n\r\nFinal-Recipient: rfc822; bad@example.net\r\n");
}

static void
test_full (Fixture *fixture, gconstpointer data)
{
  add (fixture, "joe@example.net", "550 5.1.1 no", REPORT_FAILED);
  fixture->envelope->dsn_return = DSN_RETURN_FULL;
  g_autofree char *plain = build (fixture, "A: b\r\n\r\n.All of it\r\n");
  assert_clean (fixture, plain);
  g_assert_false (fixture->needs.eight_bit);
  assert_has (plain, "\r\nContent-Type: message/rfc822\r\n\r\nA: b\r\n\r\n.All of it\r\n\r\n--=_");

  g_autofree char *eight_bit = build (fixture, "A: b\r\n\r\ncaf\xe9\r\n");
  g_assert_true (fixture->needs.eight_bit && !fixture->needs.utf8);
  assert_has (eight_bit, "\r\nContent-Type: message/rfc822\r\n"
                         "Content-Transfer-Encoding: 8bit\r\n\r\nA: b\r\n\r\ncaf\xe9\r\n");

  fixture->envelope->dsn_return = DSN_RETURN_HEADERS;
  g_autofree char *header = build (fixture, "A: b\r\n\r\nbody\r\n");
  assert_has (header, "\r\nContent-Type: text/rfc822-headers\r\n\r\nA: b\r\n\r\n--=_");
}

/* Not a bounce: the header is enough (RFC 3461, section 4.3), and nothing failed. */
static void
test_delay (Fixture *fixture, gconstpointer data)
{
  add (fixture, "joe@example.net", "450 4.2.0 busy", REPORT_DELAYED);
  fixture->envelope->dsn_return = DSN_RETURN_FULL;
  g_autofree char *text = build (fixture, "A: b\r\n\r\nbody\r\n");
  assert_clean (fixture, text);
  assert_has (text, "\r\nSubject: Delayed mail, which is still tried\r\n");
  assert_has (text,
              "\r\nIt could not be delivered to these recipients so far.\r\nYou need not send "
              "it again: it is tried until Sun, 19 Nov 2023 22:13:20 +0000.\r\n");
  assert_has (text, "\r\nAction: delayed\r\nStatus: 4.2.0\r\n");
  assert_has (text, "\r\nWill-Retry-Until: Sun, 19 Nov 2023 22:13:20 +0000\r\n");
  g_assert_null (strstr (text, "body"));
}

static void
test_success (Fixture *fixture, gconstpointer data)
{
  add (fixture, "joe@example.net", "250 2.0.0 in the mailbox", REPORT_DELIVERED);
  add (fixture, "sue@example.net", "250 ok", REPORT_RELAYED);
  g_autofree char *text = build (fixture, "A: b\r\n\r\n");
  assert_clean (fixture, text);
  assert_has (text, "\r\nSubject: Mail was passed on\r\n");
  assert_has (text, "joe@example.net\r\nAction: delivered\r\nStatus: 2.0.0\r\n");
  assert_has (text, "sue@example.net\r\nAction: relayed\r\nStatus: 2.0.0\r\n");
  g_assert_null (strstr (text, "Will-Retry-Until"));

  add (fixture, "tom@example.net", "550 5.1.1 no", REPORT_FAILED);
  g_autofree char *mixed = build (fixture, "A: b\r\n\r\n");
  assert_has (mixed, "\r\nSubject: Undelivered mail returned to sender\r\n");
}

/* RFC 6533 */
static void
test_utf8 (Fixture *fixture, gconstpointer data)
{
  Recipient *joe = add (fixture, "jo" E_ACUTE "@example.net", "550 5.1.1 no", REPORT_FAILED);
  envelope_set_text (&joe->original, "utf-8;jo\\x{E9}@old.example");
  fixture->envelope->utf8 = TRUE;
  g_autofree char *text = build (fixture, "Subject: caf" E_ACUTE "\r\nBad: \xff\r\n\r\n");
  assert_clean (fixture, text);
  g_assert_true (g_utf8_validate (text, -1, NULL));
  g_assert_true (fixture->needs.eight_bit);
  g_assert_false (fixture->needs.utf8); /* its own header is ASCII: any host can take it */
  assert_has (text, "multipart/report; report-type=global-delivery-status;");
  assert_has (text, "\r\nContent-Type: message/global-delivery-status\r\n"
                    "Content-Transfer-Encoding: 8bit\r\n\r\n");
  assert_has (text, "\r\nOriginal-Recipient: utf-8; jo" E_ACUTE "@old.example\r\n"
                    "Final-Recipient: utf-8; jo" E_ACUTE "@example.net\r\n");
  assert_has (text, "\r\nContent-Type: message/global-headers\r\n"
                    "Content-Transfer-Encoding: 8bit\r\n\r\n"
                    "Subject: caf" E_ACUTE "\r\nBad: ?\r\n");

  envelope_set_text (&fixture->envelope->sender, "ann" E_ACUTE "@example.org");
  fixture->envelope->dsn_return = DSN_RETURN_FULL;
  g_autofree char *full = build (fixture, "A: b\r\n\r\nbody\r\n");
  g_assert_true (fixture->needs.utf8);
  assert_has (full, "\r\nTo: <ann" E_ACUTE "@example.org>\r\n");
  assert_has (full, "\r\nContent-Type: message/global\r\n\r\nA: b\r\n\r\nbody\r\n");
}

/* Where all is ASCII, every program understands the report. */
static void
test_utf8_unneeded (Fixture *fixture, gconstpointer data)
{
  add (fixture, "joe@example.net", "550 5.1.1 no", REPORT_FAILED);
  fixture->envelope->utf8 = TRUE;
  g_autofree char *text = build (fixture, "A: b\r\n\r\n");
  g_assert_false (fixture->needs.eight_bit || fixture->needs.utf8);
  g_assert_null (strstr (text, "global"));
}

/* What a stranger wrote can neither end a part nor a line. */
static void
test_hostile (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) header = g_string_new ("Subject: a\r\n");
  for (guint i = 0; i < 5000; i++)
    g_string_append_printf (header, "X-%u: \x01\x7f \r--=_0123 \xff\r\n", i);
  g_string_append (header, "X-Long: ");
  for (guint i = 0; i < 3000; i++)
    g_string_append_c (header, 'x');
  g_autofree char *reason = g_strnfill (5000, 'r');
  add (fixture, "joe@example.net", reason, REPORT_FAILED);
  g_autofree char *text = build (fixture, header->str);
  assert_clean (fixture, text);
  assert_has (text, "Status: 5.0.0\r\n");
  g_assert_cmpuint (strlen (text), <, 64 * 1024);

  recipient_settle (envelope_recipient (fixture->envelope, 0), RECIPIENT_FAILED, "");
  g_autofree char *empty = build (fixture, "");
  assert_clean (fixture, empty);
}

#define ADD(name, function) g_test_add ("/report/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("bounce", test_bounce);
  ADD ("remote-host", test_remote_host);
  ADD ("parameters", test_parameters);
  ADD ("full", test_full);
  ADD ("delay", test_delay);
  ADD ("success", test_success);
  ADD ("utf8", test_utf8);
  ADD ("utf8-unneeded", test_utf8_unneeded);
  ADD ("hostile", test_hostile);
  return g_test_run ();
}
