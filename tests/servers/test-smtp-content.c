/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/smtp/smtp-content.h"

#include <string.h>

#define NO_LIMIT G_MAXUINT64

typedef struct
{
  SmtpContent content;
  GByteArray *message;
  gsize taken;
} Reading;

static void
collect (gpointer user, const char *bytes, gsize length)
{
  Reading *reading = user;

  g_assert_cmpuint (length, >, 0);
  g_assert_cmpint (reading->content.fault, ==, SMTP_CONTENT_GOOD);
  g_byte_array_append (reading->message, (const guint8 *) bytes, length);
}

static void
reading_init (Reading *reading, guint64 limit)
{
  smtp_content_start (&reading->content, SMTP_FRAMING_DOTS, limit);
  reading->message = g_byte_array_new ();
  reading->taken = 0;
}

static void
reading_clear (Reading *reading)
{
  g_byte_array_unref (reading->message);
}

static void
feed (Reading *reading, const char *bytes, gsize length)
{
  if (!smtp_content_is_complete (&reading->content))
    reading->taken += smtp_content_feed (&reading->content, bytes, length, collect, reading);
}

/* Reads @text, which must hold the end, and asserts what comes of it. */
static void
assert_reads (const char *text, SmtpContentFault fault, const char *message)
{
  Reading reading;
  reading_init (&reading, NO_LIMIT);

  feed (&reading, text, strlen (text));
  g_assert_true (smtp_content_is_complete (&reading.content));
  g_assert_cmpuint (reading.taken, ==, strlen (text));
  g_assert_cmpint (reading.content.fault, ==, fault);
  if (fault == SMTP_CONTENT_GOOD)
    {
      g_assert_cmpmem (reading.message->data, reading.message->len, message, strlen (message));
      g_assert_cmpuint (reading.content.size, ==, strlen (message));
    }
  reading_clear (&reading);
}

static void
test_good (void)
{
  assert_reads (".\r\n", SMTP_CONTENT_GOOD, "");
  assert_reads ("a: b\r\n\r\nc\r\n.\r\n", SMTP_CONTENT_GOOD, "a: b\r\n\r\nc\r\n");
  assert_reads ("\r\n\r\n.\r\n", SMTP_CONTENT_GOOD, "\r\n\r\n");
  assert_reads ("..\r\n.\r\n", SMTP_CONTENT_GOOD, ".\r\n");
  assert_reads ("..a\r\n...b\r\n.c\r\n.\r\n", SMTP_CONTENT_GOOD, ".a\r\n..b\r\nc\r\n");
  assert_reads ("a.\r\n.\r\n", SMTP_CONTENT_GOOD, "a.\r\n");
}

static void
test_bad_characters (void)
{
  assert_reads ("a\nb\r\n.\r\n", SMTP_CONTENT_BAD_CHARACTERS, NULL);
  assert_reads ("a\rb\r\n.\r\n", SMTP_CONTENT_BAD_CHARACTERS, NULL);
  assert_reads ("a\n.\r\nQUIT\r\n.\r\n", SMTP_CONTENT_BAD_CHARACTERS, NULL);
  assert_reads ("a\n.\nQUIT\r\n.\r\n", SMTP_CONTENT_BAD_CHARACTERS, NULL);
  assert_reads ("a\r.\r\nQUIT\r\n.\r\n", SMTP_CONTENT_BAD_CHARACTERS, NULL);
  assert_reads ("a\r\n.\nQUIT\r\n.\r\n", SMTP_CONTENT_BAD_CHARACTERS, NULL);
  assert_reads ("a\r\n.\rQUIT\r\n.\r\n", SMTP_CONTENT_BAD_CHARACTERS, NULL);
  assert_reads ("a\r\r\n.\r\n", SMTP_CONTENT_BAD_CHARACTERS, NULL);
  assert_reads (".\r\r\n.\r\n", SMTP_CONTENT_BAD_CHARACTERS, NULL);
}

