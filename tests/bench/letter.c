/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/bench/letter.h"

#include <string.h>

#define LINE_LENGTH 76
#define DIGITS 10
#define AFTER_DIGITS "@bench>"

static const char LETTERS[]
    = "etaoinshrdlucmfwypvbgkjqxz      ETAOINSHRDLUCMFWYPVBGKJQXZ0123456789,-";

/* Always the same letters, so that runs can be compared. */
static char
next_letter (guint32 *state)
{
  *state = *state * 1664525u + 1013904223u;
  return LETTERS[(*state >> 16) % (sizeof LETTERS - 1)];
}

static void
add_text (GString *text, gsize length)
{
  guint32 state = 2166136261u;
  gsize end = text->len + length;
  while (text->len + 2 < end)
    {
      gsize line = MIN (LINE_LENGTH, end - text->len - 2);
      for (gsize i = 0; i < line; i++)
        g_string_append_c (text, next_letter (&state));
      g_string_append (text, "\r\n");
    }
}

void
letter_set_up (Letter *letter, const char *from, const char *to, const char *tag, gsize size)
{
  g_autofree char *id = g_strdup_printf ("<%s-%0*d" AFTER_DIGITS, tag, DIGITS, 0);
  GString *text = g_string_sized_new (size + 256);
  g_string_append_printf (text,
                          "From: Bench <%s>\r\n"
                          "To: <%s>\r\n"
                          "Subject: A message of %" G_GSIZE_FORMAT " bytes\r\n"
                          "Date: Mon, 23 Nov 2026 08:00:00 +0000\r\n"
                          "MIME-Version: 1.0\r\n"
                          "Content-Type: text/plain; charset=us-ascii\r\n"
                          "Message-ID: ",
                          from, to, size);
  letter->id_at = text->len;
  letter->id_length = strlen (id);
  g_string_append_printf (text, "%s\r\n\r\n", id);
  if (size > text->len)
    add_text (text, size - text->len);
  g_string_append (text, ".\r\n");
  letter->length = text->len;
  letter->text = g_string_free (text, FALSE);
}

void
letter_tear_down (Letter *letter)
{
  g_clear_pointer (&letter->text, g_free);
}

void
letter_number (Letter *letter, guint number)
{
  char *end = letter->text + letter->id_at + letter->id_length - strlen (AFTER_DIGITS);
  for (int i = 1; i <= DIGITS; i++, number /= 10)
    end[-i] = '0' + number % 10;
}
