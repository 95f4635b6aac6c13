/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/smtp/smtp-intake.h"

/* Where smtp-content hands on to smtp-header. */
typedef struct
{
  SmtpHeader *header;
  SmtpContentSink sink;
  gpointer user;
} Passage;

static void
pass (gpointer user, const char *bytes, gsize length)
{
  const Passage *passage = user;
  smtp_header_feed (passage->header, bytes, length, passage->sink, passage->user);
}

void
smtp_intake_start (SmtpIntake *intake, SmtpFraming framing, const SmtpIntakeTerms *terms)
{
  smtp_content_start (&intake->content, framing, terms->size_limit);
  smtp_header_start (&intake->header, &terms->fields);
  intake->is_chunk = FALSE;
}

void
smtp_intake_take_chunk (SmtpIntake *intake, const SmtpChunk *chunk)
{
  intake->is_chunk = TRUE;
  intake->chunk = *chunk;
  intake->chunk_left = chunk->size;
}

static gsize
feed_chunk (SmtpIntake *intake, const char *bytes, gsize length, Passage *passage)
{
  gsize taken = (gsize) MIN (length, intake->chunk_left);
  if (intake->chunk.is_wanted)
    smtp_content_feed (&intake->content, bytes, taken, pass, passage);
  intake->chunk_left -= taken;
  return taken;
}

gsize
smtp_intake_feed (
    SmtpIntake *intake, const char *bytes, gsize length, SmtpContentSink sink, gpointer user)
{
  Passage passage = { &intake->header, sink, user };
  if (intake->is_chunk)
    return feed_chunk (intake, bytes, length, &passage);
  return smtp_content_feed (&intake->content, bytes, length, pass, &passage);
}

gboolean
smtp_intake_is_complete (const SmtpIntake *intake)
{
  return intake->is_chunk ? intake->chunk_left == 0 : smtp_content_is_complete (&intake->content);
}

/* What is wrong with all that has come of the message. */
static SmtpContentFault
find_fault (const SmtpIntake *intake)
{
  if (intake->content.fault != SMTP_CONTENT_GOOD)
    return intake->content.fault;
  return intake->header.hops > SMTP_HEADER_HOPS_MAX ? SMTP_CONTENT_LOOP : SMTP_CONTENT_GOOD;
}

SmtpStep
smtp_intake_end (SmtpIntake *intake,
                 SmtpSession *session,
                 const SmtpTerms *terms,
                 SmtpContentSink sink,
                 gpointer user)
{
  Passage passage = { &intake->header, sink, user };
  gboolean is_last = intake->is_chunk && intake->chunk.is_wanted && intake->chunk.is_last;
  if (is_last)
    smtp_content_end (&intake->content, pass, &passage);
  if (is_last || !intake->is_chunk)
    smtp_header_end (&intake->header, sink, user);

  if (intake->is_chunk)
    return smtp_session_chunk_ended (session, terms, find_fault (intake), intake->content.size);
  return smtp_session_content_ended (session, terms, find_fault (intake));
}