static void
test_nul (void)
{
  static const char text[] = "a\0b\r\n.\r\n";
  Reading reading;
  reading_init (&reading, NO_LIMIT);

  feed (&reading, text, sizeof text - 1);
  g_assert_true (smtp_content_is_complete (&reading.content));
  g_assert_cmpint (reading.content.fault, ==, SMTP_CONTENT_BAD_CHARACTERS);
  reading_clear (&reading);
}

/* What stands behind the end is the next command. */
static void
test_rest (void)
{
  static const char text[] = "a\r\n.\r\nMAIL FROM:<>\r\n.\r\n";
  Reading reading;
  reading_init (&reading, NO_LIMIT);

  feed (&reading, text, sizeof text - 1);
  g_assert_true (smtp_content_is_complete (&reading.content));
  g_assert_cmpuint (reading.taken, ==, 6);
  reading_clear (&reading);
}

/* The reference: looks at the whole text at once, with a line break in front, as after the DATA
 * command. */
static gboolean
reference (const char *text, GString *message, gsize *taken)
{
  g_autofree char *whole = g_strconcat ("\r\n", text, NULL);
  const char *end = strstr (whole, "\r\n.\r\n");
  if (!end)
    return FALSE;
  *taken = (gsize) (end - whole) + 3;

  g_autofree char *body = g_strndup (whole + 2, MAX (end - whole, 0));
  g_auto (GStrv) lines = g_strsplit (body, "\r\n", -1);
  for (guint i = 0; lines[i] && (lines[i + 1] || *lines[i]); i++)
    g_string_append_printf (message, "%s%s", *lines[i] == '.' ? lines[i] + 1 : lines[i],
                            lines[i + 1] ? "\r\n" : "");
  return TRUE;
}

static gboolean
reference_is_clean (const char *text)
{
  for (const char *c = text; *c; c++)
    if ((*c == '\r' && c[1] != '\n') || (*c == '\n' && (c == text || c[-1] != '\r')))
      return FALSE;
  return TRUE;
}

static void
compare (const char *text, gsize split)
{
  g_autoptr (GString) message = g_string_new (NULL);
  gsize taken = strlen (text);
  gboolean complete = reference (text, message, &taken);
  g_autofree char *read = g_strndup (text, taken);
  gboolean clean = reference_is_clean (read);
  Reading reading;
  reading_init (&reading, NO_LIMIT);

  feed (&reading, text, split);
  feed (&reading, text + split, strlen (text) - split);
  g_assert_cmpint (smtp_content_is_complete (&reading.content), ==, complete);
  g_assert_cmpuint (reading.taken, ==, taken);
  if (complete)
    {
      g_assert_cmpint (reading.content.fault == SMTP_CONTENT_GOOD, ==, clean);
      if (clean)
        g_assert_cmpmem (reading.message->data, reading.message->len, message->str, message->len);
    }
  reading_clear (&reading);
}

/* All mixtures of CR, LF, dot and a letter up to six, then an end, cut in two at every place. */
static void
test_every_mixture (void)
{
  static const char alphabet[] = "\r\n.a";

  for (guint length = 0; length <= 6; length++)
    for (guint number = 0; number < 1u << (2 * length); number++)
      {
        char text[16] = "";
        for (guint i = 0; i < length; i++)
          text[i] = alphabet[(number >> (2 * i)) & 3];
        strcpy (text + length, "\r\n.\r\n");
        for (gsize split = 0; split <= strlen (text); split++)
          compare (text, split);
      }
}

static void
test_size_limit (void)
{
  static const char text[] = "12345678\r\n.\r\n";

  for (guint64 limit = 8; limit <= 11; limit++)
    {
      Reading reading;
      reading_init (&reading, limit);

      feed (&reading, text, sizeof text - 1);
      g_assert_true (smtp_content_is_complete (&reading.content));
      g_assert_cmpint (reading.content.fault, ==,
                       limit < 10 ? SMTP_CONTENT_TOO_BIG : SMTP_CONTENT_GOOD);
      reading_clear (&reading);
    }
}

