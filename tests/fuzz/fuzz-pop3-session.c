/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdint.h>
#include <string.h>

#include "servers/pop3/pop3-session.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* Every reply is whole lines. */
static void
check (const Pop3Step *step)
{
  g_assert_true (step->kind != POP3_STEP_ASK || step->length == 0);
  g_assert_true (step->length == 0
                 || (step->length >= 2 && memcmp (step->reply + step->length - 2, "\r\n", 2) == 0));
}

/* Answers as the first byte of the dialogue says, until the session wants a line. */
static Pop3Step
settle (Pop3Session *session, Pop3Step step, const MaildropListing *listing, guint8 answers)
{
  check (&step);
  while (step.kind == POP3_STEP_ASK || step.kind == POP3_STEP_SEND)
    {
      if (step.kind == POP3_STEP_SEND)
        step = pop3_session_sent (session, TRUE);
      else if (step.question == POP3_QUESTION_LOG_ON)
        step = pop3_session_answer (session, (answers & 3) == 1 ? POP3_ANSWER_NO : POP3_ANSWER_YES,
                                    listing, NULL);
      else
        step = pop3_session_answer (
            session, (answers & 4) != 0 ? POP3_ANSWER_TROUBLE : POP3_ANSWER_YES, NULL, NULL);
      check (&step);
    }
  return step;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (MaildropListing) listing = maildrop_listing_new ();
  g_autoptr (Pop3Session) session = pop3_session_new ("<1@gate.example>");
  const char *at = (const char *) data + 1, *end = (const char *) data + size;
  Pop3Step step = pop3_session_begin (session, FALSE);

  if (size == 0)
    return 0;
  maildrop_listing_add (listing, "new", "a", 10);
  maildrop_listing_add (listing, "new", "b", 20);
  maildrop_listing_add (listing, "cur", "c:2,S", 30);
  maildrop_listing_sort (listing);

  while (at < end && (step.kind == POP3_STEP_REPLY || step.kind == POP3_STEP_START_TLS))
    {
      const Pop3Terms terms
          = { .offers_tls = (data[0] & 8) != 0, .requires_tls = (data[0] & 16) != 0 };

      if (step.kind == POP3_STEP_START_TLS)
        pop3_session_secured (session);
      const char *line_end = memchr (at, '\n', end - at);

      if (line_end == NULL)
        line_end = end;
      if (memchr (at, '\r', line_end - at) != NULL || memchr (at, '\0', line_end - at) != NULL)
        step = pop3_session_feed_fault (session, POP3_REPLY_LINE_BROKEN);
      else
        step = settle (session, pop3_session_feed (session, &terms, at, line_end - at), listing,
                       data[0]);
      at = line_end < end ? line_end + 1 : end;
    }
  return 0;
}
