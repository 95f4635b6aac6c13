/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/smtp/smtp-header.h"

#include <string.h>

/* Where the bytes go. */
typedef struct
{
  SmtpContentSink sink;
  gpointer user;
} Exit;

static void
hand_on (const Exit *exit, const char *bytes, gsize length)
{
  if (length > 0)
    exit->sink (exit->user, bytes, length);
}

static gboolean
is_blank (char c)
{
  return c == ' ' || c == '\t';
}

/* Of a field's name (RFC 5322, section 3.6.8). */
static gboolean
is_name_char (char c)
{
  return c > ' ' && c <= '~' && c != ':';
}

void
smtp_header_start (SmtpHeader *header, const SmtpHeaderFields *fields)
{
  *header = (SmtpHeader){ .fields = *fields };
}

static void
add_fields (SmtpHeader *header, const Exit *exit)
{
  const char *const lines[] = { header->fields.date, header->fields.message_id };

  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++)
    if (lines[i])
      hand_on (exit, lines[i], strlen (lines[i]));
  header->fields = (SmtpHeaderFields){ NULL, NULL };
}

static gboolean
held_is (const SmtpHeader *header, const char *name)
{
  gsize length = header->n_held;
  /* Blanks before the colon are obsolete, but there. */
  while (length > 0 && is_blank (header->held[length - 1]))
    length--;
  return length == strlen (name) && g_ascii_strncasecmp (header->held, name, length) == 0;
}

/* The held bytes are a field's name. */
static void
take_name (SmtpHeader *header)
{
  if (held_is (header, "Received"))
    header->hops++;
  else if (held_is (header, "Date"))
    header->fields.date = NULL;
  else if (held_is (header, "Message-ID"))
    header->fields.message_id = NULL;
}

/* The line does not begin with a field's name. In the middle of a header that is passed on as it
 * came; so is the line of a mailbox file ("From joe Thu Jan 1") in front of one. */
static void
take_other (SmtpHeader *header, const Exit *exit)
{
  if (header->is_past_first || held_is (header, "From"))
    return;
  gboolean adds = header->fields.date || header->fields.message_id;
  add_fields (header, exit);
  if (adds)
    hand_on (exit, "\r\n", 2);
  header->state = SMTP_HEADER_OVER;
}

/* A line that is known well enough: what was held back goes on. */
static void
let_go (SmtpHeader *header, const Exit *exit)
{
  hand_on (exit, header->held, header->n_held);
  header->n_held = 0;
  if (header->state == SMTP_HEADER_IN_NAME)
    header->state = SMTP_HEADER_IN_LINE;
}

/* Looks at the next byte at a line's beginning. FALSE: the line is known now, the byte not taken. */
static gboolean
hold_back (SmtpHeader *header, const Exit *exit, char c)
{
  gboolean had_blank = header->n_held > 0 && is_blank (header->held[header->n_held - 1]);
  gboolean fits = is_blank (c) ? header->n_held > 0 : is_name_char (c) && !had_blank;

  if (fits && header->n_held < SMTP_HEADER_NAME_MAX)
    {
      header->held[header->n_held++] = c;
      return TRUE;
    }
  if (c == '\r' && header->n_held == 0)
    {
      add_fields (header, exit);
      header->state = SMTP_HEADER_OVER;
    }
  else if (c == ':' && header->n_held > 0)
    take_name (header);
  else
    take_other (header, exit);
  let_go (header, exit);
  return FALSE;
}

/* Hands on up to the end of the line. Returns how many bytes that were. */
static gsize
pass_line (SmtpHeader *header, const Exit *exit, const char *bytes, gsize length)
{
  const char *end = memchr (bytes, '\n', length);
  gsize passed = end ? (gsize) (end - bytes) + 1 : length;

  hand_on (exit, bytes, passed);
  if (end)
    {
      header->state = SMTP_HEADER_IN_NAME;
      header->is_past_first = TRUE;
    }
  return passed;
}

void
smtp_header_feed (
    SmtpHeader *header, const char *bytes, gsize length, SmtpContentSink sink, gpointer user)
{
  const Exit exit = { sink, user };
  gsize at = 0;

  while (at < length && header->state != SMTP_HEADER_OVER)
    {
      if (header->state == SMTP_HEADER_IN_LINE)
        at += pass_line (header, &exit, bytes + at, length - at);
      else if (hold_back (header, &exit, bytes[at]))
        at++;
    }
  hand_on (&exit, bytes + at, length - at);
}

void
smtp_header_end (SmtpHeader *header, SmtpContentSink sink, gpointer user)
{
  const Exit exit = { sink, user };
  let_go (header, &exit);
  if (header->state != SMTP_HEADER_OVER)
    add_fields (header, &exit);
}
