/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/smtp-client.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

#define MESSAGES_MAX 3

static const SmtpMailRecipient recipients[] = {
  { .address = "a@example.net", .notify = NOTIFY_FAILURE, .original = "rfc822;a@example.org" },
  { .address = "b@example.net", .notify = NOTIFY_NEVER },
  { .address = "c@example.net", .original = "rfc822;c\r\nDATA" }
};

static const HostCredential credentials[]
    = { { .method = HOST_CREDENTIAL_PLAIN, .user = (char *) "joe" },
        { .method = HOST_CREDENTIAL_LOGIN, .user = (char *) "joe" },
        { .method = HOST_CREDENTIAL_XOAUTH2, .user = (char *) "joe" } };

/* Whatever the server says: only whole commands leave, and no byte of the server's is among them.
 * @is_authenticating: responses may, too */
static void
check_output (const GString *output, gboolean is_authenticating)
{
  static const char *const verbs[] = { "EHLO ", "HELO ", "MAIL FROM:", "RCPT TO:", "DATA",
                                       "RSET",  "QUIT",  "STARTTLS",   "AUTH ",    "." };
  g_auto (GStrv) lines = g_strsplit (output->str, "\r\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      gboolean known = (lines[i + 1] == NULL && *lines[i] == '\0') || is_authenticating;
      for (guint verb = 0; verb < G_N_ELEMENTS (verbs); verb++)
        known |= g_str_has_prefix (lines[i], verbs[verb]);
      g_assert_true (known);
      g_assert_true (g_str_is_ascii (lines[i]) && strpbrk (lines[i], "\r\n") == NULL);
    }
}

static void
check_results (const SmtpClient *client)
{
  for (guint i = 0; i < G_N_ELEMENTS (recipients); i++)
    {
      const char *reply;
      SmtpClientOutcome outcome = smtp_client_outcome (client, i, &reply);
      g_assert_true (g_str_is_ascii (reply) && strlen (reply) < 1024);
      g_assert_true (outcome == SMTP_CLIENT_PENDING || *reply != '\0');
    }
}

typedef struct
{
  SmtpClient *client;
  SmtpClientHost host;
  SmtpMail mail;
  guint messages;
} Conversation;

/* Does what a step asks for, until a line is wanted. */
static SmtpClientStep
follow (Conversation *conversation, SmtpClientStep step, GString *output)
{
  SmtpClient *client = conversation->client;
  while (step == SMTP_CLIENT_START_TLS || step == SMTP_CLIENT_SECRET || step == SMTP_CLIENT_READY)
    {
      g_assert_true (step != SMTP_CLIENT_SECRET || conversation->host.is_secure
                     || conversation->host.is_own_machine || conversation->host.uses_tls);
      if (step == SMTP_CLIENT_START_TLS)
        step = smtp_client_secured (client, output);
      else if (step == SMTP_CLIENT_SECRET)
        step = smtp_client_log_on (client, "secret", output);
      else if (conversation->messages++ < MESSAGES_MAX)
        step = smtp_client_send (client, &conversation->mail, output);
      else
        step = smtp_client_quit (client, output);
      if (conversation->messages > 0)
        check_results (client);
    }
  return step;
}

static void
converse (Conversation *conversation, const char *at, const char *end)
{
  g_autoptr (GString) output = g_string_new (NULL);
  SmtpClientStep step = SMTP_CLIENT_WAIT;
  while (at < end && step != SMTP_CLIENT_CLOSE)
    {
      const char *line_end = memchr (at, '\n', (gsize) (end - at));
      gsize length = line_end != NULL ? (gsize) (line_end - at) : (gsize) (end - at);
      g_string_truncate (output, 0);
      step = follow (conversation, smtp_client_feed (conversation->client, at, length, output),
                     output);
      check_output (output, conversation->host.credential != NULL);
      g_assert_cmpuint (smtp_client_patience_s (conversation->client), >, 0);
      at += MIN (length + 1, (gsize) (end - at));
    }
}

/* The first byte is about the host and the mail, then come the lines of the server. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  if (size == 0)
    return 0;
  guint method = (data[0] >> 4) & 3;
  Conversation conversation
      = { .host
          = { .host_name = "gate.example",
              .uses_tls = (data[0] & 4) != 0,
              .needs_tls = (data[0] & 8) != 0,
              .is_own_machine = (data[0] & 64) != 0,
              .credential = method < HOST_CREDENTIAL_XOAUTH2 + 1 ? &credentials[method] : NULL },
          .mail = { .sender = data[0] & 1 ? "" : "ann@example.org",
                    .recipients = recipients,
                    .n_recipients = G_N_ELEMENTS (recipients),
                    .size = 1000,
                    .eight_bit = (data[0] & 2) != 0,
                    .envelope_id = "a b",
                    .dsn_return = DSN_RETURN_FULL } };
  g_autoptr (SmtpClient) client = conversation.client = smtp_client_new (&conversation.host);
  converse (&conversation, (const char *) data + 1, (const char *) data + size);
  smtp_client_abandon (client, "451 4.4.2 lost");
  check_results (client);
  return 0;
}
