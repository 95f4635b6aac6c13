/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/filter/message-skeleton.h"

#include <string.h>

#define FIRST "MIME-Version: 1.0\n"

static char *
make (const char *content, gsize length, gboolean *is_whole)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (content, length);
  g_autoptr (GBytes) skeleton = message_skeleton_make (bytes, is_whole);
  gsize size;
  const char *data = g_bytes_get_data (skeleton, &size);

  g_assert_cmpuint (size, <=, MESSAGE_SKELETON_SIZE_MAX);
  return g_strndup (data, size);
}

static void
check (const char *content, const char *expected)
{
  gboolean is_whole;
  g_autofree char *skeleton = make (content, strlen (content), &is_whole);

  g_assert_cmpstr (skeleton, ==, expected);
  g_assert_true (is_whole);
}

static void
test_fields (void)
{
  check ("", FIRST);
  check ("\r\n", FIRST "\n");
  check (
      "Received: x\r\n y\r\nSubject: a\r\n b\r\nTo: c\r\n d\r\nFROM : e\r\n\r\nbody\r\nFrom: f\r\n",
      FIRST "Subject: a\n b\nFROM : e\n\n");
  check ("nonsense\nContent-Type: a/b;\n\tc=d\n nonsense: e\nFromage: f\nSender:g\nReply-To:\n\n",
         FIRST "Content-Type: a/b;\n\tc=d\n nonsense: e\nSender:g\nReply-To:\n\n");
  check (" Subject: x\n\nbody", FIRST "\n");
  check ("Subject: no end", FIRST "Subject: no end\n");
}

static void
test_parts (void)
{
  check (
      "Content-Type: multipart/mixed; boundary=b\n\npreamble\nSubject: no\n--b\nContent-Type: a/b\n"
      "X: y\n\nbody\n\nbody\n--b\n\nSubject: no\n\n--b--\nepilogue\n",
      FIRST "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: a/b\n\n--b\n\n"
            "--b--\n");
  /* A header that a boundary ends */
  check ("Subject: a\n--b\nContent-Type: c/d\n--b--\n",
         FIRST "Subject: a\n--b\nContent-Type: c/d\n--b--\n");
}

static void
test_messages (void)
{
  check ("Content-Type: Message/RFC822\n\nSubject: in\n\nSubject: no\n",
         FIRST "Content-Type: Message/RFC822\n\n" FIRST "Subject: in\n\n");
  check ("Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: in\n\nSubject: no\n",
         FIRST "Content-Type: multipart/digest; boundary=b\n\n--b\n\n" FIRST "Subject: in\n\n");
}

static void
check_cut (const char *start, const char *again, guint times, gboolean is_whole)
{
  g_autoptr (GString) content = g_string_new (start);
  gboolean made_whole;

  for (guint i = 0; i < times; i++)
    g_string_append (content, again);
  g_string_append (content, "\r\n\r\n");
  g_autofree char *skeleton = make (content->str, content->len, &made_whole);
  g_assert_cmpint (made_whole, ==, is_whole);
}

/* What nobody looks at may be as long as it likes; the rest is bounded. */
static void
test_limits (void)
{
  check_cut ("", "X: y\r\n", 100000, TRUE);
  check_cut ("To: x", "\r\n a@example.org,", 100000, TRUE);
  check_cut ("\r\n", "Subject: body\r\n", 100000, TRUE);
  check_cut ("Subject:", "\r\n aaaaaaaa", MESSAGE_SKELETON_FIELD_MAX / 10 - 2, TRUE);
  check_cut ("Subject:", "\r\n aaaaaaaa", MESSAGE_SKELETON_FIELD_MAX / 10 + 1, FALSE);
  check_cut ("Subject:", "aaaaaaaa", MESSAGE_SKELETON_FIELD_MAX, FALSE);
  check_cut ("", "Subject: a\r\n", MESSAGE_SKELETON_FIELDS_MAX, TRUE);
  check_cut ("", "Subject: a\r\n", MESSAGE_SKELETON_FIELDS_MAX + 1, FALSE);
  check_cut ("\r\n", "--b\r\n", MESSAGE_SKELETON_BOUNDARIES_MAX, TRUE);
  check_cut ("\r\n", "--b\r\n", MESSAGE_SKELETON_BOUNDARIES_MAX + 1, FALSE);
  check_cut ("", "Content-Type: message/rfc822\r\n\r\n", 200000, FALSE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/message-skeleton/fields", test_fields);
  g_test_add_func ("/message-skeleton/parts", test_parts);
  g_test_add_func ("/message-skeleton/messages", test_messages);
  g_test_add_func ("/message-skeleton/limits", test_limits);
  return g_test_run ();
}
