/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/dot-stuffer.h"
#include "servers/smtp/smtp-content.h"

#include <string.h>

/* What we take and send on is one message for the next host as well, whatever that host takes for
 * the end of a line. */

#define MIXTURE_MAX 7

static void
collect (gpointer user, const char *bytes, gsize length)
{
  g_string_append_len (user, bytes, length);
}

/* Returns: (transfer full) (nullable): the message in @text, which holds its end; NULL when it is refused */
static GString *
take_in (const char *text, gsize *taken)
{
  SmtpContent content;
  g_autoptr (GString) message = g_string_new (NULL);

  smtp_content_start (&content, SMTP_FRAMING_DOTS, G_MAXUINT64);
  *taken = smtp_content_feed (&content, text, strlen (text), collect, message);
  g_assert_true (smtp_content_is_complete (&content));
  return content.fault == SMTP_CONTENT_GOOD ? g_steal_pointer (&message) : NULL;
}

/* The same for one that came in chunks. */
static GString *
take_in_chunks (const char *text)
{
  SmtpContent content;
  g_autoptr (GString) message = g_string_new (NULL);

  smtp_content_start (&content, SMTP_FRAMING_CHUNKS, G_MAXUINT64);
  smtp_content_feed (&content, text, strlen (text), collect, message);
  smtp_content_end (&content, collect, message);
  return content.fault == SMTP_CONTENT_GOOD ? g_steal_pointer (&message) : NULL;
}

/* Returns: (transfer full): @message as it goes to the next host, in pieces of @limit bytes */
static GString *
send_on (const GString *message, gsize limit)
{
  g_autoptr (GBytes) content = g_bytes_new (message->str, message->len);
  GString *sent = g_string_new (NULL);
  DotStuffer stuffer;

  dot_stuffer_init (&stuffer, content);
  while (dot_stuffer_next (&stuffer, limit, sent))
    ;
  return sent;
}

/* A host that takes CR LF, a bare LF and a bare CR alike for the end of a line. Returns how many bytes
 * it reads up to the line with the single dot. */
static gsize
lenient_end (const char *sent)
{
  const char *line = sent;

  for (;;)
    {
      gsize length = strcspn (line, "\r\n");
      const char *next = line + length;
      g_assert_cmpint (*next, !=, '\0');
      next += g_str_has_prefix (next, "\r\n") ? 2 : 1;
      if (length == 1 && *line == '.')
        return (gsize) (next - sent);
      line = next;
    }
}

static void
check (const GString *message, gsize limit)
{
  gsize taken_again;
  if (!message)
    return;

  g_autoptr (GString) sent = send_on (message, limit);
  g_assert_cmpuint (lenient_end (sent->str), ==, sent->len);
  g_autoptr (GString) message_again = take_in (sent->str, &taken_again);
  g_assert_nonnull (message_again);
  g_assert_cmpuint (taken_again, ==, sent->len);
  g_assert_cmpstr (message_again->str, ==, message->str);
}

static void
test_every_mixture (void)
{
  static const char alphabet[] = "\r\n.a";

  for (guint length = 0; length <= MIXTURE_MAX; length++)
    for (guint number = 0; number < 1u << (2 * length); number++)
      {
        char text[MIXTURE_MAX + sizeof "\r\n.\r\n"] = "";
        for (guint i = 0; i < length; i++)
          text[i] = alphabet[(number >> (2 * i)) & 3];
        strcpy (text + length, "\r\n.\r\n");
        gsize taken;
        g_autoptr (GString) message = take_in (text, &taken);
        g_autoptr (GString) in_chunks = take_in_chunks (text);
        for (gsize limit = 1; limit <= 4; limit++)
          {
            check (message, limit);
            check (in_chunks, limit);
          }
      }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/smuggling/every-mixture", test_every_mixture);
  return g_test_run ();
}
