/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dialogues of the delivering side. */
#include "smtp-dialogue.h"

#include <string.h>

static const SmtpMailRecipient one[] = { { .address = "joe@example.net" } };
static const SmtpMailRecipient two[]
    = { { .address = "joe@example.net" }, { .address = "sue@example.net" } };
static const SmtpMailRecipient noted[]
    = { { "joe@example.net", NOTIFY_SUCCESS | NOTIFY_DELAY, "rfc822;Joe+2Bx@example.org" },
        { "sue@example.net", NOTIFY_NEVER, "rfc822;a b> SIZE=1" } };
static const SmtpMailRecipient foreign[] = { { .address = "j\xc3\xb6@example.net" } };

static const HostCredential plain
    = { .method = HOST_CREDENTIAL_PLAIN, .user = (char *) "joe", .secret_file = (char *) "s" };
static const HostCredential login
    = { .method = HOST_CREDENTIAL_LOGIN, .user = (char *) "joe", .secret_file = (char *) "s" };
static const HostCredential xoauth2 = { .method = HOST_CREDENTIAL_XOAUTH2,
                                        .user = (char *) "joe@a.example",
                                        .secret_file = (char *) "s" };

#define ONE .sender = "ann@example.org", .recipients = one, .n_recipients = 1, .size = 1000
#define TWO .sender = "ann@example.org", .recipients = two, .n_recipients = 2, .size = 1000

#define SAY_CHUNK                                                                                  \
  "S: 220 mx", "C: EHLO gate.example", "S: 250-mx", "S: 250-CHUNKING", "S: 250 PIPELINING",        \
      "C: MAIL FROM:<ann@example.org>", "C: RCPT TO:<joe@example.net>",                            \
      "C: RCPT TO:<sue@example.net>", "C: BDAT 1000 LAST", "CHUNK"

