/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/smtp-client.h"

#include "servers/delivery/reply-reader.h"

#include <string.h>

/* Named after what the server is waited for. */
typedef enum
{
  STATE_GREETING,
  STATE_EHLO,
  STATE_HELO,
  STATE_MAIL,
  STATE_RCPT,
  STATE_DATA,
  STATE_CONTENT, /* the answer to the end of the content */
  STATE_RSET,
  STATE_OVER
} State;

typedef struct
{
  SmtpClientOutcome outcome;
  gboolean accepted; /* RCPT was answered with yes, in the transaction under way */
  char *reply;       /* (owned) */
} Result;

struct _SmtpClient
{
  const SmtpClientMail *mail;
  State state;
  ReplyReader reader;
  Result *results; /* (owned), one for each recipient */

  gboolean offers_pipelining;
  gboolean offers_size;
  guint64 size_limit; /* 0: none was told */
  gboolean offers_eight_bit;

  guint first, end; /* the recipients of the transaction under way */
  guint next;       /* whose RCPT is answered next */
  guint accepted;   /* how many of them were */
};

typedef SmtpClientStep (*ReplyHandler) (SmtpClient *client, GString *output);

static SmtpClientStep on_greeting (SmtpClient *client, GString *output);
static SmtpClientStep on_ehlo (SmtpClient *client, GString *output);
static SmtpClientStep on_helo (SmtpClient *client, GString *output);
static SmtpClientStep on_mail (SmtpClient *client, GString *output);
static SmtpClientStep on_rcpt (SmtpClient *client, GString *output);
static SmtpClientStep on_data (SmtpClient *client, GString *output);
static SmtpClientStep on_content (SmtpClient *client, GString *output);
static SmtpClientStep on_rset (SmtpClient *client, GString *output);

/* RFC 5321, section 4.5.3.2. */
static const struct
{
  const char *waits_for;
  guint patience_s;
  ReplyHandler handle;
} states[] = {
  [STATE_GREETING] = { "the greeting", 300, on_greeting },
  [STATE_EHLO] = { "the answer to EHLO", 300, on_ehlo },
  [STATE_HELO] = { "the answer to HELO", 300, on_helo },
  [STATE_MAIL] = { "the answer to MAIL", 300, on_mail },
  [STATE_RCPT] = { "the answer to RCPT", 300, on_rcpt },
  [STATE_DATA] = { "the answer to DATA", 120, on_data },
  [STATE_CONTENT] = { "the answer to the message", 600, on_content },
  [STATE_RSET] = { "the answer to RSET", 300, on_rset },
  [STATE_OVER] = { "nothing", 10, NULL },
};

SmtpClient *
smtp_client_new (const SmtpClientMail *mail)
{
  SmtpClient *client = g_new0 (SmtpClient, 1);
  client->mail = mail;
  client->results = g_new0 (Result, mail->n_recipients);
  reply_reader_init (&client->reader);
  return client;
}

void
smtp_client_free (SmtpClient *client)
{
  if (client == NULL)
    return;
  for (guint i = 0; i < client->mail->n_recipients; i++)
    g_free (client->results[i].reply);
  g_free (client->results);
  reply_reader_clear (&client->reader);
  g_free (client);
}

guint
smtp_client_patience_s (const SmtpClient *client)
{
  return states[client->state].patience_s;
}

const char *
smtp_client_waits_for (const SmtpClient *client)
{
  return states[client->state].waits_for;
}

SmtpClientOutcome
smtp_client_outcome (const SmtpClient *client, guint index, const char **reply)
{
  const Result *result = &client->results[index];
  *reply = result->reply != NULL ? result->reply : "";
  return result->outcome;
}

static void
set_result (Result *result, SmtpClientOutcome outcome, const char *reply)
{
  if (result->outcome != SMTP_CLIENT_PENDING)
    return;
  result->outcome = outcome;
  g_free (result->reply);
  result->reply = g_strdup (reply);
}

static SmtpClientOutcome
outcome_of_code (guint code)
{
  return code >= 500 ? SMTP_CLIENT_FAILED : SMTP_CLIENT_DEFERRED;
}

static gboolean
is_yes (const SmtpClient *client)
{
  return client->reader.code / 100 == 2;
}

/* For the recipients of the transaction under way; @accepted_only: for those among them that the
 * server had taken. */
static void
set_results (SmtpClient *client, gboolean accepted_only, SmtpClientOutcome outcome)
{
  for (guint i = client->first; i < client->end; i++)
    if (!accepted_only || client->results[i].accepted)
      set_result (&client->results[i], outcome, client->reader.text->str);
}

