/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/report.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* Takes a text, up to its NUL, off the front. */
static char *
take_text (const guint8 **data, gsize *size)
{
  gsize length = 0;
  while (length < *size && (*data)[length] != '\0')
    length++;
  char *text = g_strndup ((const char *) *data, length);
  length = MIN (length + 1, *size);
  *data += length;
  *size -= length;
  return text;
}

static void
check_lines (GBytes *report, const ReportNeeds *needs)
{
  gsize length;
  const char *at = g_bytes_get_data (report, &length);
  const char *end = at + length;
  if (needs->eight_bit)
    g_assert_true (g_utf8_validate (at, (gssize) length, NULL));
  while (at < end)
    {
      const char *line_end = memchr (at, '\n', (gsize) (end - at));
      g_assert_true (line_end != NULL && line_end > at && line_end[-1] == '\r');
      g_assert_cmpint (line_end - at, <=, 999);
      for (const char *byte = at; byte < line_end - 1; byte++)
        g_assert_true (*byte != '\r' && *byte != '\0'
                       && (needs->eight_bit || (guint8) *byte < 0x80));
      at = line_end + 1;
    }
}

/* What comes of other people's words: a flag byte, then texts for the places in an envelope, then
 * the message. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  if (size == 0)
    return 0;
  guint8 flags = *data++;
  size--;
  g_autofree char *sender = take_text (&data, &size);
  g_autofree char *address = take_text (&data, &size);
  g_autofree char *original = take_text (&data, &size);
  g_autofree char *reason = take_text (&data, &size);
  g_autofree char *envelope_id = take_text (&data, &size);

  g_autoptr (Envelope) envelope = envelope_new (sender);
  g_autoptr (GBytes) content = g_bytes_new (data, size);
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (ReportRow));
  ReportRow row = { 0, (ReportAction) (flags & 3) };
  g_array_append_val (rows, row);
  envelope->utf8 = (flags & 4) != 0;
  envelope_set_text (&envelope->envelope_id, envelope_id);
  recipient_settle (envelope_add_recipient_full (envelope, address, 0, original), RECIPIENT_FAILED,
                    reason);
  ReportFacts facts = { .host_name = "gate.example",
                        .envelope = envelope,
                        .rows = rows,
                        .content = content,
                        .id = 1,
                        .time = 1700000000 };
  ReportNeeds needs;
  g_autoptr (GBytes) report = report_build (&facts, &needs);
  check_lines (report, &needs);
  return 0;
}