static const SmtpDialogue dialogues[] = {
  { "simple",
    { ONE },
    { "S: 220 mx ESMTP", "C: EHLO gate.example", "S: 250 mx", "C: MAIL FROM:<ann@example.org>",
      "S: 250 ok", "C: RCPT TO:<joe@example.net>", "S: 250 ok", "C: DATA", "S: 354 go", "CONTENT",
      "S: 250 2.0.0 queued as 1", "READY", "R: delivered 250 2.0.0 queued as 1" } },
  { "null-sender",
    { .sender = "", .recipients = one, .n_recipients = 1 },
    { "S: 220 mx", "C: EHLO gate.example", "S: 250 mx", "C: MAIL FROM:<>", "S: 550 no bounces",
      "READY", "R: failed 550 no bounces" } },
  { "helo",
    { ONE },
    { "S: 220 mx", "C: EHLO gate.example", "S: 502 5.5.1 what?", "C: HELO gate.example",
      "S: 250 mx", "C: MAIL FROM:<ann@example.org>", "S: 250 ok", "C: RCPT TO:<joe@example.net>",
      "S: 250 ok", "C: DATA", "S: 354 go", "CONTENT", "S: 250 ok", "READY",
      "R: delivered 250 ok" } },
  { "pipelining",
    { TWO },
    { "S: 220-mx", "S: 220 welcome", "C: EHLO gate.example", "S: 250-mx", "S: 250-PIPELINING",
      "S: 250 SIZE 100000", "C: MAIL FROM:<ann@example.org> SIZE=1000",
      "C: RCPT TO:<joe@example.net>", "C: RCPT TO:<sue@example.net>", "C: DATA", "S: 250 ok",
      "S: 550 5.1.1 nobody", "S: 250 ok", "S: 354 go", "CONTENT", "S: 250 taken", "READY",
      "R: failed 550 5.1.1 nobody", "R: delivered 250 taken" } },
  { "pipelining-mail-refused",
    { TWO },
    { "S: 220 mx", "C: EHLO gate.example", "S: 250-mx", "S: 250 pipelining",
      "C: MAIL FROM:<ann@example.org>", "C: RCPT TO:<joe@example.net>",
      "C: RCPT TO:<sue@example.net>", "C: DATA", "S: 451 4.7.1 later", "S: 503 mail first",
      "S: 503 mail first", "S: 503 mail first", "READY", "R: deferred 451 4.7.1 later",
      "R: deferred 451 4.7.1 later" } },
  /* RFC 2920, section 3.1: a server that says 354 all the same gets an empty message, and its
     answer means nothing. */
  { "pipelining-nobody-354",
    { ONE },
    { "S: 220 mx", "C: EHLO gate.example", "S: 250-mx", "S: 250 PIPELINING",
      "C: MAIL FROM:<ann@example.org>", "C: RCPT TO:<joe@example.net>", "C: DATA", "S: 250 ok",
      "S: 550 5.1.1 nobody", "S: 354 go", "C: .", "S: 250 ok", "READY",
      "R: failed 550 5.1.1 nobody" } },
  { "chunk",
    { TWO, .is_chunk = TRUE },
    { SAY_CHUNK, "S: 250 ok", "S: 550 5.1.1 nobody", "S: 250 ok", "S: 250 taken", "READY", "AGAIN",
      "C: MAIL FROM:<ann@example.org>", "C: RCPT TO:<joe@example.net>",
      "C: RCPT TO:<sue@example.net>", "C: BDAT 1000 LAST", "CHUNK", "S: 250 ok", "S: 250 ok",
      "S: 250 ok", "S: 250 taken", "READY", "R: delivered 250 taken", "R: delivered 250 taken" } },
  /* RFC 3030, section 2: after a chunk that is refused the next message begins with RSET. */
  { "chunk-nobody-taken",
    { TWO, .is_chunk = TRUE },
    { SAY_CHUNK, "S: 250 ok", "S: 550 5.1.1 nobody", "S: 450 4.2.0 busy", "S: 503 5.5.1 rcpt first",
      "READY", "R: failed 550 5.1.1 nobody", "R: deferred 450 4.2.0 busy", "AGAIN", "C: RSET" } },
  { "chunk-mail-refused",
    { TWO, .is_chunk = TRUE },
    { SAY_CHUNK, "S: 451 4.7.1 later", "S: 503 mail first", "S: 503 mail first",
      "S: 503 mail first", "READY", "R: deferred 451 4.7.1 later",
      "R: deferred 451 4.7.1 later" } },
  { "chunk-refused",
    { TWO, .is_chunk = TRUE },
    { SAY_CHUNK, "S: 250 ok", "S: 250 ok", "S: 450 4.2.0 busy", "S: 554 5.7.1 spam", "READY",
      "R: failed 554 5.7.1 spam", "R: deferred 450 4.2.0 busy" } },
  { "chunk-354",
    { TWO, .is_chunk = TRUE },
    { SAY_CHUNK, "S: 250 ok", "S: 250 ok", "S: 550 5.1.1 nobody", "S: 354 go", "CLOSE",
      "R: deferred 451 4.5.0 the next host said something else than the answer to the message",
      "R: failed 550 5.1.1 nobody" } },
  /* The server was gone before it had anything; or it may have the message. */
  { "chunk-lost-before-mail",
    { TWO, .is_chunk = TRUE },
    { SAY_CHUNK, "GONE", "R: pending 451 4.4.2 lost", "R: pending 451 4.4.2 lost" } },
  { "chunk-lost-after-mail",
    { TWO, .is_chunk = TRUE },
    { SAY_CHUNK, "S: 250 ok", "S: 550 5.1.1 nobody", "GONE", "R: failed 550 5.1.1 nobody",
      "R: deferred 451 4.4.2 lost" } },
  { "chunk-lost-after-rcpt",
    { TWO, .is_chunk = TRUE },
    { SAY_CHUNK, "S: 250 ok", "S: 550 5.1.1 nobody", "S: 250 ok", "GONE",
      "R: failed 550 5.1.1 nobody", "R: deferred 451 4.4.2 lost" } },
  { "chunk-without-pipelining",
    { ONE, .is_chunk = TRUE },
    { "S: 220 mx", "C: EHLO gate.example", "S: 250-mx", "S: 250 CHUNKING",
      "C: MAIL FROM:<ann@example.org>", "S: 250 ok", "C: RCPT TO:<joe@example.net>", "S: 250 ok",
      "C: DATA", "S: 354 go", "CONTENT", "S: 250 ok", "READY", "R: delivered 250 ok" } },
  { "large-content-without-chunk",
    { ONE },
    { "S: 220 mx", "C: EHLO gate.example", "S: 250-mx", "S: 250-CHUNKING", "S: 250 PIPELINING",
      "C: MAIL FROM:<ann@example.org>", "C: RCPT TO:<joe@example.net>", "C: DATA", "S: 250 ok",
      "S: 250 ok", "S: 354 go", "CONTENT", "S: 250 ok", "READY", "R: delivered 250 ok" } },
  { "nobody-taken",
    { TWO },
    { "S: 220 mx", "C: EHLO gate.example", "S: 250 mx", "C: MAIL FROM:<ann@example.org>",
      "S: 250 ok", "C: RCPT TO:<joe@example.net>", "S: 450 4.2.0 busy",
      "C: RCPT TO:<sue@example.net>", "S: 550 5.1.1 nobody", "READY", "R: deferred 450 4.2.0 busy",
      "R: failed 550 5.1.1 nobody" } },
  { "too-many-recipients",
    { TWO },
    { "S: 220 mx", "C: EHLO gate.example", "S: 250 mx", "C: MAIL FROM:<ann@example.org>",
      "S: 250 ok", "C: RCPT TO:<joe@example.net>", "S: 552 too many",
      "C: RCPT TO:<sue@example.net>", "S: 552 5.2.2 mailbox full", "READY",
      "R: deferred 552 too many", "R: failed 552 5.2.2 mailbox full" } },
  { "greeting-refused",
    { ONE },
    { "S: 554 5.3.2 no service", "C: QUIT", "CLOSE", "R: pending 554 5.3.2 no service" } },
  { "going-away",
    { ONE },
    { "S: 220 mx", "C: EHLO gate.example", "S: 250 mx", "C: MAIL FROM:<ann@example.org>",
      "S: 421 4.3.2 closing", "C: QUIT", "CLOSE", "R: pending 421 4.3.2 closing" } },
  { "content-refused",
    { ONE },
    { "S: 220 mx", "C: EHLO gate.example", "S: 250 mx", "C: MAIL FROM:<ann@example.org>",
      "S: 250 ok", "C: RCPT TO:<joe@example.net>", "S: 251 forwarded", "C: DATA", "S: 354 go",
      "CONTENT", "S: 554-5.7.1 spam", "S: 554 5.7.1 really", "READY",
      "R: failed 554 5.7.1 spam 5.7.1 really" } },
  { "data-refused",
    { ONE },
    { "S: 220 mx", "C: EHLO gate.example", "S: 250 mx", "C: MAIL FROM:<ann@example.org>",
      "S: 250 ok", "C: RCPT TO:<joe@example.net>", "S: 250 ok", "C: DATA", "S: 451 4.3.0 disk",
      "READY", "R: deferred 451 4.3.0 disk" } },
  { "lost-before-data",
    { ONE },
    { "S: 220 mx", "C: EHLO gate.example", "S: 250 mx", "C: MAIL FROM:<ann@example.org>",
      "S: 250 ok", "C: RCPT TO:<joe@example.net>", "GONE", "R: pending 451 4.4.2 lost" } },
  /* The server may have the message: another host at once could mean two mails. */
  { "lost-after-data",
    { ONE },
    { "S: 220 mx", "C: EHLO gate.example", "S: 250 mx", "C: MAIL FROM:<ann@example.org>",
      "S: 250 ok", "C: RCPT TO:<joe@example.net>", "S: 250 ok", "C: DATA", "S: 354 go", "CONTENT",
      "GONE", "R: deferred 451 4.4.2 lost" } },
  { "too-large",
    { ONE },
    { "S: 220 mx", "C: EHLO gate.example", "S: 250-mx", "S: 250 SIZE 999", "READY",
      "R: failed 552 5.3.4 the message is larger than the next host takes" } },
  { "size-unlimited",
    { ONE },
    { "S: 220 mx", "C: EHLO gate.example", "S: 250-mx", "S: 250 SIZE",
      "C: MAIL FROM:<ann@example.org> SIZE=1000", "GONE", "R: pending 451 4.4.2 lost" } },
  { "eight-bit",
    { ONE, .eight_bit = TRUE },
    { "S: 220 mx", "C: EHLO gate.example", "S: 250-mx", "S: 250 8BITMIME",
      "C: MAIL FROM:<ann@example.org> BODY=8BITMIME", "GONE", "R: pending 451 4.4.2 lost" } },
  { "eight-bit-refused",
    { ONE, .eight_bit = TRUE },
    { "S: 220 mx", "C: EHLO gate.example", "S: 250-mx", "S: 250-8BITMIMEX", "S: 250 SIZE 5000",
      "READY",
      "R: failed 554 5.6.3 the message has 8-bit text, which the next host does not take, and it "
      "can't be converted" } },
  { "no-smtp",
    { ONE },
    { "S: SSH-2.0-OpenSSH", "CLOSE",
      "R: pending 451 4.5.0 the next host said something else than the greeting" } },
  { "mixed-codes",
    { ONE },
    { "S: 220-mx", "S: 554 mx", "CLOSE",
      "R: pending 451 4.5.0 the next host said something else than the greeting" } },
  { "odd-data-answer",
    { ONE },
    { "S: 220 mx", "C: EHLO gate.example", "S: 250 mx", "C: MAIL FROM:<ann@example.org>",
      "S: 250 ok", "C: RCPT TO:<joe@example.net>", "S: 250 ok", "C: DATA", "S: 250 ok", "CLOSE",
      "R: pending 451 4.5.0 the next host said something else than the answer to DATA" } },
  { "unprintable",
    { ONE },
    { "S: 220 mx", "C: EHLO gate.example", "S: 250 mx", "C: MAIL FROM:<ann@example.org>",
      "S: 550 \x1b[1m\xff\t.", "READY", "R: failed 550 ?[1m??." } },
  { "dsn",
    { .sender = "ann@example.org",
      .recipients = noted,
      .n_recipients = 2,
      .envelope_id = "QQ314159",
      .dsn_return = DSN_RETURN_HEADERS },
    { "S: 220 mx", "C: EHLO gate.example", "S: 250-mx", "S: 250 DSN",
      "C: MAIL FROM:<ann@example.org> RET=HDRS ENVID=QQ314159", "S: 250 ok",
      "C: RCPT TO:<joe@example.net> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;Joe+2Bx@example.org",
      "S: 250 ok", "C: RCPT TO:<sue@example.net> NOTIFY=NEVER", "GONE", "R: pending 451 4.4.2 lost",
      "R: pending 451 4.4.2 lost" } },
  { "dsn-not-offered",
    { .sender = "ann@example.org",
      .recipients = noted,
      .n_recipients = 2,
      .envelope_id = "QQ314159",
      .dsn_return = DSN_RETURN_FULL },
    { "S: 220 mx", "C: EHLO gate.example", "S: 250 mx", "C: MAIL FROM:<ann@example.org>",
      "S: 250 ok", "C: RCPT TO:<joe@example.net>", "GONE", "R: pending 451 4.4.2 lost",
      "R: pending 451 4.4.2 lost" } },
  { "utf8",
    { .sender = "ann@example.org", .recipients = foreign, .n_recipients = 1, .needs_utf8 = TRUE },
    { "S: 220 mx", "C: EHLO gate.example", "S: 250-mx", "S: 250 SMTPUTF8",
      "C: MAIL FROM:<ann@example.org> SMTPUTF8", "S: 250 ok", "C: RCPT TO:<j\xc3\xb6@example.net>",
      "GONE", "R: pending 451 4.4.2 lost" } },
  { "utf8-not-offered",
    { .sender = "ann@example.org", .recipients = foreign, .n_recipients = 1, .needs_utf8 = TRUE },
    { "S: 220 mx", "C: EHLO gate.example", "S: 250 mx", "READY",
      "R: failed 550 5.6.7 an address or the header of the message is not in ASCII, and the next "
      "host does not take that (SMTPUTF8)" } },
  /* The second message goes over the same connection; a transaction that came to nothing is reset
     first. */
  { "again",
    { ONE },
    { "S: 220 mx",
      "C: EHLO gate.example",
      "S: 250 mx",
      "C: MAIL FROM:<ann@example.org>",
      "S: 250 ok",
      "C: RCPT TO:<joe@example.net>",
      "S: 450 busy",
      "READY",
      "AGAIN",
      "C: RSET",
      "S: 250 ok",
      "C: MAIL FROM:<ann@example.org>",
      "S: 250 ok",
      "C: RCPT TO:<joe@example.net>",
      "S: 250 ok",
      "C: DATA",
      "S: 354 go",
      "CONTENT",
      "S: 250 one",
      "READY",
      "AGAIN",
      "C: MAIL FROM:<ann@example.org>",
      "S: 421 4.3.2 enough",
      "C: QUIT",
      "CLOSE",
      "R: pending 421 4.3.2 enough" } },
  { "tls",
    { ONE },
    { "S: 220 mx", "C: EHLO gate.example", "S: 250-mx", "S: 250-SIZE 5", "S: 250 STARTTLS",
      "C: STARTTLS", "S: 220 go ahead", "TLS", "SECURED", "C: EHLO gate.example", "S: 250-mx",
      "S: 250 STARTTLS", "C: MAIL FROM:<ann@example.org>", "GONE", "R: pending 451 4.4.2 lost" },
    { .uses_tls = TRUE } },
  { "tls-not-wanted",
    { ONE },
    { "S: 220 mx", "C: EHLO gate.example", "S: 250-mx", "S: 250 STARTTLS",
      "C: MAIL FROM:<ann@example.org>", "GONE", "R: pending 451 4.4.2 lost" } },
  { "tls-refused-may",
    { ONE },
    { "S: 220 mx", "C: EHLO gate.example", "S: 250-mx", "S: 250 STARTTLS", "C: STARTTLS",
      "S: 454 4.7.0 not now", "C: MAIL FROM:<ann@example.org>", "GONE",
      "R: pending 451 4.4.2 lost" },
    { .uses_tls = TRUE } },
  { "tls-refused-must",
    { ONE },
    { "S: 220 mx", "C: EHLO gate.example", "S: 250-mx", "S: 250 STARTTLS", "C: STARTTLS",
      "S: 454 4.7.0 not now", "C: QUIT", "CLOSE",
      "R: pending 454 4.7.4 the next host refused TLS: 454 4.7.0 not now" },
    { .uses_tls = TRUE, .needs_tls = TRUE } },
  { "tls-not-offered-must",
    { ONE },
    { "S: 220 mx", "C: EHLO gate.example", "S: 250 mx", "C: QUIT", "CLOSE",
      "R: pending 454 4.7.4 the next host does not offer TLS, which the settings ask for" },
    { .uses_tls = TRUE, .needs_tls = TRUE } },
  { "tls-must-helo",
    { ONE },
    { "S: 220 mx", "C: EHLO gate.example", "S: 502 what", "C: HELO gate.example", "S: 250 mx",
      "C: QUIT", "CLOSE",
      "R: pending 454 4.7.4 the next host does not offer TLS, which the settings ask for" },
    { .uses_tls = TRUE, .needs_tls = TRUE } },
  /* What was offered in clear counts for nothing (RFC 3207, section 4.2). */
  { "tls-offer-forgotten",
    { ONE },
    { "S: 220 mx", "C: EHLO gate.example", "S: 250-mx", "S: 250-AUTH PLAIN", "S: 250 STARTTLS",
      "C: STARTTLS", "S: 220 go ahead", "TLS", "SECURED", "C: EHLO gate.example", "S: 250 mx",
      "C: QUIT", "CLOSE",
      "R: pending 454 4.7.0 the next host does not offer AUTH PLAIN, which the settings ask for" },
    { .uses_tls = TRUE, .credential = &plain } },
  { "plain",
    { ONE },
    { "S: 220 mx", "C: EHLO gate.example", "S: 250-mx", "S: 250 AUTH LOGIN PLAIN", "SECRET",
      "SECRET: pass", "C: AUTH PLAIN AGpvZQBwYXNz", "S: 235 2.7.0 welcome",
      "C: MAIL FROM:<ann@example.org>", "GONE", "R: pending 451 4.4.2 lost" },
    { .is_secure = TRUE, .credential = &plain } },
  { "plain-in-clear",
    { ONE },
    { "S: 220 mx", "C: EHLO gate.example", "S: 250-mx", "S: 250 AUTH LOGIN PLAIN", "C: QUIT",
      "CLOSE",
      "R: pending 454 4.7.0 the next host wants a log-on, and a secret is never sent without TLS, "
      "which the host does not offer or the settings switch off" },
    { .uses_tls = TRUE, .credential = &plain } },
  { "plain-in-clear-at-home",
    { ONE },
    { "S: 220 mx", "C: EHLO gate.example", "S: 250-mx", "S: 250 AUTH=PLAIN", "SECRET",
      "SECRET: pass", "C: AUTH PLAIN AGpvZQBwYXNz", "S: 535 5.7.8 wrong", "C: QUIT", "CLOSE",
      "R: pending 454 4.7.8 the next host refused the log-on of joe: 535 5.7.8 wrong" },
    { .is_own_machine = TRUE, .credential = &plain } },
  { "login",
    { ONE },
    { "S: 220 mx", "C: EHLO gate.example", "S: 250-mx", "S: 250 AUTH LOGIN", "SECRET",
      "SECRET: pass", "C: AUTH LOGIN", "S: 334 VXNlcm5hbWU6", "C: am9l", "S: 334 UGFzc3dvcmQ6",
      "C: cGFzcw==", "S: 334 more", "C: *", "S: 501 cancelled", "C: QUIT", "CLOSE",
      "R: pending 454 4.7.8 the next host refused the log-on of joe: 501 cancelled" },
    { .is_secure = TRUE, .credential = &login } },
  /* A host that repeats what it was told, whole or in part, in its own words. */
  { "plain-repeated",
    { ONE },
    { "S: 220 mx", "C: EHLO gate.example", "S: 250-mx", "S: 250 AUTH PLAIN", "SECRET",
      "SECRET: pass", "C: AUTH PLAIN AGpvZQBwYXNz", "S: 535-what is AUTH PLAIN AGpvZQBwYXNz",
      "S: 535 (joe/pass)", "C: QUIT", "CLOSE",
      "R: pending 454 4.7.8 the next host refused the log-on of joe: "
      "535 what is AUTH PLAIN ************ (joe/****)" },
    { .is_secure = TRUE, .credential = &plain } },
  { "login-repeated",
    { ONE },
    { "S: 220 mx", "C: EHLO gate.example", "S: 250-mx", "S: 250 AUTH LOGIN", "SECRET",
      "SECRET: a longer pass", "C: AUTH LOGIN", "S: 334 VXNlcm5hbWU6", "C: am9l",
      "S: 334 UGFzc3dvcmQ6", "C: YSBsb25nZXIgcGFzcw==",
      "S: 500 5.5.1 YSBsb25nZXIgcG... unknown (longer pass)", "C: QUIT", "CLOSE",
      "R: pending 454 4.7.8 the next host refused the log-on of joe: 500 5.5.1 **************... "
      "unknown "
      "(***********)" },
    { .is_secure = TRUE, .credential = &login } },
  /* The error is a challenge; a new token may do, a second refusal is the end. */
  { "xoauth2",
    { ONE },
    { "S: 220 mx", "C: EHLO gate.example", "S: 250-mx", "S: 250 AUTH XOAUTH2", "SECRET",
      "SECRET: tok", "C: AUTH XOAUTH2 dXNlcj1qb2VAYS5leGFtcGxlAWF1dGg9QmVhcmVyIHRvawEB",
      "S: 334 eyJzdGF0dXMiOiI0MDAifQ==", "C: ", "S: 535 5.7.3 expired", "SECRET", "SECRET: new",
      "C: AUTH XOAUTH2 dXNlcj1qb2VAYS5leGFtcGxlAWF1dGg9QmVhcmVyIG5ldwEB", "S: 535 5.7.3 no",
      "C: QUIT", "CLOSE",
      "R: pending 454 4.7.8 the next host refused the log-on of joe@a.example: 535 5.7.3 no" },
    { .is_secure = TRUE, .credential = &xoauth2 } },
  { "xoauth2-busy",
    { ONE },
    { "S: 220 mx", "C: EHLO gate.example", "S: 250-mx", "S: 250 AUTH XOAUTH2", "SECRET",
      "SECRET: tok", "C: AUTH XOAUTH2 dXNlcj1qb2VAYS5leGFtcGxlAWF1dGg9QmVhcmVyIHRvawEB",
      "S: 454 4.7.0 busy", "C: QUIT", "CLOSE",
      "R: pending 454 4.7.8 the next host refused the log-on of joe@a.example: 454 4.7.0 busy" },
    { .is_secure = TRUE, .credential = &xoauth2 } },
  { "odd-challenge",
    { ONE },
    { "S: 220 mx", "C: EHLO gate.example", "S: 334 huh", "CLOSE",
      "R: pending 451 4.5.0 the next host said something else than the answer to EHLO" } },
};

