/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/smtp/smtp-content.h"

#include <string.h>

/* The bytes of a message that wait to be handed on in one piece. */
typedef struct
{
  const char *start;
  SmtpContentSink sink;
  gpointer user;
} Run;

void
smtp_content_start (SmtpContent *content, SmtpFraming framing, guint64 size_limit)
{
  *content = (SmtpContent){
    .size_limit = size_limit,
    .framing = framing,
    .state = SMTP_CONTENT_AT_LINE_START,
  };
}

gboolean
smtp_content_is_complete (const SmtpContent *content)
{
  return content->state == SMTP_CONTENT_AT_END;
}

/* Not the one that is found first: that would depend on how the network cuts the bytes. */
static void
set_fault (SmtpContent *content, SmtpContentFault fault)
{
  if (content->fault == SMTP_CONTENT_GOOD || fault < content->fault)
    content->fault = fault;
}

static void
flush_run (SmtpContent *content, Run *run, const char *end)
{
  if (end > run->start)
    {
      content->size += (guint64) (end - run->start);
      if (content->size > content->size_limit)
        set_fault (content, SMTP_CONTENT_TOO_BIG);
      if (content->fault == SMTP_CONTENT_GOOD)
        run->sink (run->user, run->start, (gsize) (end - run->start));
    }
  run->start = end;
}

/* A byte in a line, the dot in front of it gone. */
static void
take_line_byte (SmtpContent *content, char c)
{
  content->state = c == '\r' ? SMTP_CONTENT_AFTER_CR : SMTP_CONTENT_IN_LINE;
  content->line_length++;
  if (c == '\n' || c == '\0')
    set_fault (content, SMTP_CONTENT_BAD_CHARACTERS);
  if (content->line_length > SMTP_CONTENT_LINE_MAX - (c == '\r' ? 1 : 2))
    set_fault (content, SMTP_CONTENT_LINE_TOO_LONG);
}

static void
end_line (SmtpContent *content)
{
  content->state = SMTP_CONTENT_AT_LINE_START;
  content->line_length = 0;
}

/* Reads one byte; the states that hold bytes back say so by moving the run's start. */
static void
take_byte (SmtpContent *content, Run *run, const char *at)
{
  char c = *at;

  switch (content->state)
    {
    case SMTP_CONTENT_AT_LINE_START:
      if (c != '.' || content->framing == SMTP_FRAMING_CHUNKS)
        {
          take_line_byte (content, c);
          return;
        }
      flush_run (content, run, at);
      run->start = at + 1;
      content->state = SMTP_CONTENT_AFTER_DOT;
      return;

    case SMTP_CONTENT_AFTER_DOT:
      if (c != '\r')
        {
          take_line_byte (content, c);
          return;
        }
      run->start = at + 1;
      content->state = SMTP_CONTENT_AFTER_DOT_CR;
      return;

    case SMTP_CONTENT_AFTER_DOT_CR:
      run->start = at + 1;
      if (c == '\n')
        {
          content->state = SMTP_CONTENT_AT_END;
          return;
        }
      /* The CR that was held back is bare; the message is refused, so it need not come back. */
      set_fault (content, SMTP_CONTENT_BAD_CHARACTERS);
      take_line_byte (content, c);
      return;

    case SMTP_CONTENT_AFTER_CR:
      if (c == '\n')
        {
          end_line (content);
          return;
        }
      set_fault (content, SMTP_CONTENT_BAD_CHARACTERS);
      take_line_byte (content, c);
      return;

    case SMTP_CONTENT_IN_LINE:
      take_line_byte (content, c);
      return;

    case SMTP_CONTENT_AT_END:
      g_assert_not_reached ();
    }
}

/* So far is looked ahead: content of nothing but bare CRs must not have its rest searched at each. */
#define LOOK_MAX 256

/* The first of the bytes that a rule is about, or a later place up to which there is none. */
static const char *
find_special (const char *at, const char *end)
{
  static const char specials[] = { '\n', '\r', '\0' };

  end = at + MIN (end - at, LOOK_MAX);
  for (gsize i = 0; i < sizeof specials; i++)
    {
      const char *found = memchr (at, specials[i], (gsize) (end - at));
      end = found ? found : end;
    }
  return end;
}

/* Most bytes stand in the middle of a line, and none of the rules is about them. */
static const char *
skip_plain (SmtpContent *content, const char *at, const char *end)
{
  if (content->state != SMTP_CONTENT_IN_LINE)
    return at;

  const char *special = find_special (at, end);
  content->line_length += (gsize) (special - at);
  if (content->line_length > SMTP_CONTENT_LINE_MAX - 2)
    set_fault (content, SMTP_CONTENT_LINE_TOO_LONG);
  return special;
}

gsize
smtp_content_feed (
    SmtpContent *content, const char *bytes, gsize length, SmtpContentSink sink, gpointer user)
{
  const char *at = bytes;
  const char *end = bytes + length;
  Run run = { bytes, sink, user };

  while (at < end && content->state != SMTP_CONTENT_AT_END)
    {
      at = skip_plain (content, at, end);
      if (at < end)
        take_byte (content, &run, at++);
    }
  if (content->state != SMTP_CONTENT_AT_END)
    flush_run (content, &run, at);
  return (gsize) (at - bytes);
}

void
smtp_content_end (SmtpContent *content, SmtpContentSink sink, gpointer user)
{
  static const char line_end[] = "\r\n";
  Run run = { line_end, sink, user };

  if (content->state == SMTP_CONTENT_AFTER_CR)
    set_fault (content, SMTP_CONTENT_BAD_CHARACTERS);
  else if (content->state == SMTP_CONTENT_IN_LINE)
    flush_run (content, &run, line_end + strlen (line_end));
  content->state = SMTP_CONTENT_AT_END;
}
