/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/bus/gatekeeper.h"
#include "servers/smtp/smtp-services.h"

/**
 * SECTION: smtp-explain
 *
 * org.postern.RelayDecision1: may this client send this? The answer is found by holding the very
 * conversation that the client would hold at a door of the server, with the same session and the same
 * decisions, and telling how it went. Limits on how often a client comes do not count.
 */
typedef struct _SmtpExplain SmtpExplain;

/** What is asked. */
typedef struct
{
  const char *client; /* an address */
  const char *sender; /* "" for the null sender */
  const char *recipient;
  const char *authenticated; /* "" for none */
  const char *door;          /* by which it comes in: see smtp_door_word() */
} SmtpExplainQuestion;

/** What is answered. */
typedef struct
{
  gboolean allowed;
  const char *rule;
  const char *setting;
  char *reason; /* (owned) */
  char *reply;  /* (owned): what the client would get, without its CR LF */
} SmtpExplanation;

void smtp_explanation_clear (SmtpExplanation *explanation);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SmtpExplanation, smtp_explanation_clear)

/** Answers at @object_path of @connection. A connection that does not take the interface is said in
 * the log. */
SmtpExplain *smtp_explain_new (SmtpServices *services,
                               GDBusConnection *connection,
                               const char *object_path,
                               Gatekeeper *gatekeeper);
void smtp_explain_free (SmtpExplain *explain);

/** Finds the answer; asks blocklists in the loop of @worker (nullable: asks none), and waits for
 * them. Not in that worker's thread. Fails with BUS_ERROR_INVALID when the question can't be put:
 * @client is no address, there is no such door, or something holds control bytes. */
gboolean smtp_explain_find (SmtpServices *services,
                            Worker *worker,
                            const SmtpExplainQuestion *question,
                            SmtpExplanation *explanation,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
