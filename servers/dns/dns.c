/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/dns/dns.h"

#include <ares.h>
#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <gio/gio.h>
#include <netinet/in.h>
#include <string.h>

#define TIMEOUT_MS 3000
#define TRIES 3

/* How often c-ares looks for time-outs while questions are open. */
#define TICK_MS 500

struct _Dns
{
  Worker *worker; /* (unowned) */
  ares_channel channel;
  uv_timer_t *timer; /* (owned by the loop) */
  GHashTable *polls; /* (owned) socket -> uv_poll_t, which the loop owns */
  guint pending;     /* questions without an answer */
};

/* A question under way; one of the two answers is set. */
typedef struct
{
  Dns *dns;
  char *name; /* (owned) */
  DnsExchangersAnswer exchangers_answer;
  DnsAddressesAnswer addresses_answer;
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

static gboolean
open_channel (Dns *dns, const char *resolver, GError **error)
{
  struct ares_options options = { 0 };
  options.timeout = TIMEOUT_MS;
  options.tries = TRIES;
  options.sock_state_cb = on_socket_state;
  options.sock_state_cb_data = dns;
  int result = ares_library_init (ARES_LIB_INIT_ALL);
  if (result == ARES_SUCCESS)
    result = ares_init_options (&dns->channel, &options,
                                ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB);
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

Dns *
dns_new (Worker *worker, const char *resolver, GError **error)
{
  Dns *dns = g_new0 (Dns, 1);
  dns->worker = worker;
  dns->polls = g_hash_table_new (NULL, NULL);
  if (!open_channel (dns, resolver, error))
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

static void
exchanger_free (DnsExchanger *exchanger)
{
  g_free (exchanger->host);
  g_free (exchanger);
}

static void
add_exchanger (GPtrArray *exchangers, const char *host, guint preference)
{
  DnsExchanger *exchanger = g_new (DnsExchanger, 1);
  *exchanger = (DnsExchanger){ g_strdup (host), preference };
  g_ptr_array_add (exchangers, exchanger);
}

static int
compare_exchangers (gconstpointer a, gconstpointer b)
{
  const DnsExchanger *first = *(const DnsExchanger *const *) a;
  const DnsExchanger *second = *(const DnsExchanger *const *) b;
  return (first->preference > second->preference) - (first->preference < second->preference);
}

/* RFC 5321, section 5.1: the lowest preference first, equal ones in a random order, so that they
 * share the load. */
static void
arrange (GPtrArray *exchangers)
{
  for (guint i = exchangers->len; i > 1; i--)
    {
      guint j = (guint) g_random_int_range (0, (gint32) i);
      gpointer other = exchangers->pdata[j];
      exchangers->pdata[j] = exchangers->pdata[i - 1];
      exchangers->pdata[i - 1] = other;
    }
  g_ptr_array_sort (exchangers, compare_exchangers); /* which is stable */
}

/* RFC 7505: "." alone says that there is no mail here; beside others it says nothing. */
static DnsStatus
read_exchangers (const struct ares_mx_reply *records, GPtrArray *exchangers)
{
  for (const struct ares_mx_reply *at = records; at != NULL; at = at->next)
    if (*at->host != '\0' && strcmp (at->host, ".") != 0)
      add_exchanger (exchangers, at->host, at->priority);
  arrange (exchangers);
  return exchangers->len > 0 ? DNS_FOUND : DNS_NULL_MX;
}

static void
on_mx (void *data, int result, int timeouts, unsigned char *bytes, int length)
{
  g_autoptr (Question) question = data;
  g_autoptr (GPtrArray) exchangers
      = g_ptr_array_new_with_free_func ((GDestroyNotify) exchanger_free);
  struct ares_mx_reply *records = NULL;
  question_end (question);
  if (result == ARES_SUCCESS)
    result = ares_parse_mx_reply (bytes, length, &records);

  DnsStatus status = to_status (result);
  if (result == ARES_ENODATA)
    {
      /* The name is there, but has no MX record: it takes its mail itself. */
      add_exchanger (exchangers, question->name, 0);
      status = DNS_FOUND;
    }
  else if (status == DNS_FOUND)
    status = read_exchangers (records, exchangers);
  if (records != NULL)
    ares_free_data (records);
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