void
smtp_client_abandon (SmtpClient *client, const char *reason)
{
  /* Of what was sent and not answered, nobody knows: another host at once could mean two mails at
   * once. */
  gboolean unknown = client->state == STATE_CONTENT;
  for (guint i = 0; i < client->mail->n_recipients; i++)
    set_result (&client->results[i],
                unknown && client->results[i].accepted ? SMTP_CLIENT_DEFERRED : SMTP_CLIENT_PENDING,
                reason);
  client->state = STATE_OVER;
}

static SmtpClientStep
say_quit (SmtpClient *client, GString *output)
{
  client->state = STATE_OVER;
  g_string_append (output, "QUIT\r\n");
  return SMTP_CLIENT_CLOSE;
}

/* The host will not serve us now: what is pending may go to another. */
static SmtpClientStep
give_up_host (SmtpClient *client, GString *output)
{
  g_autofree char *reason = g_strdup (client->reader.text->str);
  smtp_client_abandon (client, reason);
  return say_quit (client, output);
}

static SmtpClientStep
break_off (SmtpClient *client)
{
  g_autofree char *reason = g_strdup_printf ("451 4.5.0 the next host said something else than %s",
                                             smtp_client_waits_for (client));
  smtp_client_abandon (client, reason);
  return SMTP_CLIENT_CLOSE;
}

static SmtpClientStep
fail_all (SmtpClient *client, GString *output, const char *reason)
{
  for (guint i = 0; i < client->mail->n_recipients; i++)
    set_result (&client->results[i], SMTP_CLIENT_FAILED, reason);
  return say_quit (client, output);
}

static void
say_rcpt (const SmtpClient *client, guint index, GString *output)
{
  g_string_append_printf (output, "RCPT TO:<%s>\r\n", client->mail->recipients[index]);
}

/* Begins a transaction for the next recipients; with PIPELINING, all of its commands at once. */
static SmtpClientStep
begin_transaction (SmtpClient *client, GString *output)
{
  const SmtpClientMail *mail = client->mail;
  client->state = STATE_MAIL;
  client->next = client->first;
  client->end = MIN (client->first + SMTP_CLIENT_RECIPIENTS_MAX, mail->n_recipients);
  client->accepted = 0;

  g_string_append_printf (output, "MAIL FROM:<%s>", mail->sender);
  if (client->offers_size)
    g_string_append_printf (output, " SIZE=%" G_GUINT64_FORMAT, mail->size);
  if (mail->eight_bit)
    g_string_append (output, " BODY=8BITMIME");
  g_string_append (output, "\r\n");
  if (!client->offers_pipelining)
    return SMTP_CLIENT_WAIT;
  for (guint i = client->first; i < client->end; i++)
    say_rcpt (client, i, output);
  g_string_append (output, "DATA\r\n");
  return SMTP_CLIENT_WAIT;
}

static SmtpClientStep
end_transaction (SmtpClient *client, GString *output)
{
  client->first = client->end;
  if (client->first == client->mail->n_recipients)
    return say_quit (client, output);
  client->state = STATE_RSET;
  g_string_append (output, "RSET\r\n");
  return SMTP_CLIENT_WAIT;
}

static SmtpClientStep
on_greeting (SmtpClient *client, GString *output)
{
  if (!is_yes (client))
    return give_up_host (client, output);
  client->state = STATE_EHLO;
  g_string_append_printf (output, "EHLO %s\r\n", client->mail->host_name);
  return SMTP_CLIENT_WAIT;
}

static SmtpClientStep
begin_mail (SmtpClient *client, GString *output)
{
  const SmtpClientMail *mail = client->mail;
  if (client->size_limit > 0 && mail->size > client->size_limit)
    return fail_all (client, output, "552 5.3.4 the message is larger than the next host takes");
  if (mail->eight_bit && !client->offers_eight_bit)
    return fail_all (client, output,
                     "554 5.6.3 the message has 8-bit text, which the next host does not take");
  return begin_transaction (client, output);
}

static SmtpClientStep
on_ehlo (SmtpClient *client, GString *output)
{
  if (is_yes (client))
    return begin_mail (client, output);
  if (outcome_of_code (client->reader.code) == SMTP_CLIENT_DEFERRED)
    return give_up_host (client, output);
  client->state = STATE_HELO;
  g_string_append_printf (output, "HELO %s\r\n", client->mail->host_name);
  return SMTP_CLIENT_WAIT;
}

static SmtpClientStep
on_helo (SmtpClient *client, GString *output)
{
  return is_yes (client) ? begin_mail (client, output) : give_up_host (client, output);
}

