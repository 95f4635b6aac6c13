/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Many connections that do a server no good: they say all the same, as fast or as slowly as is
 * wanted, and read what is answered, or a byte now and then, or nothing.
 *
 * "open" is written when all have been opened once; for each line of the standard input, the figures
 * so far; at its end, the tool ends.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <glib.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define EVENTS_MAX 512
#define OPENED_A_TURN 256
#define SAID_A_TURN (1024 * 1024)
#define SAID_AT_ONCE (64 * 1024)
#define IDLE_MS 50

typedef enum
{
  READS_ALL,
  READS_SLOWLY, /* a byte each time that it would say something */
  READS_NOTHING
} Reading;

static struct
{
  int port, connections, clients, first, at_once, piece, every_ms, window, repeat_from;
  char *say_file, *reads, *from;
  gboolean again, resets;
  char *say; /* what each says */
  gsize length;
  Reading reading;
} options = { .connections = 1, .clients = 1, .repeat_from = -1, .piece = 1, .from = "127.20.0.1" };

typedef struct
{
  int fd; /* -1: to be opened; -2: over */
  int number;
  gboolean is_open;
  gsize said;
  char head[3]; /* of the line that comes */
  guint at;     /* where in that line; 3 and more: behind its head */
} Peer;

static struct
{
  guint64 opened, failed, ended, sent, received;
  GHashTable *replies; /* their first three characters -> how often */
} figures;

static int epoll_fd;
static GQueue to_open = G_QUEUE_INIT;

/* --- Figures --- */

static void
print_figures (void)
{
  GHashTableIter iter;
  gpointer head, count;

  g_print ("{\"opened\": %" G_GUINT64_FORMAT ", \"failed\": %" G_GUINT64_FORMAT
           ", \"ended\": %" G_GUINT64_FORMAT ", \"sent\": %" G_GUINT64_FORMAT
           ", \"received\": %" G_GUINT64_FORMAT ", \"replies\": {",
           figures.opened, figures.failed, figures.ended, figures.sent, figures.received);
  g_hash_table_iter_init (&iter, figures.replies);
  for (gboolean is_first = TRUE; g_hash_table_iter_next (&iter, &head, &count); is_first = FALSE)
    g_print ("%s\"%s\": %u", is_first ? "" : ", ", (char *) head, GPOINTER_TO_UINT (count));
  g_print ("}}\n");
}

static void
count_reply (const char *head)
{
  g_autofree char *key = g_strndup (head, 3);
  guint count = GPOINTER_TO_UINT (g_hash_table_lookup (figures.replies, key));

  if (g_ascii_isgraph (key[0]) && g_ascii_isgraph (key[1]) && g_ascii_isgraph (key[2])
      && strpbrk (key, "\"\\") == NULL)
    g_hash_table_insert (figures.replies, g_steal_pointer (&key), GUINT_TO_POINTER (count + 1));
}

static void
count_lines (Peer *peer, const char *bytes, gsize length)
{
  figures.received += length;
  for (gsize i = 0; i < length; i++)
    if (bytes[i] == '\n')
      peer->at = 0;
    else if (peer->at < sizeof peer->head)
      {
        peer->head[peer->at++] = bytes[i];
        if (peer->at == sizeof peer->head)
          count_reply (peer->head);
      }
}

/* --- One peer --- */

