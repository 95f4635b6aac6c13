/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/dot-stuffer.h"
#include "servers/delivery/seven-bit.h"
#include "servers/smtp/smtp-intake.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

#define SIZE_LIMIT 65536

static void
collect (gpointer user, const char *bytes, gsize length)
{
  g_string_append_len (user, bytes, (gssize) length);
}

/* What a client sends in chunks. Returns: (transfer full) (nullable): the message, where it is taken */
static GBytes *
take_in (const guint8 *data, gsize size)
{
  static const SmtpIntakeTerms terms
      = { SIZE_LIMIT, { .date = "Date: now\r\n", .message_id = "Message-ID: <1@x>\r\n" } };
  const SmtpChunk chunk = { .size = size, .is_first = TRUE, .is_last = TRUE, .is_wanted = TRUE };
  g_autoptr (GString) message = g_string_new (NULL);
  SmtpIntake intake;
  smtp_intake_start (&intake, SMTP_FRAMING_CHUNKS, &terms);
  smtp_intake_take_chunk (&intake, &chunk);
  smtp_intake_feed (&intake, (const char *) data, size, collect, message);
  smtp_content_end (&intake.content, collect, message);
  if (intake.content.fault != SMTP_CONTENT_GOOD)
    return NULL;
  return g_string_free_to_bytes (g_steal_pointer (&message));
}

static GString *
stuff (GBytes *message, gsize piece)
{
  GString *sent = g_string_new (NULL);
  DotStuffer stuffer;
  dot_stuffer_init (&stuffer, message);
  while (dot_stuffer_next (&stuffer, piece, sent))
    ;
  g_string_append (sent, "QUIT\r\n");
  return sent;
}

/* What was taken goes out as DATA wants it, and the next host finds the same message, its end where
 * it is, and nothing but the next command behind it. */
static void
check_next_host (GBytes *message, gsize piece)
{
  g_autoptr (GString) sent = stuff (message, piece);
  g_autoptr (GString) read = g_string_new (NULL);
  SmtpContent content;
  gsize taken = 0, length;
  const char *bytes = g_bytes_get_data (message, &length);
  smtp_content_start (&content, SMTP_FRAMING_DOTS, 4 * SIZE_LIMIT);
  while (taken < sent->len && !smtp_content_is_complete (&content))
    taken += smtp_content_feed (&content, sent->str + taken, MIN (piece, sent->len - taken),
                                collect, read);
  g_assert_true (smtp_content_is_complete (&content));
  g_assert_cmpint (content.fault, ==, SMTP_CONTENT_GOOD);
  g_assert_cmpstr (sent->str + taken, ==, "QUIT\r\n");
  g_assert_cmpmem (read->str, read->len, bytes, length);
}

/* The first byte is in how large pieces the message travels. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  if (size < 1)
    return 0;
  gsize piece = 1 + data[0] % 32;
  g_autoptr (GBytes) message = take_in (data + 1, size - 1);
  if (message == NULL)
    return 0;
  check_next_host (message, piece);
  g_autoptr (GBytes) seven_bit = seven_bit_convert (message);
  if (seven_bit != NULL)
    check_next_host (seven_bit, piece);
  return 0;
}