static SmtpClientStep
on_mail (SmtpClient *client, GString *output)
{
  if (!is_yes (client))
    {
      set_results (client, FALSE, outcome_of_code (client->reader.code));
      if (!client->offers_pipelining)
        return end_transaction (client, output);
    }
  else if (!client->offers_pipelining)
    say_rcpt (client, client->next, output);
  client->state = STATE_RCPT;
  return SMTP_CLIENT_WAIT;
}

/* RFC 5321, section 4.5.3.1.10: 552 was once said of too many recipients, for 452; but it is also
 * said of a full mailbox. */
static SmtpClientOutcome
outcome_of_rcpt (const SmtpClient *client)
{
  const ReplyReader *reader = &client->reader;
  if (reader->code == 552 && strncmp (reader->text->str + 3, " 5.2.", 5) != 0)
    return SMTP_CLIENT_DEFERRED;
  return outcome_of_code (reader->code);
}

static SmtpClientStep
on_rcpt (SmtpClient *client, GString *output)
{
  Result *result = &client->results[client->next];
  /* After a refused MAIL, the result stands already, whatever a server says to RCPT. */
  if (!is_yes (client))
    set_result (result, outcome_of_rcpt (client), client->reader.text->str);
  else if (result->outcome == SMTP_CLIENT_PENDING)
    {
      result->accepted = TRUE;
      client->accepted++;
    }

  client->next++;
  if (client->next < client->end)
    {
      if (!client->offers_pipelining)
        say_rcpt (client, client->next, output);
      return SMTP_CLIENT_WAIT;
    }
  if (!client->offers_pipelining && client->accepted == 0)
    return end_transaction (client, output);
  client->state = STATE_DATA;
  if (!client->offers_pipelining)
    g_string_append (output, "DATA\r\n");
  return SMTP_CLIENT_WAIT;
}

static SmtpClientStep
on_data (SmtpClient *client, GString *output)
{
  if (client->reader.code != 354)
    {
      if (client->reader.code < 400)
        return break_off (client);
      set_results (client, TRUE, outcome_of_code (client->reader.code));
      return end_transaction (client, output);
    }
  client->state = STATE_CONTENT;
  if (client->accepted > 0)
    return SMTP_CLIENT_CONTENT;
  /* RFC 2920, section 3.1: a server that wants the message of nobody gets an empty one. */
  g_string_append (output, ".\r\n");
  return SMTP_CLIENT_WAIT;
}

static SmtpClientStep
on_content (SmtpClient *client, GString *output)
{
  set_results (client, TRUE,
               is_yes (client) ? SMTP_CLIENT_DELIVERED : outcome_of_code (client->reader.code));
  return end_transaction (client, output);
}

static SmtpClientStep
on_rset (SmtpClient *client, GString *output)
{
  return is_yes (client) ? begin_transaction (client, output) : give_up_host (client, output);
}

static gboolean
has_keyword (const char *line, gsize length, const char *keyword)
{
  gsize keyword_length = strlen (keyword);
  return length >= keyword_length && g_ascii_strncasecmp (line, keyword, keyword_length) == 0
         && (length == keyword_length || line[keyword_length] == ' ');
}

/* A line of the answer to EHLO, without its code (RFC 5321, section 4.1.1.1). */
static void
read_keyword (SmtpClient *client, const char *line, gsize length)
{
  if (has_keyword (line, length, "PIPELINING"))
    client->offers_pipelining = TRUE;
  else if (has_keyword (line, length, "8BITMIME"))
    client->offers_eight_bit = TRUE;
  else if (has_keyword (line, length, "SIZE"))
    {
      g_autofree char *limit = g_strndup (line + 4, length - 4);
      client->offers_size = TRUE;
      client->size_limit = g_ascii_strtoull (limit, NULL, 10);
    }
}

SmtpClientStep
smtp_client_feed (SmtpClient *client, const char *line, gsize length, GString *output)
{
  if (client->state == STATE_OVER)
    return SMTP_CLIENT_CLOSE;
  gboolean is_first = client->reader.is_new;
  ReplyStatus status = reply_reader_feed (&client->reader, line, length);
  if (status == REPLY_BROKEN)
    return break_off (client);
  if (client->state == STATE_EHLO && is_yes (client) && !is_first && length > 4)
    read_keyword (client, line + 4, length - 4);
  if (status == REPLY_INCOMPLETE)
    return SMTP_CLIENT_WAIT;

  /* RFC 5321, section 3.8: the server is going away. */
  if (client->reader.code == 421)
    return give_up_host (client, output);
  if (client->reader.code / 100 == 3 && client->reader.code != 354)
    return break_off (client);
  return states[client->state].handle (client, output);
}
