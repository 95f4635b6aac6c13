/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-host.h"

#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PATIENCE_S 60

struct _FakeHost
{
  int fd;
  guint16 port;
  GThread *thread;
  GPtrArray *conversations; /* (element-type GThread) the accepting thread's */
  GMutex lock;
  GCond changed;
  GHashTable *answers;  /* (lock) command -> answer */
  GHashTable *once;     /* (lock) the same, for one time */
  guint open, open_max; /* (lock) connections */
  GPtrArray *messages;  /* (lock) (element-type FakeMessage) */
  GPtrArray *commands;  /* (lock) (element-type utf8) that were answered */
  gboolean is_ending;   /* (lock) */
  GArray *open_sockets; /* (lock) (element-type int) */
};

typedef struct
{
  FakeHost *host;
  FILE *in;
  int fd;
  FakeMessage *message; /* under way */
  gboolean in_content;
} Conversation;

static void
fake_message_free (FakeMessage *message)
{
  g_free (message->sender);
  g_free (message->recipients);
  g_free (message->content);
  g_free (message);
}

static FakeMessage *
fake_message_new (void)
{
  FakeMessage *message = g_new0 (FakeMessage, 1);
  message->sender = g_strdup ("");
  message->recipients = g_strdup ("");
  message->content = g_strdup ("");
  return message;
}

/* Returns: (transfer full): what is said to that command */
static char *
find_answer (FakeHost *host, const char *command)
{
  GHashTableIter iter;
  gpointer prefix, answer;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&host->lock);
  g_hash_table_iter_init (&iter, host->answers);
  while (g_hash_table_iter_next (&iter, &prefix, &answer))
    if (g_str_has_prefix (command, prefix))
      return g_strdup (answer);
  if (g_str_has_prefix (command, "DATA"))
    return g_strdup ("354 go ahead");
  if (g_str_has_prefix (command, "EHLO"))
    return g_strdup ("250-fake.example\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SIZE 100000000");
  return g_strdup (g_str_has_prefix (command, "QUIT") ? "221 bye" : "250 2.0.0 fine");
}

/* Returns: (transfer full) (nullable) */
static char *
take_once (FakeHost *host, const char *command)
{
  GHashTableIter iter;
  gpointer prefix, answer;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&host->lock);
  g_hash_table_iter_init (&iter, host->once);
  while (g_hash_table_iter_next (&iter, &prefix, &answer))
    if (g_str_has_prefix (command, prefix))
      {
        char *taken = g_strdup (answer);
        g_hash_table_iter_remove (&iter);
        return taken;
      }
  return NULL;
}

static void
note_command (FakeHost *host, const char *command)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&host->lock);
  g_ptr_array_add (host->commands, g_strdup (command));
  g_cond_broadcast (&host->changed);
}

static char *
between_brackets (const char *command)
{
  const char *start = strchr (command, '<');
  const char *end = start != NULL ? strchr (start, '>') : NULL;
  return end != NULL ? g_strndup (start + 1, (gsize) (end - start - 1)) : g_strdup ("");
}

static void
keep_message (Conversation *conversation)
{
  FakeHost *host = conversation->host;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&host->lock);
  g_ptr_array_add (host->messages, conversation->message);
  conversation->message = fake_message_new ();
  g_cond_broadcast (&host->changed);
}

/* A command was answered with yes. */
static void
follow (Conversation *conversation, const char *command)
{
  FakeMessage *message = conversation->message;
  if (g_str_has_prefix (command, "MAIL"))
    {
      fake_message_free (message);
      message = conversation->message = fake_message_new ();
      g_free (message->sender);
      message->sender = between_brackets (command);
    }
  else if (g_str_has_prefix (command, "RCPT"))
    {
      g_autofree char *recipient = between_brackets (command);
      g_autofree char *before = message->recipients;
      message->recipients = g_strconcat (before, *before != '\0' ? " " : "", recipient, NULL);
    }
  else if (g_str_has_prefix (command, "DATA"))
    conversation->in_content = TRUE;
  else if (strcmp (command, ".") == 0 || g_str_has_prefix (command, "BDAT"))
    keep_message (conversation);
}

static gboolean
hang (Conversation *conversation)
{
  FakeHost *host = conversation->host;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&host->lock);
  while (!host->is_ending)
    g_cond_wait (&host->changed, &host->lock);
  return FALSE;
}

