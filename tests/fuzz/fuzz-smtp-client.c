/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/smtp-client.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static const char *const recipients[] = { "a@example.net", "b@example.net", "c@example.net" };

/* Whatever the server says: only whole commands leave, and no byte of the server's is among them.
 */
static void
check_output (const GString *output)
{
  static const char *const verbs[]
      = { "EHLO ", "HELO ", "MAIL FROM:", "RCPT TO:", "DATA", "RSET", "QUIT", "." };
  g_auto (GStrv) lines = g_strsplit (output->str, "\r\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      gboolean known = lines[i + 1] == NULL && *lines[i] == '\0';
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

/* The first byte is about the mail, then come the lines of the server. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  if (size == 0)
    return 0;
  SmtpClientMail mail = { .host_name = "gate.example",
                          .sender = data[0] & 1 ? "" : "ann@example.org",
                          .recipients = recipients,
                          .n_recipients = G_N_ELEMENTS (recipients),
                          .size = 1000,
                          .eight_bit = (data[0] & 2) != 0 };
  g_autoptr (SmtpClient) client = smtp_client_new (&mail);
  g_autoptr (GString) output = g_string_new (NULL);
  SmtpClientStep step = SMTP_CLIENT_WAIT;
  const char *at = (const char *) data + 1;
  const char *end = (const char *) data + size;
  while (at < end && step != SMTP_CLIENT_CLOSE)
    {
      const char *line_end = memchr (at, '\n', (gsize) (end - at));
      gsize length = line_end != NULL ? (gsize) (line_end - at) : (gsize) (end - at);
      g_string_truncate (output, 0);
      step = smtp_client_feed (client, at, length, output);
      check_output (output);
      g_assert_cmpuint (smtp_client_patience_s (client), >, 0);
      at += MIN (length + 1, (gsize) (end - at));
    }
  smtp_client_abandon (client, "451 4.4.2 lost");
  check_results (client);
  return 0;
}
