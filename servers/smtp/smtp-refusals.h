/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/settings/ip-network.h"

/**
 * SECTION: smtp-refusals
 *
 * The last refusals, for the administrator who asks why: in memory that was taken at the start, so a
 * flood of them costs no more than copying. Thread-safe.
 */
typedef struct _SmtpRefusals SmtpRefusals;

/** So many are remembered. */
#define SMTP_REFUSALS_MAX 512

/** Texts that are longer are cut, between two characters. */
typedef struct
{
  gint64 time_s;       /* since 1970 */
  const char *rule;    /* static */
  const char *setting; /* static; "" for none */
  char client[IP_NETWORK_TEXT_MAX];
  char user[72];
  char sender[264];
  char recipient[264];
  char reply[264];
} SmtpRefusal;

/** What is not a text yet, or may be none. */
typedef struct
{
  const char *client;
  const char *user;      /* (nullable) */
  const char *sender;    /* (nullable) */
  const char *recipient; /* (nullable) */
} SmtpRefusedMail;

/** A refusal of now, without its reply. @rule, @setting: static */
void smtp_refusal_init (SmtpRefusal *refusal,
                        const SmtpRefusedMail *mail,
                        const char *rule,
                        const char *setting);

/** @reply: what the client was told, with or without its CR LF */
void smtp_refusal_set_reply (SmtpRefusal *refusal, const char *reply);

SmtpRefusals *smtp_refusals_new (void);
void smtp_refusals_free (SmtpRefusals *refusals);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmtpRefusals, smtp_refusals_free)

void smtp_refusals_add (SmtpRefusals *refusals, const SmtpRefusal *refusal);

/** Returns: (transfer full) (element-type SmtpRefusal): the newest first; at most @limit, 0 for all
 */
GArray *smtp_refusals_list (SmtpRefusals *refusals, guint limit);
