/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/smtp/smtp-header.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

#define DATE "Date: Thu, 1 Jan 1970 00:00:00 +0000\r\n"
#define MESSAGE_ID "Message-ID: <1@mail.example.org>\r\n"

static void
collect (gpointer user, const char *bytes, gsize length)
{
  g_string_append_len (user, bytes, (gssize) length);
}

static GString *
pass_in_pieces (const SmtpHeaderFields *fields, const char *bytes, gsize size, gsize piece)
{
  GString *passed = g_string_new (NULL);
  SmtpHeader header;
  smtp_header_start (&header, fields);
  for (gsize at = 0; at < size; at += MIN (piece, size - at))
    smtp_header_feed (&header, bytes + at, MIN (piece, size - at), collect, passed);
  smtp_header_end (&header, collect, passed);
  return passed;
}

/* However the bytes are cut, the same comes out; nothing of them is lost; with nothing to add, they
 * are what they were. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const SmtpHeaderFields none = { NULL, NULL }, both = { DATE, MESSAGE_ID };
  if (size < 1)
    return 0;

  const char *bytes = (const char *) data + 1;
  gsize piece = 1 + data[0] % 16;
  g_autoptr (GString) plain = pass_in_pieces (&none, bytes, size - 1, piece);
  g_autoptr (GString) whole = pass_in_pieces (&both, bytes, size - 1, G_MAXSIZE);
  g_autoptr (GString) cut = pass_in_pieces (&both, bytes, size - 1, piece);

  g_assert_cmpmem (plain->str, plain->len, bytes, size - 1);
  g_assert_cmpmem (whole->str, whole->len, cut->str, cut->len);
  g_assert_cmpuint (whole->len, >=, plain->len);
  g_assert_cmpuint (whole->len, <=, plain->len + strlen (DATE MESSAGE_ID "\r\n"));
  return 0;
}
