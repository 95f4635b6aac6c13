/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/dns/dns.h"

#include <ares.h>
#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <gio/gio.h>
#include <netinet/in.h>
#include <string.h>

/* How often c-ares looks for time-outs while questions are open. */
#define TICK_MS 250

/* How long a server has for its first answer, and how often each server is asked; the time doubles
 * with each round. */
typedef struct
{
  int timeout_ms;
  int tries;
  int flags;
} Patience;

static const Patience usual = { 3000, 3, 0 };
/* A long answer is taken as far as it came: where the resolver speaks no TCP, going over to that costs
 * all questions that are under way a try. */
static const Patience hasty = { 800, 2, ARES_FLAG_IGNTC };

struct _Dns
{
  Worker *worker; /* (unowned) */
  ares_channel channel;
  uv_timer_t *timer; /* (owned by the loop) */
  GHashTable *polls; /* (owned) socket -> uv_poll_t, which the loop owns */
  guint pending;     /* questions without an answer */
};

/* A question under way; one of the answers is set. */
typedef struct
{
  Dns *dns;
  char *name; /* (owned) */
  DnsExchangersAnswer exchangers_answer;
  DnsAddressesAnswer addresses_answer;
  DnsIpv4Answer ipv4_answer;
  DnsTextAnswer text_answer;
  gpointer user_data;
} Question;

static void
on_poll (uv_poll_t *poll, int status, int events)
{
  Dns *dns = poll->data;
  uv_os_fd_t fd;
  if (uv_fileno ((uv_handle_t *) poll, &fd) != 0)
    return;
  /* After an error both are tried, so that c-ares finds it out. */
  ares_process_fd (dns->channel, status < 0 || (events & UV_READABLE) ? fd : ARES_SOCKET_BAD,
                   status < 0 || (events & UV_WRITABLE) ? fd : ARES_SOCKET_BAD);
}

static void
free_handle (uv_handle_t *handle)
{
  g_free (handle);
}

static void
forget_socket (Dns *dns, ares_socket_t fd)
{
  uv_poll_t *poll = g_hash_table_lookup (dns->polls, GINT_TO_POINTER (fd));
  if (poll == NULL)
    return;
  g_hash_table_remove (dns->polls, GINT_TO_POINTER (fd));
  uv_poll_stop (poll);
  uv_close ((uv_handle_t *) poll, free_handle);
}

/* c-ares tells what it waits for at which socket; for neither, just before it closes it. */
static void
on_socket_state (void *data, ares_socket_t fd, int readable, int writable)
{
  Dns *dns = data;
  if (!readable && !writable)
    {
      forget_socket (dns, fd);
      return;
    }
  uv_poll_t *poll = g_hash_table_lookup (dns->polls, GINT_TO_POINTER (fd));
  if (poll == NULL)
    {
      poll = g_new0 (uv_poll_t, 1);
      if (uv_poll_init (worker_loop (dns->worker), poll, fd) != 0)
        {
          g_free (poll); /* then the question ends by its time-out */
          return;
        }
      poll->data = dns;
      g_hash_table_insert (dns->polls, GINT_TO_POINTER (fd), poll);
    }
  uv_poll_start (poll, (readable ? UV_READABLE : 0) | (writable ? UV_WRITABLE : 0), on_poll);
}

static void
on_timer (uv_timer_t *timer)
{
  Dns *dns = timer->data;
  ares_process_fd (dns->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
}

/* c-ares counts who uses it, but not in a way that threads can share. */
static int
initialize_library (void)
{
  static gsize result_plus_one;
  if (g_once_init_enter (&result_plus_one))
    g_once_init_leave (&result_plus_one, (gsize) ares_library_init (ARES_LIB_INIT_ALL) + 1);
  return (int) (result_plus_one - 1);
}

static gboolean
open_channel (Dns *dns, const Patience *patience, const char *resolver, GError **error)
{
  struct ares_options options = { 0 };
  options.timeout = patience->timeout_ms;
  options.tries = patience->tries;
  options.flags = patience->flags;
  options.sock_state_cb = on_socket_state;
  options.sock_state_cb_data = dns;
  int result = initialize_library ();
  if (result == ARES_SUCCESS)
    result = ares_init_options (&dns->channel, &options,
                                ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_FLAGS
                                    | ARES_OPT_SOCK_STATE_CB);
  if (result == ARES_SUCCESS && resolver != NULL)
    {
      result = ares_set_servers_ports_csv (dns->channel, resolver);
      if (result != ARES_SUCCESS)
        ares_destroy (dns->channel);
    }
  if (result != ARES_SUCCESS)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "cannot set up the DNS resolver: %s",
                 ares_strerror (result));
  return result == ARES_SUCCESS;
}