static void
leave (Peer *peer, gboolean is_reset)
{
  struct linger at_once = { .l_onoff = 1 };

  if (is_reset)
    setsockopt (peer->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close (peer->fd);
  peer->fd = -2;
  if (options.again)
    g_queue_push_tail (&to_open, peer);
}

/* The server has had enough; who does not come again stays as long as it is let. */
static void
end (Peer *peer)
{
  if (!peer->is_open)
    figures.failed++;
  else
    figures.ended++;
  if (options.again)
    leave (peer, FALSE);
  else
    {
      epoll_ctl (epoll_fd, EPOLL_CTL_DEL, peer->fd, NULL);
      peer->fd = -2;
    }
}

static gboolean
has_said_all (const Peer *peer)
{
  return options.repeat_from < 0 && peer->said == options.length;
}

static void
watch (Peer *peer, int what)
{
  struct epoll_event event = { .events = EPOLLRDHUP, .data.ptr = peer };

  if (options.reading == READS_ALL)
    event.events |= EPOLLIN;
  if (!peer->is_open || (options.every_ms == 0 && !has_said_all (peer)))
    event.events |= EPOLLOUT;
  if (epoll_ctl (epoll_fd, what, peer->fd, &event) != 0)
    g_error ("epoll_ctl: %s", g_strerror (errno));
}

static struct sockaddr_in
address_of (guint32 ip, int port)
{
  return (struct sockaddr_in){ .sin_family = AF_INET,
                               .sin_port = htons (port),
                               .sin_addr.s_addr = htonl (ip) };
}

static void
open_peer (Peer *peer)
{
  static const int on = 1;
  guint32 client = options.first + peer->number % options.clients;
  guint32 base = ntohl (inet_addr (options.from));
  struct sockaddr_in from = address_of (base + client / 250 * 256 + client % 250, 0);
  struct sockaddr_in to = address_of (INADDR_LOOPBACK, options.port);

  *peer = (Peer){ .number = peer->number,
                  .fd = socket (AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0) };
  if (peer->fd < 0)
    g_error ("socket: %s", g_strerror (errno));
  setsockopt (peer->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  if (options.window > 0)
    setsockopt (peer->fd, SOL_SOCKET, SO_RCVBUF, &options.window, sizeof options.window);
  if (bind (peer->fd, (struct sockaddr *) &from, sizeof from) != 0)
    g_error ("bind: %s", g_strerror (errno));
  if (connect (peer->fd, (struct sockaddr *) &to, sizeof to) != 0 && errno != EINPROGRESS)
    {
      figures.failed++;
      leave (peer, FALSE);
      return;
    }
  watch (peer, EPOLL_CTL_ADD);
}

/* Returns how many bytes went, at most @most. */
static gsize
say (Peer *peer, gsize most)
{
  gsize length = MIN (options.length - peer->said, most);
  gssize sent = length > 0 ? send (peer->fd, options.say + peer->said, length, MSG_NOSIGNAL) : 0;

  if (sent <= 0)
    return 0;
  figures.sent += sent;
  peer->said += sent;
  if (peer->said == options.length && options.repeat_from >= 0)
    peer->said = options.repeat_from;
  return sent;
}

static void
say_much (Peer *peer)
{
  gsize sent, all = 0;

  while (all < SAID_A_TURN && (sent = say (peer, SAID_A_TURN)) > 0)
    all += sent;
  if (has_said_all (peer) && options.resets)
    leave (peer, TRUE);
  else if (has_said_all (peer))
    watch (peer, EPOLL_CTL_MOD);
}

static void
hear (Peer *peer, gsize most)
{
  char bytes[65536];
  gssize got = recv (peer->fd, bytes, MIN (most, sizeof bytes), 0);

  if (got > 0)
    count_lines (peer, bytes, got);
  else if (got == 0 || errno != EAGAIN)
    end (peer);
}

static void
on_event (Peer *peer, guint32 events)
{
  if (events & (EPOLLERR | EPOLLHUP))
    end (peer);
  else if (events & EPOLLIN)
    hear (peer, G_MAXSIZE);
  else if (events & EPOLLRDHUP)
    end (peer);
  else if (events & EPOLLOUT)
    {
      if (!peer->is_open && ++figures.opened == (guint64) options.connections)
        g_print ("open\n");
      peer->is_open = TRUE;
      if (options.every_ms == 0)
        say_much (peer);
      else
        {
          say (peer, options.at_once);
          watch (peer, EPOLL_CTL_MOD);
        }
    }
}

static void
tick (Peer *peers)
{
  for (int i = 0; i < options.connections; i++)
    {
      Peer *peer = &peers[i];
      if (peer->fd < 0 || !peer->is_open)
        continue;
      say (peer, options.piece);
      if (options.reading == READS_SLOWLY)
        hear (peer, 1);
      else if (has_said_all (peer) && options.resets)
        leave (peer, TRUE);
    }
}

/* --- All of them --- */

/* Returns whether to go on. */
static gboolean
read_orders (void)
{
  char bytes[64];

  if (read (STDIN_FILENO, bytes, sizeof bytes) <= 0)
    return FALSE;
  print_figures ();
  return TRUE;
}

static gboolean
turn (int wait_ms)
{
  struct epoll_event events[EVENTS_MAX];
  int n = epoll_wait (epoll_fd, events, EVENTS_MAX, wait_ms);

  for (int i = 0; i < n; i++)
    {
      Peer *peer = events[i].data.ptr;
      if (peer == NULL && !read_orders ())
        return FALSE;
      if (peer != NULL && peer->fd >= 0)
        on_event (peer, events[i].events);
    }
  for (int i = 0; i < OPENED_A_TURN && !g_queue_is_empty (&to_open); i++)
    open_peer (g_queue_pop_head (&to_open));
  return TRUE;
}

static void
run (void)
{
  g_autofree Peer *peers = g_new0 (Peer, options.connections);
  struct epoll_event event = { .events = EPOLLIN };
  gint64 next_us = 0;

  epoll_fd = epoll_create1 (EPOLL_CLOEXEC);
  epoll_ctl (epoll_fd, EPOLL_CTL_ADD, STDIN_FILENO, &event);
  for (int i = 0; i < options.connections; i++)
    {
      peers[i].number = i;
      g_queue_push_tail (&to_open, &peers[i]);
    }
  while (turn (g_queue_is_empty (&to_open) ? IDLE_MS : 0))
    if (options.every_ms > 0 && g_get_monotonic_time () >= next_us)
      {
        tick (peers);
        next_us = g_get_monotonic_time () + options.every_ms * (gint64) 1000;
      }
}

static gboolean
read_options (int argc, char **argv, GError **error)
{
  const GOptionEntry entries[] = {
    { "port", 0, 0, G_OPTION_ARG_INT, &options.port, "Where the server listens", "PORT" },
    { "connections", 0, 0, G_OPTION_ARG_INT, &options.connections, "How many", "N" },
    { "clients", 0, 0, G_OPTION_ARG_INT, &options.clients, "From so many addresses", "N" },
    { "first", 0, 0, G_OPTION_ARG_INT, &options.first, "The number of the first one", "N" },
    { "from", 0, 0, G_OPTION_ARG_STRING, &options.from, "...and up from here", "ADDRESS" },
    { "say", 0, 0, G_OPTION_ARG_FILENAME, &options.say_file, "What each says", "FILE" },
    { "repeat-from", 0, 0, G_OPTION_ARG_INT, &options.repeat_from, "...for ever from there", "N" },
    { "at-once", 0, 0, G_OPTION_ARG_INT, &options.at_once, "Its first bytes at once", "N" },
    { "every", 0, 0, G_OPTION_ARG_INT, &options.every_ms, "Says a piece so often", "MS" },
    { "piece", 0, 0, G_OPTION_ARG_INT, &options.piece, "Of so many bytes", "N" },
    { "reads", 0, 0, G_OPTION_ARG_STRING, &options.reads, "Reads all, slow or none", "HOW" },
    { "window", 0, 0, G_OPTION_ARG_INT, &options.window, "Room for what comes", "BYTES" },
    { "again", 0, 0, G_OPTION_ARG_NONE, &options.again, "Comes again at its end", NULL },
    { "resets", 0, 0, G_OPTION_ARG_NONE, &options.resets, "Resets when it has said all", NULL },
    { NULL }
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("- tires a server out");

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, error))
    return FALSE;
  options.reading = g_strcmp0 (options.reads, "none") == 0   ? READS_NOTHING
                    : g_strcmp0 (options.reads, "slow") == 0 ? READS_SLOWLY
                                                             : READS_ALL;
  return options.say_file == NULL
         || g_file_get_contents (options.say_file, &options.say, &options.length, error);
}

/* Many times what is repeated: a few bytes a call would tire nobody out but us. */
static void
prepare_words (void)
{
  g_autoptr (GString) words = g_string_new_len (options.say, options.length);

  if (options.repeat_from >= 0)
    while (words->len < SAID_AT_ONCE)
      g_string_append_len (words, options.say + options.repeat_from,
                           options.length - options.repeat_from);
  g_free (options.say);
  options.length = words->len;
  options.say = g_string_free (g_steal_pointer (&words), FALSE);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  struct rlimit limit;

  if (!read_options (argc, argv, &error))
    {
      g_printerr ("flood: %s\n", error->message);
      return 2;
    }
  prepare_words ();
  getrlimit (RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit (RLIMIT_NOFILE, &limit);
  figures.replies = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  run ();
  print_figures ();
  return 0;
}
