/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tests/bench/stream.h"

#include <openssl/ssl.h>

/**
 * SECTION: talk
 *
 * A dialogue with one server that waits for each answer: for what is measured one by one. Whoever
 * does not answer within LOOP_PATIENCE_SECONDS has lost the connection.
 */
typedef struct
{
  int fd;
  SSL *tls; /* (owned) (nullable) */
  char input[8192];
  gsize length;
} Talk;

/** Connects. @source: (nullable). Returns: FALSE with errno; @talk then needs no talk_close() */
gboolean talk_open (Talk *talk, const StreamAddress *to, const StreamAddress *source);

/** Says @format, with its CR LF. Whether it came is told by the answer. */
void talk_say (Talk *talk, const char *format, ...) G_GNUC_PRINTF (2, 3);

/** Waits for an SMTP reply. Returns: its code, -1 when the connection is lost */
int talk_hear (Talk *talk);

/** Waits for a line of POP3. Returns: whether it is +OK */
gboolean talk_hear_ok (Talk *talk);

/** Begins TLS, with any certificate. Returns: FALSE when that fails */
gboolean talk_secure (Talk *talk, SSL_CTX *context);

/** Forgets all but the connection, which stays open. Returns: (transfer full): its descriptor */
int talk_leave_open (Talk *talk);

void talk_close (Talk *talk);
