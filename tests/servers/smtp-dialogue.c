/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "smtp-dialogue.h"

#include <string.h>

static const char *
outcome_word (SmtpClientOutcome outcome)
{
  switch (outcome)
    {
    case SMTP_CLIENT_DELIVERED:
      return "delivered";
    case SMTP_CLIENT_DEFERRED:
      return "deferred";
    case SMTP_CLIENT_FAILED:
      return "failed";
    case SMTP_CLIENT_PENDING:
    default:
      return "pending";
    }
}

typedef struct
{
  const SmtpDialogue *dialogue;
  SmtpClient *client;
  GPtrArray *said; /* (element-type utf8) what the client gave, as lines of a dialogue */
  gboolean has_mail;
} Player;

static void
take_step (Player *player, SmtpClientStep step, GString *output)
{
  static const char *const words[]
      = { [SMTP_CLIENT_START_TLS] = "TLS", [SMTP_CLIENT_SECRET] = "SECRET",
          [SMTP_CLIENT_READY] = "READY",   [SMTP_CLIENT_CONTENT] = "CONTENT",
          [SMTP_CLIENT_CHUNK] = "CHUNK",   [SMTP_CLIENT_CLOSE] = "CLOSE" };
  g_auto (GStrv) commands = g_strsplit (output->str, "\r\n", -1);
  for (guint i = 0; commands[i] != NULL && commands[i + 1] != NULL; i++)
    g_ptr_array_add (player->said, g_strconcat ("C: ", commands[i], NULL));
  if (step == SMTP_CLIENT_READY && !player->has_mail)
    {
      player->has_mail = TRUE;
      g_string_truncate (output, 0);
      take_step (player, smtp_client_send (player->client, &player->dialogue->mail, output),
                 output);
    }
  else if (step != SMTP_CLIENT_WAIT)
    g_ptr_array_add (player->said, g_strdup (words[step]));
}

static void
expect (Player *player, const char *line)
{
  g_assert_cmpuint (player->said->len, >, 0);
  g_assert_cmpstr (g_ptr_array_index (player->said, 0), ==, line);
  g_ptr_array_remove_index (player->said, 0);
}

/* Returns FALSE where @line is to be expected. */
static gboolean
feed (Player *player, const char *line)
{
  SmtpClient *client = player->client;
  g_autoptr (GString) output = g_string_new (NULL);
  if (strcmp (line, "GONE") == 0)
    smtp_client_abandon (client, "451 4.4.2 lost");
  else if (g_str_has_prefix (line, "S: "))
    take_step (player, smtp_client_feed (client, line + 3, strlen (line + 3), output), output);
  else if (strcmp (line, "SECURED") == 0)
    take_step (player, smtp_client_secured (client, output), output);
  else if (g_str_has_prefix (line, "SECRET: "))
    take_step (player, smtp_client_log_on (client, line + 8, output), output);
  else if (strcmp (line, "AGAIN") == 0)
    take_step (player, smtp_client_send (client, &player->dialogue->mail, output), output);
  else
    return FALSE;
  return TRUE;
}

void
smtp_dialogue_play (gconstpointer data)
{
  const SmtpDialogue *dialogue = data;
  SmtpClientHost host = dialogue->host;
  host.host_name = "gate.example";
  g_autoptr (SmtpClient) client = smtp_client_new (&host);
  g_autoptr (GPtrArray) said = g_ptr_array_new_with_free_func (g_free);
  Player player = { .dialogue = dialogue, .client = client, .said = said };
  guint result = 0;
  for (guint i = 0; dialogue->lines[i] != NULL; i++)
    {
      const char *line = dialogue->lines[i];
      if (g_str_has_prefix (line, "R: "))
        {
          const char *reply;
          const char *word = outcome_word (smtp_client_outcome (client, result++, &reply));
          g_autofree char *got = g_strdup_printf ("R: %s %s", word, reply);
          g_assert_cmpstr (got, ==, line);
          continue;
        }
      if (g_str_has_prefix (line, "S: "))
        g_assert_cmpuint (said->len, ==, 0);
      if (!feed (&player, line))
        expect (&player, line);
      g_assert_cmpuint (smtp_client_patience_s (client), >=, 10);
    }
  g_assert_cmpuint (said->len, ==, 0);
  g_assert_cmpuint (result, ==, dialogue->mail.n_recipients);
}