/* Returns FALSE at the end of the conversation. */
static gboolean
answer (Conversation *conversation, const char *command)
{
  g_autofree char *once = take_once (conversation->host, command);
  g_autofree char *text
      = once != NULL ? g_steal_pointer (&once) : find_answer (conversation->host, command);
  gboolean is_yes = *text == '2' || *text == '3';
  if (strcmp (text, "CLOSE") == 0)
    {
      note_command (conversation->host, command);
      return FALSE;
    }
  if (is_yes)
    follow (conversation, command);
  note_command (conversation->host, command);
  if (strcmp (text, "HANG") == 0)
    return hang (conversation);
  g_autofree char *line = g_strconcat (text, "\r\n", NULL);
  return send (conversation->fd, line, strlen (line), MSG_NOSIGNAL) > 0
         && !g_str_has_prefix (command, "QUIT");
}

/* Answers before the whole message is there, and then only listens. */
static gboolean
answer_early (Conversation *conversation)
{
  FakeHost *host = conversation->host;
  g_mutex_lock (&host->lock);
  g_autofree char *text = g_strdup (g_hash_table_lookup (host->answers, "EARLY"));
  g_mutex_unlock (&host->lock);
  if (text == NULL)
    return FALSE;
  g_autofree char *line = g_strconcat (text, "\r\n", NULL);
  (void) !send (conversation->fd, line, strlen (line), MSG_NOSIGNAL);
  while (getc (conversation->in) != EOF)
    ;
  return TRUE;
}

static gboolean
read_content (Conversation *conversation)
{
  if (answer_early (conversation))
    return FALSE;
  g_autoptr (GString) content = g_string_new (NULL);
  char *line = NULL;
  size_t size = 0;
  gssize length;
  gboolean ended = FALSE;
  while (!ended && (length = getline (&line, &size, conversation->in)) > 0)
    {
      ended = strcmp (line, ".\r\n") == 0;
      if (!ended)
        g_string_append_len (content, *line == '.' ? line + 1 : line,
                             *line == '.' ? length - 1 : length);
    }
  free (line);
  g_free (conversation->message->content);
  conversation->message->content = g_strdup (content->str);
  conversation->in_content = FALSE;
  return ended && answer (conversation, ".");
}

/* The content, where the command is BDAT. Returns FALSE where there is less of it. */
static gboolean
read_chunk (Conversation *conversation, const char *command)
{
  size_t length;
  if (sscanf (command, "BDAT %zu LAST", &length) != 1)
    return TRUE;
  g_autofree char *content = g_malloc0 (length + 1);
  if (fread (content, 1, length, conversation->in) != length)
    return FALSE;
  g_free (conversation->message->content);
  conversation->message->content = g_steal_pointer (&content);
  return TRUE;
}

static gboolean
read_command (Conversation *conversation)
{
  char *line = NULL;
  size_t size = 0;
  gboolean goes_on = getline (&line, &size, conversation->in) > 0;
  if (goes_on)
    goes_on = read_chunk (conversation, line) && answer (conversation, g_strchomp (line));
  free (line);
  return goes_on;
}

static void
count_open (FakeHost *host, int change)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&host->lock);
  host->open += (guint) change;
  host->open_max = MAX (host->open_max, host->open);
}

static gpointer
converse (gpointer data)
{
  Conversation *conversation = data;
  count_open (conversation->host, 1);
  conversation->message = fake_message_new ();
  gboolean goes_on = answer (conversation, "CONNECT");
  while (goes_on)
    goes_on = conversation->in_content ? read_content (conversation) : read_command (conversation);
  count_open (conversation->host, -1);
  shutdown (conversation->fd, SHUT_RDWR);
  fake_message_free (conversation->message);
  return conversation;
}

static gpointer
accept_all (gpointer data)
{
  FakeHost *host = data;
  int fd;
  while ((fd = accept (host->fd, NULL, NULL)) >= 0)
    {
      Conversation *conversation = g_new0 (Conversation, 1);
      conversation->host = host;
      conversation->fd = fd;
      conversation->in = fdopen (fd, "r");
      g_mutex_lock (&host->lock);
      g_array_append_val (host->open_sockets, fd);
      g_mutex_unlock (&host->lock);
      g_ptr_array_add (host->conversations, g_thread_new ("conversation", converse, conversation));
    }
  return NULL;
}

