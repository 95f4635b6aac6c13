/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/smtp/smtp-content.h"

/**
 * SECTION: smtp-header
 *
 * The header of a message on its way through: counts its Received fields (RFC 5321, section 6.3),
 * and, for a client of ours, adds the fields that a message needs and this one lacks (RFC 6409,
 * section 8): at the end of the header, so that nothing has to wait. A message that begins with no
 * field at all has no header; it gets those fields and the empty line.
 *
 * What passes through is whole lines that end in CR LF, in pieces of any size, as smtp-content
 * gives them.
 */

/** How many Received fields a message may have. */
#define SMTP_HEADER_HOPS_MAX 100

/** Field names up to this length are looked at; longer ones are none that matter. */
#define SMTP_HEADER_NAME_MAX 80

/** Fields for a message that lacks them, each a whole line with its CR LF; both NULL: none is added.
 */
typedef struct
{
  const char *date;       /* (nullable) */
  const char *message_id; /* (nullable) */
} SmtpHeaderFields;

typedef enum
{
  SMTP_HEADER_IN_NAME, /* at the beginning of a line: what came of it is held back */
  SMTP_HEADER_IN_LINE,
  SMTP_HEADER_OVER
} SmtpHeaderState;

/** The machine. All zero is the start of a message to which nothing is added. */
typedef struct
{
  guint hops;              /* Received fields so far */
  SmtpHeaderFields fields; /* still to be added; (unowned), live as long as the machine is fed */

  SmtpHeaderState state;
  gboolean is_past_first; /* this is not the first line */
  char held[SMTP_HEADER_NAME_MAX];
  gsize n_held;
} SmtpHeader;

void smtp_header_start (SmtpHeader *header, const SmtpHeaderFields *fields);

/** Hands @bytes on to @sink, with what is added to them. */
void smtp_header_feed (
    SmtpHeader *header, const char *bytes, gsize length, SmtpContentSink sink, gpointer user);

/** The message has ended, perhaps without a body. */
void smtp_header_end (SmtpHeader *header, SmtpContentSink sink, gpointer user);
