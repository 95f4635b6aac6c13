/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdint.h>

#include "servers/smtp/smtp-content.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

#define SIZE_LIMIT 4096

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
  g_byte_array_append (reading->message, (const guint8 *) bytes, length);
}

static void
read_in_pieces (Reading *reading, SmtpFraming framing, const guint8 *data, gsize size, gsize piece)
{
  smtp_content_start (&reading->content, framing, SIZE_LIMIT);
  reading->message = g_byte_array_new ();
  reading->taken = 0;
  while (reading->taken < size && !smtp_content_is_complete (&reading->content))
    {
      gsize length = MIN (piece, size - reading->taken);
      reading->taken += smtp_content_feed (&reading->content, (const char *) data + reading->taken,
                                           length, collect, reading);
    }
  if (framing == SMTP_FRAMING_CHUNKS)
    smtp_content_end (&reading->content, collect, reading);
}

static void
compare (SmtpFraming framing, const uint8_t *data, size_t size)
{
  Reading whole, cut;
  gsize piece = 1 + data[0] % 16;
  read_in_pieces (&whole, framing, data + 1, size - 1, G_MAXSIZE);
  read_in_pieces (&cut, framing, data + 1, size - 1, piece);

  g_assert_cmpuint (whole.taken, ==, cut.taken);
  g_assert_cmpint (smtp_content_is_complete (&whole.content), ==,
                   smtp_content_is_complete (&cut.content));
  g_assert_cmpint (whole.content.fault == SMTP_CONTENT_GOOD, ==,
                   cut.content.fault == SMTP_CONTENT_GOOD);
  g_assert_cmpuint (whole.content.size, ==, cut.content.size);
  if (whole.content.fault == SMTP_CONTENT_GOOD)
    {
      g_assert_cmpmem (whole.message->data, whole.message->len, cut.message->data,
                       cut.message->len);
      g_assert_cmpuint (whole.message->len, ==, whole.content.size);
      g_assert_cmpuint (whole.message->len, <=, SIZE_LIMIT);
      g_assert_true (
          !smtp_content_is_complete (&whole.content) || whole.message->len == 0
          || (whole.message->len >= 2 && whole.message->data[whole.message->len - 1] == '\n'));
    }
  g_byte_array_unref (whole.message);
  g_byte_array_unref (cut.message);
}

/* However the bytes are cut, the message, its end and its verdict are the same. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  if (size < 1)
    return 0;
  compare (SMTP_FRAMING_DOTS, data, size);
  compare (SMTP_FRAMING_CHUNKS, data, size);
  return 0;
}
