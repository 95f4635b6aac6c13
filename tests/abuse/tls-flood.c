/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Clients that do a server no good within TLS: each does a handshake, and then something that costs
 * the server more than it brings, until it is sent away; then it comes again.
 *
 * Orders and figures are those of flood.c. "opened" counts handshakes that were done, "sent" what was
 * asked for within TLS beyond them, "ended" the connections that the server has ended.
 */
#include <arpa/inet.h>
#include <glib.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#define PATIENCE_S 2

static struct
{
  int port, connections, clients, first;
  char *what;
} options = { .connections = 1, .clients = 1 };

static struct
{
  gint opened, failed, ended, sent, is_over;
} figures;

/* Returns whether it was done, and the connection goes on. */
typedef gboolean (*Deed) (SSL *ssl);

static gboolean
leave (SSL *ssl)
{
  return FALSE;
}

/* Is refused since TLS 1.2 knows what it is good for. */
static gboolean
renegotiate (SSL *ssl)
{
  return SSL_renegotiate (ssl) == 1 && SSL_do_handshake (ssl) == 1;
}

/* RFC 8446, section 4.6.3; the server is to change its key, too. */
static gboolean
update_key (SSL *ssl)
{
  return SSL_key_update (ssl, SSL_KEY_UPDATE_REQUESTED) == 1 && SSL_do_handshake (ssl) == 1;
}

/* A record for each byte of a command that does not end. */
static gboolean
say_a_byte (SSL *ssl)
{
  return SSL_write (ssl, "x", 1) == 1;
}

static const struct
{
  const char *name;
  Deed deed;
  int version;
} DEEDS[] = {
  { "handshakes", leave, TLS1_3_VERSION },           { "old-handshakes", leave, TLS1_2_VERSION },
  { "renegotiations", renegotiate, TLS1_2_VERSION }, { "key-updates", update_key, TLS1_3_VERSION },
  { "small-records", say_a_byte, TLS1_3_VERSION },
};

static int
find_deed (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (DEEDS); i++)
    if (g_strcmp0 (options.what, DEEDS[i].name) == 0)
      return (int) i;
  return -1;
}

static struct sockaddr_in
address_of (guint32 ip, int port)
{
  return (struct sockaddr_in){ .sin_family = AF_INET,
                               .sin_port = htons (port),
                               .sin_addr.s_addr = htonl (ip) };
}

/* Clients are 127.20.0.1 and up. Returns -1 for none. */
static int
open_connection (guint32 client)
{
  struct timeval patience = { .tv_sec = PATIENCE_S };
  struct sockaddr_in from = address_of (0x7f140001 + client / 250 * 256 + client % 250, 0);
  struct sockaddr_in to = address_of (INADDR_LOOPBACK, options.port);
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  setsockopt (fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt (fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  if (bind (fd, (struct sockaddr *) &from, sizeof from) == 0
      && connect (fd, (struct sockaddr *) &to, sizeof to) == 0)
    return fd;
  close (fd);
  return -1;
}

static void
visit (SSL_CTX *context, int fd, Deed deed)
{
  SSL *ssl = SSL_new (context);

  SSL_set_fd (ssl, fd);
  if (SSL_connect (ssl) == 1)
    {
      g_atomic_int_inc (&figures.opened);
      while (!g_atomic_int_get (&figures.is_over) && deed (ssl))
        g_atomic_int_inc (&figures.sent);
      if (deed != leave)
        g_atomic_int_inc (&figures.ended);
    }
  else
    g_atomic_int_inc (&figures.failed);
  SSL_free (ssl);
}

static gpointer
run (gpointer number)
{
  int deed = find_deed ();
  SSL_CTX *context = SSL_CTX_new (TLS_client_method ());
  guint32 client = options.first + GPOINTER_TO_INT (number) % options.clients;

  SSL_CTX_set_min_proto_version (context, DEEDS[deed].version);
  SSL_CTX_set_max_proto_version (context, DEEDS[deed].version);
  while (!g_atomic_int_get (&figures.is_over))
    {
      int fd = open_connection (client);
      if (fd < 0)
        {
          g_atomic_int_inc (&figures.failed);
          g_thread_yield ();
          continue;
        }
      visit (context, fd, DEEDS[deed].deed);
      close (fd);
    }
  SSL_CTX_free (context);
  return NULL;
}

static void
print_figures (void)
{
  g_print ("{\"opened\": %d, \"failed\": %d, \"ended\": %d, \"sent\": %d, \"received\": 0, "
           "\"replies\": {}}\n",
           g_atomic_int_get (&figures.opened), g_atomic_int_get (&figures.failed),
           g_atomic_int_get (&figures.ended), g_atomic_int_get (&figures.sent));
}

static gboolean
read_options (int argc, char **argv, GError **error)
{
  const GOptionEntry entries[]
      = { { "port", 0, 0, G_OPTION_ARG_INT, &options.port, "Where the server speaks TLS", "PORT" },
          { "connections", 0, 0, G_OPTION_ARG_INT, &options.connections, "At the same time", "N" },
          { "clients", 0, 0, G_OPTION_ARG_INT, &options.clients, "From so many addresses", "N" },
          { "first", 0, 0, G_OPTION_ARG_INT, &options.first, "The number of the first one", "N" },
          { "what", 0, 0, G_OPTION_ARG_STRING, &options.what, "See the table of deeds", "DEED" },
          { NULL } };
  g_autoptr (GOptionContext) context = g_option_context_new ("- tires a server out within TLS");

  g_option_context_add_main_entries (context, entries, NULL);
  return g_option_context_parse (context, &argc, &argv, error);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) threads = g_ptr_array_new ();
  char bytes[64];

  if (!read_options (argc, argv, &error) || find_deed () < 0)
    {
      g_printerr ("tls-flood: %s\n", error != NULL ? error->message : "no such deed");
      return 2;
    }
  signal (SIGPIPE, SIG_IGN);
  for (int i = 0; i < options.connections; i++)
    g_ptr_array_add (threads, g_thread_new ("client", run, GINT_TO_POINTER (i)));
  while (read (STDIN_FILENO, bytes, sizeof bytes) > 0)
    print_figures ();
  g_atomic_int_set (&figures.is_over, TRUE);
  g_ptr_array_foreach (threads, (GFunc) (void (*) (void)) g_thread_join, NULL);
  print_figures ();
  return 0;
}
