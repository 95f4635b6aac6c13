/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "servers/mail/mailbox.h"
#include "servers/pop3/pop3-content.h"

/* What the client gets of @text, which comes in pieces of @piece bytes. */
static GString *
encode (const char *text, gint64 lines, gsize piece)
{
  GString *output = g_string_new (NULL);
  gsize length = strlen (text);
  Pop3Content content;

  pop3_content_init (&content, lines);
  for (gsize at = 0; at < length && !pop3_content_is_full (&content); at += piece)
    pop3_content_feed (&content, text + at, MIN (piece, length - at), output);
  pop3_content_end (&content, output);
  return output;
}

static void
check (const char *text, gint64 lines, const char *expected)
{
  for (gsize piece = 1; piece <= strlen (text) + 1; piece++)
    {
      g_autoptr (GString) output = encode (text, lines, piece);
      g_assert_cmpstr (output->str, ==, expected);
    }
}

static void
test_whole (void)
{
  check ("", -1, "");
  check ("a", -1, "a\r\n");
  check ("a\r\n", -1, "a\r\n");
  check ("a\n", -1, "a\r\n");
  check ("S: x\r\n\r\nhello\r\n", -1, "S: x\r\n\r\nhello\r\n");
  check ("S: x\n\nhello\nyou", -1, "S: x\r\n\r\nhello\r\nyou\r\n");
  check ("\r\n\n\r\n", -1, "\r\n\r\n\r\n");
  check ("a\rb\r\n", -1, "a\rb\r\n");
}

static void
test_dots (void)
{
  check (".\r\n", -1, "..\r\n");
  check ("..\n", -1, "...\r\n");
  check ("S: x\r\n\r\n.\r\n.a\r\na.\r\n\n.", -1, "S: x\r\n\r\n..\r\n..a\r\na.\r\n\r\n..\r\n");
}

static void
test_top (void)
{
  static const char mail[] = "S: x\r\nT: y\r\n\r\none\r\n.two\r\n\r\nthree\r\n";

  check (mail, 0, "S: x\r\nT: y\r\n\r\n");
  check (mail, 1, "S: x\r\nT: y\r\n\r\none\r\n");
  check (mail, 2, "S: x\r\nT: y\r\n\r\none\r\n..two\r\n");
  check (mail, 3, "S: x\r\nT: y\r\n\r\none\r\n..two\r\n\r\n");
  check (mail, 1000, "S: x\r\nT: y\r\n\r\none\r\n..two\r\n\r\nthree\r\n");
  check ("S: x\n\none\ntwo\n", 1, "S: x\r\n\r\none\r\n");
  check ("S: x", 0, "S: x\r\n");
  check ("\r\nbody\r\n", 0, "\r\n");
}

/* The size that was promised is what is sent, but for the doubled dots. */
static void
test_octets (void)
{
  static const char alphabet[] = "a.\r\n";

  for (int round = 0; round < 2000; round++)
    {
      char text[16];
      char last = '\0';
      gsize length = g_test_rand_int_range (0, sizeof text);
      gsize doubled = 0;
      guint64 octets;
      g_autoptr (GString) output = NULL;

      for (gsize i = 0; i < length; i++)
        text[i] = alphabet[g_test_rand_int_range (0, 4)];
      text[length] = '\0';
      for (gsize i = 0; i < length; i++)
        doubled += text[i] == '.' && (i == 0 || text[i - 1] == '\n');
      octets = mailbox_count_octets (text, length, &last);
      octets += mailbox_end_octets (last);
      output = encode (text, -1, g_test_rand_int_range (1, 5));
      g_assert_cmpuint (output->len, ==, octets + doubled);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pop3-content/whole", test_whole);
  g_test_add_func ("/pop3-content/dots", test_dots);
  g_test_add_func ("/pop3-content/top", test_top);
  g_test_add_func ("/pop3-content/octets", test_octets);
  return g_test_run ();
}
