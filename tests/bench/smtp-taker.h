/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * SECTION: smtp-taker
 *
 * The least that a server can say to take messages: it says yes to whatever a sender asks, in any
 * order. Contents come by DATA, whole, or in the chunks of BDAT (RFC 3030). All zero is the
 * beginning, when the greeting has been sent.
 */
typedef struct
{
  gboolean is_in_data;
  gboolean is_in_chunk;
  gboolean is_last_chunk;
  gsize chunk_length;
  gsize searched; /* of the content: so far there is no end of it */
} SmtpTaker;

typedef enum
{
  SMTP_TAKER_MORE,    /* nothing is whole */
  SMTP_TAKER_COMMAND, /* is to be answered with reply */
  SMTP_TAKER_CHUNK,   /* of a message that goes on; the same */
  SMTP_TAKER_MESSAGE, /* whole, or its last chunk; the same, once it is safe */
  SMTP_TAKER_END      /* the same, then the connection is closed */
} SmtpTakerKind;

typedef struct
{
  SmtpTakerKind kind;
  const char *reply; /* (unowned) */
  gsize taken;       /* so many bytes it was */
  gsize length;      /* of the content, which begins where the bytes do */
} SmtpTakerStep;

/** What a server says of itself after EHLO; nothing else that it offers changes what it does. */
#define SMTP_TAKER_GREETING "220 bench.example ESMTP\r\n"

/** Reads the next thing from the front of @bytes. */
SmtpTakerStep smtp_taker_next (SmtpTaker *taker, const char *bytes, gsize length);

/** Where the Message-ID of a content stands, with its < and >. Returns: (nullable): within @bytes */
const char *smtp_taker_message_id (const char *bytes, gsize length, gsize *id_length);