/* A token too long for the command line goes in answer to a challenge (RFC 4954, section 4). */
static void
test_long_token (void)
{
  SmtpClientHost host = { .host_name = "gate.example", .is_secure = TRUE, .credential = &xoauth2 };
  const char *const lines[] = { "220 mx", "250-mx", "250 AUTH XOAUTH2" };
  g_autoptr (SmtpClient) client = smtp_client_new (&host);
  g_autoptr (GString) output = g_string_new (NULL);
  g_autofree char *token = g_strnfill (2000, 't');
  SmtpClientStep step = SMTP_CLIENT_WAIT;
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    step = smtp_client_feed (client, lines[i], strlen (lines[i]), output);
  g_assert_cmpint (step, ==, SMTP_CLIENT_SECRET);
  g_string_truncate (output, 0);
  smtp_client_log_on (client, token, output);
  g_assert_cmpstr (output->str, ==, "AUTH XOAUTH2\r\n");
  g_string_truncate (output, 0);
  smtp_client_feed (client, "334 ", 4, output);
  g_assert_true (g_str_has_prefix (output->str, "dXNlcj1qb2VAYS5leGFtcGxlAWF1dGg9QmVhcmVyIH"));
  g_assert_cmpuint (output->len, >, 2000);
  g_assert_cmpint (smtp_client_feed (client, "235 ok", 6, output), ==, SMTP_CLIENT_READY);
}

