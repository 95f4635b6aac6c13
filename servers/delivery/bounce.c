/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/bounce.h"

#include "servers/mail/trace-header.h"

#include <string.h>

/* So much of the original's header is told. */
#define HEADER_MAX (32 * 1024)

/* RFC 5322, section 2.1.1: no line is longer than 998 characters. */
#define REASON_MAX 900
#define LINE_MAX_LENGTH 998

char *
bounce_status (const char *reason)
{
  const char *at = reason;
  if (strspn (at, "0123456789") != 3 || at[3] != ' ' || at[4] != '5' || at[5] != '.')
    return g_strdup ("5.0.0");
  const char *start = at + 4;
  gsize subject = strspn (start + 2, "0123456789");
  if (subject < 1 || subject > 3 || start[2 + subject] != '.')
    return g_strdup ("5.0.0");
  gsize detail = strspn (start + 2 + subject + 1, "0123456789");
  char after = start[2 + subject + 1 + detail];
  if (detail < 1 || detail > 3 || (after != ' ' && after != '\0'))
    return g_strdup ("5.0.0");
  return g_strndup (start, 2 + subject + 1 + detail);
}

static void
append_ascii (GString *text, const char *bytes, gsize length)
{
  for (gsize i = 0; i < length; i++)
    {
      gboolean is_plain = g_ascii_isprint (bytes[i]) || bytes[i] == '\t';
      g_string_append_c (text, is_plain ? bytes[i] : '?');
    }
}

static const char *
reason_of (const Recipient *recipient)
{
  return *recipient->reason != '\0' ? recipient->reason : "554 5.0.0 no reason was given";
}

static void
append_head (GString *text, const BounceFacts *facts, const char *boundary)
{
  char id[ENVELOPE_ID_TEXT_MAX];
  g_autofree char *date = trace_header_date (facts->time);
  g_string_append_printf (text,
                          "Date: %s\r\n"
                          "From: Mail Delivery System <MAILER-DAEMON@%s>\r\n"
                          "To: <%s>\r\n"
                          "Subject: Undelivered mail returned to sender\r\n"
                          "Message-ID: <%s.bounce@%s>\r\n"
                          "Auto-Submitted: auto-replied\r\n"
                          "MIME-Version: 1.0\r\n"
                          "Content-Type: multipart/report; report-type=delivery-status;\r\n"
                          "\tboundary=\"%s\"\r\n"
                          "\r\n"
                          "This is a delivery report in MIME format.\r\n",
                          date, facts->host_name, facts->envelope->sender,
                          envelope_id_to_string (facts->id, id), facts->host_name, boundary);
}

static void
append_part (GString *text, const char *boundary, const char *type)
{
  g_string_append_printf (text, "\r\n--%s\r\nContent-Type: %s\r\n\r\n", boundary, type);
}

static void
append_for_people (GString *text, const BounceFacts *facts)
{
  char id[ENVELOPE_ID_TEXT_MAX];
  g_autofree char *arrived = trace_header_date (facts->envelope->arrived);
  g_string_append_printf (text,
                          "This is the mail system at %s.\r\n\r\n"
                          "Your message of %s (queue id %s) could not be\r\n"
                          "delivered to the recipients below. It will not be tried again.\r\n",
                          facts->host_name, arrived,
                          envelope_id_to_string (facts->envelope->id, id));
  for (guint i = 0; i < facts->failed->len; i++)
    {
      const Recipient *recipient
          = envelope_recipient (facts->envelope, g_array_index (facts->failed, guint, i));
      const char *reason = reason_of (recipient);
      g_string_append_printf (text, "\r\n<%s>:\r\n    ", recipient->address);
      append_ascii (text, reason, MIN (strlen (reason), REASON_MAX));
      g_string_append (text, "\r\n");
    }
}

static void
append_for_programs (GString *text, const BounceFacts *facts)
{
  g_autofree char *arrived = trace_header_date (facts->envelope->arrived);
  g_autofree char *now = trace_header_date (facts->time);
  g_string_append_printf (text, "Reporting-MTA: dns; %s\r\nArrival-Date: %s\r\n", facts->host_name,
                          arrived);
  for (guint i = 0; i < facts->failed->len; i++)
    {
      const Recipient *recipient
          = envelope_recipient (facts->envelope, g_array_index (facts->failed, guint, i));
      const char *reason = reason_of (recipient);
      g_autofree char *status = bounce_status (reason);
      g_string_append_printf (text,
                              "\r\nFinal-Recipient: rfc822; %s\r\nAction: failed\r\nStatus: %s\r\n"
                              "Last-Attempt-Date: %s\r\nDiagnostic-Code: smtp; ",
                              recipient->address, status, now);
      append_ascii (text, reason, MIN (strlen (reason), REASON_MAX));
      g_string_append (text, "\r\n");
    }
}

/* The original's header, up to its empty line, in whole lines. */
static void
append_original (GString *text, GBytes *content)
{
  gsize length;
  const char *at = g_bytes_get_data (content, &length);
  const char *end = at + MIN (length, HEADER_MAX);
  while (at < end)
    {
      const char *line_end = memchr (at, '\n', (gsize) (end - at));
      if (line_end == NULL)
        return;
      gsize line_length = (gsize) (line_end - at);
      if (line_length > 0 && at[line_length - 1] == '\r')
        line_length--;
      if (line_length == 0)
        return;
      append_ascii (text, at, MIN (line_length, LINE_MAX_LENGTH));
      g_string_append (text, "\r\n");
      at = line_end + 1;
    }
}

GBytes *
bounce_build (const BounceFacts *facts)
{
  GString *text = g_string_new (NULL);
  /* Nobody who wrote the original can know it. */
  g_autofree char *boundary
      = g_strdup_printf ("=_%08x%08x%08x", g_random_int (), g_random_int (), g_random_int ());
  append_head (text, facts, boundary);
  append_part (text, boundary, "text/plain; charset=us-ascii");
  append_for_people (text, facts);
  append_part (text, boundary, "message/delivery-status");
  append_for_programs (text, facts);
  append_part (text, boundary, "text/rfc822-headers");
  append_original (text, facts->content);
  g_string_append_printf (text, "\r\n--%s--\r\n", boundary);
  return g_string_free_to_bytes (text);
}
