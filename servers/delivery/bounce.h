/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/queue/envelope.h"

/**
 * SECTION: bounce
 *
 * The message that tells a sender what could not be delivered, to whom and why: a multipart/report
 * (RFC 6522) with a text for people, a message/delivery-status for programs (RFC 3464) and the
 * header of the message that it is about. All of it is 7-bit text.
 */
typedef struct
{
  const char *host_name;    /* ours */
  const Envelope *envelope; /* of the message that it is about; its sender gets the bounce, and is
                               not the null sender */
  GArray *failed;  /* (element-type guint) indices of the recipients to tell of, one or more; their
                      reasons say why */
  GBytes *content; /* of the message that it is about */
  guint64 id;      /* the bounce's own */
  gint64 time;     /* now, in seconds since 1970 */
} BounceFacts;

/** Returns: (transfer full): the content of the bounce, its lines ended by CR LF */
GBytes *bounce_build (const BounceFacts *facts);

/** Returns: (transfer full): the enhanced status code (RFC 3463) of a failure: that of @reason, or
 * "5.0.0" */
char *bounce_status (const char *reason);