static Dns *
new_with (Worker *worker, const Patience *patience, const char *resolver, GError **error)
{
  Dns *dns = g_new0 (Dns, 1);
  dns->worker = worker;
  dns->polls = g_hash_table_new (NULL, NULL);
  if (!open_channel (dns, patience, resolver, error))
    {
      g_hash_table_unref (dns->polls);
      g_free (dns);
      return NULL;
    }
  dns->timer = g_new0 (uv_timer_t, 1);
  uv_timer_init (worker_loop (worker), dns->timer);
  dns->timer->data = dns;
  return dns;
}

Dns *
dns_new (Worker *worker, const char *resolver, GError **error)
{
  return new_with (worker, &usual, resolver, error);
}

Dns *
dns_new_hasty (Worker *worker, const char *resolver, GError **error)
{
  return new_with (worker, &hasty, resolver, error);
}

void
dns_free (Dns *dns)
{
  if (dns == NULL)
    return;
  ares_destroy (dns->channel);
  uv_close ((uv_handle_t *) dns->timer, free_handle);
  g_hash_table_unref (dns->polls);
  g_free (dns);
}

static Question *
question_new (Dns *dns, const char *name, gpointer user_data)
{
  Question *question = g_new0 (Question, 1);
  question->dns = dns;
  question->name = g_strdup (name);
  question->user_data = user_data;
  if (dns->pending++ == 0)
    uv_timer_start (dns->timer, on_timer, TICK_MS, TICK_MS);
  return question;
}

/* To be called before the answer is given: that may end everything. */
static void
question_end (Question *question)
{
  if (--question->dns->pending == 0)
    uv_timer_stop (question->dns->timer);
}

static void
question_free (Question *question)
{
  g_free (question->name);
  g_free (question);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Question, question_free)

static DnsStatus
to_status (int result)
{
  switch (result)
    {
    case ARES_SUCCESS:
      return DNS_FOUND;
    case ARES_ENOTFOUND:
    case ARES_ENODATA:
      return DNS_NOT_FOUND;
    default:
      return DNS_TROUBLE;
    }
}

/* RFC 7505: "." alone says that there is no mail here; beside others it says nothing. */
static DnsStatus
leave_out_null_mx (GPtrArray *exchangers)
{
  for (guint i = exchangers->len; i > 0; i--)
    if (*((const DnsExchanger *) exchangers->pdata[i - 1])->host == '\0')
      g_ptr_array_remove_index (exchangers, i - 1);
  return exchangers->len > 0 ? DNS_FOUND : DNS_NULL_MX;
}

static void
on_mx (void *data, int result, int timeouts, unsigned char *bytes, int length)
{
  g_autoptr (Question) question = data;
  g_autoptr (GPtrArray) exchangers = dns_answer_exchangers_new ();
  question_end (question);
  if (result == ARES_SUCCESS)
    result = dns_answer_read_exchangers (bytes, (gsize) length, exchangers);

  DnsStatus status = to_status (result);
  if (result == ARES_ENODATA)
    {
      /* The name is there, but has no MX record: it takes its mail itself. */
      dns_answer_add_exchanger (exchangers, question->name, 0);
      status = DNS_FOUND;
    }
  else if (status == DNS_FOUND)
    status = leave_out_null_mx (exchangers);
  question->exchangers_answer (question->user_data, status, status == DNS_FOUND ? exchangers : NULL,
                               status == DNS_FOUND ? "" : ares_strerror (result));
}