/* Feeds a yes to whatever is said, and counts the transactions. */
static void
test_many_recipients (void)
{
  g_autoptr (GArray) recipients = g_array_new (FALSE, FALSE, sizeof (SmtpMailRecipient));
  SmtpMailRecipient recipient = { .address = "user@example.net" };
  for (guint i = 0; i < 2 * SMTP_CLIENT_RECIPIENTS_MAX + 1; i++)
    g_array_append_val (recipients, recipient);
  SmtpMail mail = { .sender = "ann@example.org",
                    .recipients = (const SmtpMailRecipient *) recipients->data,
                    .n_recipients = recipients->len };
  SmtpClientHost host = { .host_name = "gate.example" };
  g_autoptr (SmtpClient) client = smtp_client_new (&host);
  g_autoptr (GString) output = g_string_new ("");
  guint transactions = 0;
  smtp_client_feed (client, "220 mx", 6, output);
  smtp_client_feed (client, "250 mx", 6, output);
  g_string_truncate (output, 0);
  SmtpClientStep step = smtp_client_send (client, &mail, output);
  for (guint i = 0; step != SMTP_CLIENT_READY && i < 1000; i++)
    {
      gboolean is_data = strcmp (output->str, "DATA\r\n") == 0;
      g_string_truncate (output, 0);
      step = smtp_client_feed (client, is_data ? "354 go" : "250 ok", 6, output);
      transactions += step == SMTP_CLIENT_CONTENT;
    }
  g_assert_cmpint (step, ==, SMTP_CLIENT_READY);
  g_assert_cmpuint (transactions, ==, 3);
  for (guint i = 0; i < recipients->len; i++)
    {
      const char *reply;
      g_assert_cmpint (smtp_client_outcome (client, i, &reply), ==, SMTP_CLIENT_DELIVERED);
    }
}