FakeHost *
fake_host_new (const char *address, guint16 port)
{
  FakeHost *host = g_new0 (FakeHost, 1);
  struct sockaddr_in name = { .sin_family = AF_INET, .sin_port = htons (port) };
  socklen_t length = sizeof name;
  int yes = 1;
  g_assert_cmpint (inet_pton (AF_INET, address, &name.sin_addr), ==, 1);
  host->fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  setsockopt (host->fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  g_assert_cmpint (bind (host->fd, (struct sockaddr *) &name, sizeof name), ==, 0);
  g_assert_cmpint (listen (host->fd, 256), ==, 0);
  g_assert_cmpint (getsockname (host->fd, (struct sockaddr *) &name, &length), ==, 0);
  host->port = ntohs (name.sin_port);
  g_mutex_init (&host->lock);
  g_cond_init (&host->changed);
  host->answers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  host->once = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_hash_table_insert (host->answers, g_strdup ("CONNECT"), g_strdup ("220 fake.example ESMTP"));
  host->messages = g_ptr_array_new_with_free_func ((GDestroyNotify) fake_message_free);
  host->commands = g_ptr_array_new_with_free_func (g_free);
  host->conversations = g_ptr_array_new ();
  host->open_sockets = g_array_new (FALSE, FALSE, sizeof (int));
  host->thread = g_thread_new ("fake-host", accept_all, host);
  return host;
}

void
fake_host_free (FakeHost *host)
{
  shutdown (host->fd, SHUT_RDWR);
  g_thread_join (host->thread);
  g_mutex_lock (&host->lock);
  host->is_ending = TRUE;
  for (guint i = 0; i < host->open_sockets->len; i++)
    shutdown (g_array_index (host->open_sockets, int, i), SHUT_RDWR);
  g_cond_broadcast (&host->changed);
  g_mutex_unlock (&host->lock);
  for (guint i = 0; i < host->conversations->len; i++)
    {
      Conversation *conversation = g_thread_join (g_ptr_array_index (host->conversations, i));
      fclose (conversation->in);
      g_free (conversation);
    }
  close (host->fd);
  g_hash_table_unref (host->answers);
  g_hash_table_unref (host->once);
  g_ptr_array_unref (host->messages);
  g_ptr_array_unref (host->commands);
  g_ptr_array_unref (host->conversations);
  g_array_unref (host->open_sockets);
  g_mutex_clear (&host->lock);
  g_cond_clear (&host->changed);
  g_free (host);
}

guint16
fake_host_port (FakeHost *host)
{
  return host->port;
}

void
fake_host_answer (FakeHost *host, const char *command, const char *answer)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&host->lock);
  if (answer != NULL)
    g_hash_table_replace (host->answers, g_strdup (command), g_strdup (answer));
  else
    g_hash_table_remove (host->answers, command);
}

void
fake_host_answer_once (FakeHost *host, const char *command, const char *answer)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&host->lock);
  g_hash_table_replace (host->once, g_strdup (command), g_strdup (answer));
}

void
fake_host_drop (FakeHost *host)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&host->lock);
  for (guint i = 0; i < host->open_sockets->len; i++)
    shutdown (g_array_index (host->open_sockets, int, i), SHUT_RDWR);
}

guint
fake_host_count_open_max (FakeHost *host)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&host->lock);
  return host->open_max;
}

static guint
count_commands (FakeHost *host, const char *command)
{
  guint count = 0;
  for (guint i = 0; i < host->commands->len; i++)
    count += g_str_has_prefix (g_ptr_array_index (host->commands, i), command);
  return count;
}

guint
fake_host_count_commands (FakeHost *host, const char *command)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&host->lock);
  return count_commands (host, command);
}

const FakeMessage *
fake_host_wait (FakeHost *host, guint count)
{
  gint64 end = g_get_monotonic_time () + PATIENCE_S * G_TIME_SPAN_SECOND;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&host->lock);
  while (host->messages->len < count)
    if (!g_cond_wait_until (&host->changed, &host->lock, end))
      g_error ("%u messages came, not %u", host->messages->len, count);
  return g_ptr_array_index (host->messages, count - 1);
}

guint
fake_host_count (FakeHost *host)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&host->lock);
  return host->messages->len;
}

void
fake_host_wait_command (FakeHost *host, const char *command, guint count)
{
  gint64 end = g_get_monotonic_time () + PATIENCE_S * G_TIME_SPAN_SECOND;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&host->lock);
  while (count_commands (host, command) < count)
    if (!g_cond_wait_until (&host->changed, &host->lock, end))
      g_error ("%s did not come %u times", command, count);
}
