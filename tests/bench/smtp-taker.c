/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/bench/smtp-taker.h"

#include <string.h>

#define END_OF_DATA "\r\n.\r\n"
#define COMMAND_MAX 64

static const struct
{
  const char *verb;
  const char *reply;
} COMMANDS[] = {
  { "EHLO",
    "250-bench.example\r\n250-PIPELINING\r\n250-CHUNKING\r\n250-8BITMIME\r\n250 SIZE 0\r\n" },
  { "HELO", "250 bench.example\r\n" },
  { "MAIL", "250 OK\r\n" },
  { "RCPT", "250 OK\r\n" },
  { "RSET", "250 OK\r\n" },
  { "NOOP", "250 OK\r\n" },
  { "DATA", "354 go on\r\n" },
  { "BDAT", "250 OK\r\n" },
  { "QUIT", "221 bye\r\n" },
};

static gboolean
begins_with (const char *bytes, gsize length, const char *word)
{
  return length >= strlen (word) && g_ascii_strncasecmp (bytes, word, strlen (word)) == 0;
}

static void
begin_chunk (SmtpTaker *taker, const char *line, gsize length)
{
  char words[COMMAND_MAX] = "";
  char *after;
  memcpy (words, line, MIN (length, sizeof words - 1));
  taker->is_in_chunk = TRUE;
  taker->chunk_length = g_ascii_strtoull (words + strlen ("BDAT"), &after, 10);
  taker->is_last_chunk = begins_with (after, strlen (after), " LAST");
}

static SmtpTakerStep
next_command (SmtpTaker *taker, const char *bytes, gsize length)
{
  const char *end = memchr (bytes, '\n', length);
  SmtpTakerStep step = { .kind = end ? SMTP_TAKER_COMMAND : SMTP_TAKER_MORE };
  if (!end)
    return step;
  step.taken = end + 1 - bytes;
  step.reply = "500 not known\r\n";
  for (guint i = 0; i < G_N_ELEMENTS (COMMANDS); i++)
    if (begins_with (bytes, step.taken, COMMANDS[i].verb))
      step.reply = COMMANDS[i].reply;
  if (begins_with (bytes, step.taken, "DATA"))
    {
      taker->is_in_data = TRUE;
      taker->searched = 0;
    }
  else if (begins_with (bytes, step.taken, "BDAT"))
    {
      begin_chunk (taker, bytes, step.taken);
      step.reply = ""; /* comes after the chunk */
    }
  else if (begins_with (bytes, step.taken, "QUIT"))
    step.kind = SMTP_TAKER_END;
  return step;
}

static SmtpTakerStep
next_content (SmtpTaker *taker, const char *bytes, gsize length)
{
  SmtpTakerStep step = { .kind = SMTP_TAKER_MESSAGE, .reply = "250 OK\r\n" };
  gsize from = taker->searched - MIN (taker->searched, strlen (END_OF_DATA) - 1);
  const char *end = memmem (bytes + from, length - from, END_OF_DATA, strlen (END_OF_DATA));
  if (end)
    step.length = end + strlen ("\r\n") - bytes;
  else if (!begins_with (bytes, length, ".\r\n"))
    {
      taker->searched = length;
      return (SmtpTakerStep){ .kind = SMTP_TAKER_MORE };
    }
  taker->is_in_data = FALSE;
  step.taken = step.length + strlen (".\r\n");
  return step;
}

static SmtpTakerStep
next_chunk (SmtpTaker *taker, const char *bytes, gsize length)
{
  if (length < taker->chunk_length)
    return (SmtpTakerStep){ .kind = SMTP_TAKER_MORE };
  taker->is_in_chunk = FALSE;
  return (SmtpTakerStep){
    .kind = taker->is_last_chunk ? SMTP_TAKER_MESSAGE : SMTP_TAKER_CHUNK,
    .reply = "250 OK\r\n",
    .taken = taker->chunk_length,
    .length = taker->chunk_length,
  };
}

SmtpTakerStep
smtp_taker_next (SmtpTaker *taker, const char *bytes, gsize length)
{
  return taker->is_in_data    ? next_content (taker, bytes, length)
         : taker->is_in_chunk ? next_chunk (taker, bytes, length)
                              : next_command (taker, bytes, length);
}

const char *
smtp_taker_message_id (const char *bytes, gsize length, gsize *id_length)
{
  static const char NAME[] = "Message-ID:";
  const char *end = bytes + length;
  for (const char *line = bytes, *line_end; line < end; line = line_end + 1)
    {
      line_end = memchr (line, '\n', end - line);
      if (!line_end || line_end - line < 2) /* the header's end */
        return NULL;
      if (!begins_with (line, line_end - line, NAME))
        continue;
      const char *id = memchr (line, '<', line_end - line);
      const char *last = id ? memchr (id, '>', line_end - id) : NULL;
      if (!last)
        return NULL;
      *id_length = last + 1 - id;
      return id;
    }
  return NULL;
}
