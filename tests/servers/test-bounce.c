/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/bounce.h"

#include <string.h>

static char *
build (const char *original, const char *reason)
{
  g_autoptr (Envelope) envelope = envelope_new ("ann@example.org");
  g_autoptr (GArray) failed = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr (GBytes) content = g_bytes_new (original, strlen (original));
  envelope->id = 0xABC;
  envelope->arrived = 1700000000;
  envelope_add_recipient (envelope, "fine@example.net");
  envelope_add_recipient (envelope, "joe@example.net");
  recipient_settle (envelope_recipient (envelope, 1), RECIPIENT_FAILED, reason);
  guint index = 1;
  g_array_append_val (failed, index);
  BounceFacts facts = { .host_name = "gate.example",
                        .envelope = envelope,
                        .failed = failed,
                        .content = content,
                        .id = 0xDEF,
                        .time = 1700000600 };
  g_autoptr (GBytes) bounce = bounce_build (&facts);
  gsize length;
  const char *bytes = g_bytes_get_data (bounce, &length);
  g_assert_null (memchr (bytes, '\0', length));
  return g_strndup (bytes, length);
}

/* Every line ends in CR LF, is 7-bit, and no longer than RFC 5322 allows. */
static void
assert_clean (const char *text)
{
  g_assert_true (g_str_has_suffix (text, "\r\n"));
  g_auto (GStrv) lines = g_strsplit (text, "\r\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_assert_null (strpbrk (lines[i], "\r\n"));
      g_assert_cmpuint (strlen (lines[i]), <=, 998);
      g_assert_true (g_str_is_ascii (lines[i]));
    }
}

static void
assert_has (const char *text, const char *part)
{
  if (strstr (text, part) == NULL)
    g_error ("there is no \"%s\" in:\n%s", part, text);
}

static void
test_text (void)
{
  g_autofree char *text = build ("Subject: caf\xc3\xa9\r\nX: y\r\n z\r\n\r\nSecret body\r\n",
                                 "550 5.1.1 no such user");
  assert_clean (text);
  assert_has (text, "\r\nFrom: Mail Delivery System <MAILER-DAEMON@gate.example>\r\n");
  assert_has (text, "\r\nTo: <ann@example.org>\r\n");
  assert_has (text, "\r\nAuto-Submitted: auto-replied\r\n");
  assert_has (text, "multipart/report; report-type=delivery-status");
  assert_has (text, "\r\n<joe@example.net>:\r\n    550 5.1.1 no such user\r\n");
  assert_has (text, "\r\nReporting-MTA: dns; gate.example\r\n");
  assert_has (
      text, "\r\nFinal-Recipient: rfc822; joe@example.net\r\nAction: failed\r\nStatus: 5.1.1\r\n");
  assert_has (text, "\r\nDiagnostic-Code: smtp; 550 5.1.1 no such user\r\n");
  assert_has (text, "\r\nSubject: caf??\r\nX: y\r\n z\r\n");
  g_assert_null (strstr (text, "Secret body"));
  g_assert_null (strstr (text, "fine@example.net"));
}

/* What a stranger wrote can neither end a part nor a line. */
static void
test_hostile (void)
{
  g_autoptr (GString) header = g_string_new ("Subject: a\r\n");
  for (guint i = 0; i < 5000; i++)
    g_string_append_printf (header, "X-%u: \x01\x7f \r--=_0123 \xff\r\n", i);
  g_string_append (header, "X-Long: ");
  for (guint i = 0; i < 3000; i++)
    g_string_append_c (header, 'x');
  g_autofree char *reason = g_strnfill (5000, 'r');
  g_autofree char *text = build (header->str, reason);
  assert_clean (text);
  assert_has (text, "Status: 5.0.0\r\n");
  g_assert_cmpuint (strlen (text), <, 64 * 1024);

  g_autofree char *empty = build ("", "");
  assert_clean (empty);
}

static void
test_status (void)
{
  const struct
  {
    const char *reason, *status;
  } rows[] = {
    { "550 5.1.1 no", "5.1.1" },     { "554 5.4.7", "5.4.7" },      { "550 no such user", "5.0.0" },
    { "550 5.1.10 null", "5.1.10" }, { "450 4.2.0 busy", "5.0.0" }, { "", "5.0.0" },
    { "550 5.1", "5.0.0" },          { "550 5.1.", "5.0.0" },       { "550 5.1111.1 x", "5.0.0" },
    { "550 5.1.1111 x", "5.0.0" },   { "550 5..1 x", "5.0.0" },     { "5505.1.1 x", "5.0.0" },
    { "550 5.1.1: no", "5.0.0" },
  };
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *status = bounce_status (rows[i].reason);
      g_assert_cmpstr (status, ==, rows[i].status);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/bounce/text", test_text);
  g_test_add_func ("/bounce/hostile", test_hostile);
  g_test_add_func ("/bounce/status", test_status);
  return g_test_run ();
}
