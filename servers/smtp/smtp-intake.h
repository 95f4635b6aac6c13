/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/smtp/smtp-header.h"
#include "servers/smtp/smtp-session.h"

/**
 * SECTION: smtp-intake
 *
 * The bytes between the commands: a message's content after DATA, or chunk by chunk with BDAT, on
 * its way through smtp-content and smtp-header; and chunks that nobody wants, which go nowhere.
 */
typedef struct
{
  SmtpContent content;
  SmtpHeader header;
  gboolean is_chunk; /* what comes now is a chunk */
  SmtpChunk chunk;
  guint64 chunk_left; /* bytes of it that are to come */
} SmtpIntake;

/** What a message begins with. */
typedef struct
{
  guint64 size_limit; /* bytes */
  SmtpHeaderFields
      fields; /* to be added where they are missing; live as long as the message comes */
} SmtpIntakeTerms;

/** A message begins with DATA, or with the first chunk that is wanted. */
void smtp_intake_start (SmtpIntake *intake, SmtpFraming framing, const SmtpIntakeTerms *terms);

/** A chunk begins: after smtp_intake_start() and other chunks, or one that is not wanted. */
void smtp_intake_take_chunk (SmtpIntake *intake, const SmtpChunk *chunk);

/** Reads on. Returns how many bytes it has taken: all, but for those behind the end of the message
 * or of the chunk. @sink gets the message. */
gsize smtp_intake_feed (
    SmtpIntake *intake, const char *bytes, gsize length, SmtpContentSink sink, gpointer user);

/** Whether the message after DATA, or the chunk, is there whole: perhaps without a byte. */
gboolean smtp_intake_is_complete (const SmtpIntake *intake);

/** It is complete, and the session is told. */
SmtpStep smtp_intake_end (SmtpIntake *intake,
                          SmtpSession *session,
                          const SmtpTerms *terms,
                          SmtpContentSink sink,
                          gpointer user);