/* A server that never ends its answer, or makes it very long. */
static void
test_endless_reply (void)
{
  SmtpClientHost host = { .host_name = "gate.example" };
  g_autoptr (SmtpClient) client = smtp_client_new (&host);
  g_autoptr (GString) output = g_string_new (NULL);
  g_autofree char *line = g_strdup_printf ("220-%02000d", 0);
  guint lines = 0;
  while (smtp_client_feed (client, line, strlen (line), output) == SMTP_CLIENT_WAIT)
    g_assert_cmpuint (++lines, <, 1000);
  g_assert_cmpuint (output->len, ==, 0);
}

/* The replies to what was said at once come together; one to what is still to be said does not. */
static void
test_ahead (void)
{
  SmtpClientHost host = { .host_name = "gate.example" };
  g_autoptr (SmtpClient) client = smtp_client_new (&host);
  g_autoptr (GString) output = g_string_new (NULL);
  g_assert_cmpint (smtp_client_mistrust (client, SMTP_CLIENT_WAIT, output), ==, SMTP_CLIENT_WAIT);
  g_assert_cmpstr (smtp_client_trouble (client), ==, "");

  SmtpClientStep step = smtp_client_feed (client, "220 mx", 6, output);
  g_assert_cmpstr (output->str, ==, "EHLO gate.example\r\n");
  g_assert_cmpint (smtp_client_mistrust (client, step, output), ==, SMTP_CLIENT_CLOSE);
  g_assert_cmpstr (output->str, ==, "");
  g_assert_true (g_str_has_prefix (smtp_client_trouble (client), "451 4.5.0 "));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (dialogues); i++)
    {
      g_autofree char *path = g_strconcat ("/smtp-client/", dialogues[i].name, NULL);
      g_test_add_data_func (path, &dialogues[i], smtp_dialogue_play);
    }
  g_test_add_func ("/smtp-client/long-token", test_long_token);
  g_test_add_func ("/smtp-client/many-recipients", test_many_recipients);
  g_test_add_func ("/smtp-client/endless-reply", test_endless_reply);
  g_test_add_func ("/smtp-client/ahead", test_ahead);
  return g_test_run ();
}