static SmtpContentFault
read_line_of (gsize length)
{
  g_autofree char *line = g_strnfill (length, 'x');
  g_autofree char *text = g_strconcat ("\r\n", line, "\r\n.\r\n", NULL);
  Reading reading;
  reading_init (&reading, NO_LIMIT);

  for (gsize at = 0; at < strlen (text); at += 1000)
    feed (&reading, text + at, MIN (1000, strlen (text) - at));
  g_assert_true (smtp_content_is_complete (&reading.content));
  reading_clear (&reading);
  return reading.content.fault;
}

static void
test_line_limit (void)
{
  g_assert_cmpint (read_line_of (998), ==, SMTP_CONTENT_GOOD);
  g_assert_cmpint (read_line_of (SMTP_CONTENT_LINE_MAX - 2), ==, SMTP_CONTENT_GOOD);
  g_assert_cmpint (read_line_of (SMTP_CONTENT_LINE_MAX - 1), ==, SMTP_CONTENT_LINE_TOO_LONG);
}

/* Reads @text as one chunk and as chunks of one byte, and asserts what comes of it. */
static void
assert_chunks (const char *text, SmtpContentFault fault, const char *message)
{
  for (gsize piece = strlen (text); piece > 0; piece = piece > 1 ? 1 : 0)
    {
      Reading reading;
      reading_init (&reading, 1000);
      smtp_content_start (&reading.content, SMTP_FRAMING_CHUNKS, 1000);

      for (gsize at = 0; at < strlen (text); at += piece)
        feed (&reading, text + at, MIN (piece, strlen (text) - at));
      g_assert_cmpuint (reading.taken, ==, strlen (text));
      g_assert_false (smtp_content_is_complete (&reading.content));
      smtp_content_end (&reading.content, collect, &reading);
      g_assert_true (smtp_content_is_complete (&reading.content));
      g_assert_cmpint (reading.content.fault, ==, fault);
      if (fault == SMTP_CONTENT_GOOD)
        g_assert_cmpmem (reading.message->data, reading.message->len, message, strlen (message));
      reading_clear (&reading);
    }
}

static void
test_chunks (void)
{
  g_autofree char *big = g_strnfill (1001, 'x');

  assert_chunks ("a: b\r\n\r\nc\r\n", SMTP_CONTENT_GOOD, "a: b\r\n\r\nc\r\n");
  assert_chunks (".\r\n", SMTP_CONTENT_GOOD, ".\r\n");
  assert_chunks ("a\r\n.\r\nb\r\n", SMTP_CONTENT_GOOD, "a\r\n.\r\nb\r\n");
  assert_chunks ("..a\r\n", SMTP_CONTENT_GOOD, "..a\r\n");
  assert_chunks ("no end", SMTP_CONTENT_GOOD, "no end\r\n");
  assert_chunks ("a\r", SMTP_CONTENT_BAD_CHARACTERS, NULL);
  assert_chunks ("a\n", SMTP_CONTENT_BAD_CHARACTERS, NULL);
  assert_chunks ("a\n.\r\nQUIT\r\n", SMTP_CONTENT_BAD_CHARACTERS, NULL);
  assert_chunks (big, SMTP_CONTENT_TOO_BIG, NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/smtp-content/good", test_good);
  g_test_add_func ("/smtp-content/bad-characters", test_bad_characters);
  g_test_add_func ("/smtp-content/nul", test_nul);
  g_test_add_func ("/smtp-content/rest", test_rest);
  g_test_add_func ("/smtp-content/every-mixture", test_every_mixture);
  g_test_add_func ("/smtp-content/size-limit", test_size_limit);
  g_test_add_func ("/smtp-content/line-limit", test_line_limit);
  g_test_add_func ("/smtp-content/chunks", test_chunks);
  return g_test_run ();
}