void
dns_find_exchangers (Dns *dns, const char *domain, DnsExchangersAnswer answer, gpointer user_data)
{
  Question *question = question_new (dns, domain, user_data);
  question->exchangers_answer = answer;
  ares_query (dns->channel, domain, ns_c_in, ns_t_mx, on_mx, question);
}

static gboolean
read_address (const struct sockaddr *from, IpAddress *address)
{
  char text[IP_NETWORK_TEXT_MAX];
  const void *bytes = from->sa_family == AF_INET
                          ? (const void *) &((const struct sockaddr_in *) from)->sin_addr
                          : (const void *) &((const struct sockaddr_in6 *) from)->sin6_addr;
  return inet_ntop (from->sa_family, bytes, text, sizeof text) != NULL
         && ip_address_parse (text, address);
}

static void
on_addresses (void *data, int result, int timeouts, struct ares_addrinfo *info)
{
  g_autoptr (Question) question = data;
  g_autoptr (GArray) addresses = g_array_new (FALSE, FALSE, sizeof (IpAddress));
  question_end (question);
  for (struct ares_addrinfo_node *at = info != NULL ? info->nodes : NULL; at != NULL;
       at = at->ai_next)
    {
      IpAddress address;
      if (read_address (at->ai_addr, &address))
        g_array_append_val (addresses, address);
    }
  if (info != NULL)
    ares_freeaddrinfo (info);

  DnsStatus status = to_status (result);
  if (status == DNS_FOUND && addresses->len == 0)
    status = DNS_NOT_FOUND;
  question->addresses_answer (question->user_data, status, status == DNS_FOUND ? addresses : NULL,
                              status == DNS_FOUND ? "" : ares_strerror (result));
}

void
dns_find_addresses (Dns *dns, const char *host, DnsAddressesAnswer answer, gpointer user_data)
{
  Question *question = question_new (dns, host, user_data);
  question->addresses_answer = answer;
  struct ares_addrinfo_hints hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM };
  ares_getaddrinfo (dns->channel, host, NULL, &hints, on_addresses, question);
}

static void
on_ipv4 (void *data, int result, int timeouts, unsigned char *bytes, int length)
{
  g_autoptr (Question) question = data;
  g_autoptr (GArray) addresses = g_array_new (FALSE, FALSE, sizeof (IpAddress));
  guint seconds = 0;
  question_end (question);
  if (result == ARES_SUCCESS)
    result = dns_answer_read_ipv4 (bytes, (gsize) length, addresses, &seconds);

  DnsStatus status = to_status (result);
  if (status == DNS_NOT_FOUND && dns_answer_is_cut (bytes, (gsize) length))
    status = DNS_TROUBLE;
  if (status == DNS_NOT_FOUND)
    seconds = dns_answer_negative_seconds (bytes, (gsize) length);
  question->ipv4_answer (question->user_data, status, status == DNS_FOUND ? addresses : NULL,
                         seconds);
}

void
dns_find_ipv4 (Dns *dns, const char *name, DnsIpv4Answer answer, gpointer user_data)
{
  Question *question = question_new (dns, name, user_data);
  question->ipv4_answer = answer;
  ares_query (dns->channel, name, ns_c_in, ns_t_a, on_ipv4, question);
}

static void
on_text (void *data, int result, int timeouts, unsigned char *bytes, int length)
{
  g_autoptr (Question) question = data;
  g_autofree char *text
      = result == ARES_SUCCESS ? dns_answer_read_text (bytes, (gsize) length) : NULL;
  DnsStatus status = to_status (result);
  question_end (question);
  if (status == DNS_FOUND && text == NULL)
    status = DNS_NOT_FOUND;
  question->text_answer (question->user_data, status, text != NULL ? text : "");
}

void
dns_find_text (Dns *dns, const char *name, DnsTextAnswer answer, gpointer user_data)
{
  Question *question = question_new (dns, name, user_data);
  question->text_answer = answer;
  ares_query (dns->channel, name, ns_c_in, ns_t_txt, on_text, question);
}
