/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/ip-network.h"
#include "servers/policy/client-facts.h"

/** How a client came in. */
typedef enum
{
  SMTP_DOOR_RELAY,         /* smtp.listeners */
  SMTP_DOOR_SUBMISSION,    /* smtp.submission-listeners (RFC 6409) */
  SMTP_DOOR_SUBMISSION_TLS /* smtp.submission-tls-listeners (RFC 8314, section 3.3) */
} SmtpDoor;

/** The door's word in the log: "submission". */
const char *smtp_door_word (SmtpDoor door);

/** Reads such a word; FALSE when it is none. */
gboolean smtp_door_parse (const char *word, SmtpDoor *door) G_GNUC_WARN_UNUSED_RESULT;

/** The client of one conversation, as far as that does not change while it lasts: but for what
 * blocklists say, which is asked once, and TLS. */
typedef struct
{
  IpAddress address;
  char text[IP_NETWORK_TEXT_MAX]; /* the same as text */
  IpAddress local;                /* the address of this system that it has connected to */
  gboolean is_local_host;
  SmtpDoor door;
  BlocklistFinding blocklists;
  char *blocklist_reason; /* (owned) (nullable) the words of a refusal, where it is listed */
  char *tls;              /* (owned) (nullable) "TLSv1.3 TLS_AES_256_GCM_SHA384" */
} SmtpCaller;

/** @local: the address that the client has connected to; the system itself is the local host */
void smtp_caller_init (SmtpCaller *caller,
                       const IpAddress *address,
                       const IpAddress *local,
                       SmtpDoor door);
void smtp_caller_clear (SmtpCaller *caller);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SmtpCaller, smtp_caller_clear)
