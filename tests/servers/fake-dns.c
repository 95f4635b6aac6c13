/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-dns.h"

#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define NO_ERROR 0
#define SERVER_FAILURE 2
#define NO_SUCH_NAME 3

#define IS_CUT 0x02 /* TC (RFC 1035, section 4.1.1) */
#define HEAD_LENGTH 12

/* What is known of a name beside its records of a type. */
enum
{
  TROUBLE = 0x10001,
  SILENCE,
  DELAY,
  FORGER,
  CUT
};

typedef struct
{
  char *name; /* (owned) */
  guint type;
  guint32 seconds;
  GByteArray *data; /* (owned) */
} Record;

/* A question, as it came. */
typedef struct
{
  struct sockaddr_in client;
  GByteArray *bytes; /* (owned) */
  GString *name;     /* (owned) */
  guint16 type;
  gsize length; /* of the question proper, behind the head */
} Query;

struct _FakeDns
{
  int fd;
  int forger_fd;
  char *endpoint; /* (owned) */
  GThread *thread;
  GMutex lock;
  GPtrArray *records; /* (element-type Record) */
  GPtrArray *delayed; /* (element-type Query) */
  GHashTable *counts; /* (owned) name -> number */
  guint32 seconds;
  gint64 negative_seconds; /* -1: no SOA record */
};

/* --- What it knows --- */

static void
record_free (Record *record)
{
  g_free (record->name);
  g_byte_array_unref (record->data);
  g_free (record);
}

static void
add_record (FakeDns *dns, const char *name, guint type, GByteArray *data)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&dns->lock);
  Record *record = g_new (Record, 1);
  *record = (Record){ g_strdup (name), type, dns->seconds, data };
  g_ptr_array_add (dns->records, record);
}

static void
append_u16 (GByteArray *bytes, guint16 value)
{
  guint16 be = GUINT16_TO_BE (value);
  g_byte_array_append (bytes, (const guint8 *) &be, sizeof be);
}

static void
append_u32 (GByteArray *bytes, guint32 value)
{
  guint32 be = GUINT32_TO_BE (value);
  g_byte_array_append (bytes, (const guint8 *) &be, sizeof be);
}

static void
append_piece (GByteArray *bytes, const char *text)
{
  guint8 length = (guint8) strlen (text);
  g_byte_array_append (bytes, &length, 1);
  g_byte_array_append (bytes, (const guint8 *) text, length);
}

static void
append_name (GByteArray *bytes, const char *name)
{
  g_auto (GStrv) labels = g_strsplit (name, ".", -1);
  for (guint i = 0; labels[i] != NULL && *labels[i] != '\0'; i++)
    append_piece (bytes, labels[i]);
  append_piece (bytes, "");
}

void
fake_dns_add_mx (FakeDns *dns, const char *name, guint16 preference, const char *host)
{
  GByteArray *data = g_byte_array_new ();
  append_u16 (data, preference);
  append_name (data, host);
  add_record (dns, name, ns_t_mx, data);
}

static GByteArray *
address_data (const char *address)
{
  GByteArray *data = g_byte_array_new ();
  struct in_addr bytes;
  g_assert_cmpint (inet_pton (AF_INET, address, &bytes), ==, 1);
  return g_byte_array_append (data, (const guint8 *) &bytes, sizeof bytes);
}

void
fake_dns_add_a (FakeDns *dns, const char *name, const char *address)
{
  add_record (dns, name, ns_t_a, address_data (address));
}

void
fake_dns_add_txt (FakeDns *dns, const char *name, const char *text)
{
  g_auto (GStrv) pieces = g_strsplit (text, "|", -1);
  GByteArray *data = g_byte_array_new ();
  for (guint i = 0; pieces[i] != NULL; i++)
    append_piece (data, pieces[i]);
  if (*text == '\0')
    append_piece (data, "");
  add_record (dns, name, ns_t_txt, data);
}

void
fake_dns_add_trouble (FakeDns *dns, const char *name)
{
  add_record (dns, name, TROUBLE, g_byte_array_new ());
}

void
fake_dns_add_cut (FakeDns *dns, const char *name)
{
  add_record (dns, name, CUT, g_byte_array_new ());
}

void
fake_dns_add_silence (FakeDns *dns, const char *name)
{
  add_record (dns, name, SILENCE, g_byte_array_new ());
}

void
fake_dns_add_delay (FakeDns *dns, const char *name)
{
  add_record (dns, name, DELAY, g_byte_array_new ());
}

void
fake_dns_add_forger (FakeDns *dns, const char *name, const char *address)
{
  add_record (dns, name, FORGER, address_data (address));
}

void
fake_dns_set_seconds (FakeDns *dns, guint32 seconds)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&dns->lock);
  dns->seconds = seconds;
}

void
fake_dns_set_negative_seconds (FakeDns *dns, guint32 seconds)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&dns->lock);
  dns->negative_seconds = seconds;
}

void
fake_dns_forget (FakeDns *dns)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&dns->lock);
  g_ptr_array_set_size (dns->records, 0);
  g_ptr_array_set_size (dns->delayed, 0);
}

guint
fake_dns_count (FakeDns *dns, const char *name)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&dns->lock);
  return GPOINTER_TO_UINT (g_hash_table_lookup (dns->counts, name));
}

/* --- Questions --- */

static void
query_free (Query *query)
{
  g_byte_array_unref (query->bytes);
  g_string_free (query->name, TRUE);
  g_free (query);
}

static Query *
query_new (const guint8 *bytes, gsize length, const struct sockaddr_in *client)
{
  Query *query = g_new0 (Query, 1);
  gsize at = HEAD_LENGTH;
  query->client = *client;
  query->name = g_string_new (NULL);
  while (at < length && bytes[at] != 0)
    {
      if (query->name->len > 0)
        g_string_append_c (query->name, '.');
      g_string_append_len (query->name, (const char *) bytes + at + 1, bytes[at]);
      at += bytes[at] + 1u;
    }
  g_assert_cmpuint (at + 5, <=, length);
  query->type = (guint16) (bytes[at + 1] << 8 | bytes[at + 2]);
  query->length = at + 5 - HEAD_LENGTH;
  query->bytes
      = g_byte_array_append (g_byte_array_new (), bytes, (guint) (HEAD_LENGTH + query->length));
  return query;
}

static gboolean
is_about (const Query *query, const Record *record)
{
  if (!g_str_has_prefix (record->name, "*."))
    return g_ascii_strcasecmp (record->name, query->name->str) == 0;
  return g_str_has_suffix (query->name->str, record->name + 1);
}

static const Record *
find (FakeDns *dns, const Query *query, guint type)
{
  for (guint i = 0; i < dns->records->len; i++)
    {
      const Record *record = g_ptr_array_index (dns->records, i);
      if (record->type == type && is_about (query, record))
        return record;
    }
  return NULL;
}

/* --- Answers --- */

static void
send_bytes (int fd, const GByteArray *bytes, const struct sockaddr_in *client)
{
  (void) !sendto (fd, bytes->data, bytes->len, 0, (const struct sockaddr *) client, sizeof *client);
}

static void
append_record (GByteArray *reply, guint type, guint32 seconds, const GByteArray *data)
{
  append_u16 (reply, 0xc000 | HEAD_LENGTH); /* the name that was asked for */
  append_u16 (reply, (guint16) type);
  append_u16 (reply, ns_c_in);
  append_u32 (reply, seconds);
  append_u16 (reply, (guint16) data->len);
  g_byte_array_append (reply, data->data, data->len);
}

static void
set_head (GByteArray *reply, guint code, guint answers, guint authorities)
{
  const guint8 head[]
      = { 0x81, (guint8) (0x80 | code), 0, 1, 0, (guint8) answers, 0, (guint8) authorities, 0, 0 };
  memcpy (reply->data + 2, head, sizeof head);
}

static void
append_soa (GByteArray *reply, guint32 seconds)
{
  g_autoptr (GByteArray) data = g_byte_array_new ();
  append_name (data, "ns.example");
  append_name (data, "hostmaster.example");
  for (guint i = 0; i < 4; i++)
    append_u32 (data, 1);
  append_u32 (data, seconds);
  append_record (reply, ns_t_soa, 86400, data);
}

static GByteArray *
make_reply (FakeDns *dns, const Query *query)
{
  GByteArray *reply = g_byte_array_new ();
  gboolean is_known = FALSE;
  guint answers = 0;
  g_byte_array_append (reply, query->bytes->data, query->bytes->len);
  for (guint i = 0; i < dns->records->len; i++)
    {
      const Record *record = g_ptr_array_index (dns->records, i);
      if (!is_about (query, record))
        continue;
      is_known = is_known || record->type < TROUBLE;
      if (record->type != query->type)
        continue;
      append_record (reply, record->type, record->seconds, record->data);
      answers++;
    }
  gboolean has_soa = answers == 0 && dns->negative_seconds >= 0;
  if (has_soa)
    append_soa (reply, (guint32) dns->negative_seconds);
  set_head (reply,
            find (dns, query, TROUBLE) != NULL ? SERVER_FAILURE
            : is_known                         ? NO_ERROR
                                               : NO_SUCH_NAME,
            answers, has_soa ? 1 : 0);
  if (find (dns, query, CUT) != NULL)
    {
      g_byte_array_set_size (reply, query->bytes->len);
      set_head (reply, NO_ERROR, 0, 0);
      reply->data[2] |= IS_CUT;
    }
  return reply;
}

/* What somebody says who can't see the question, or is not the server. */
static void
forge (FakeDns *dns, const Query *query, const Record *forger)
{
  g_autoptr (GByteArray) reply = g_byte_array_new ();
  g_byte_array_append (reply, query->bytes->data, query->bytes->len);
  append_record (reply, ns_t_a, 86400, forger->data);
  set_head (reply, NO_ERROR, 1, 0);

  send_bytes (dns->forger_fd, reply, &query->client);
  reply->data[1] ^= 1;
  send_bytes (dns->fd, reply, &query->client);
  reply->data[1] ^= 1;
  reply->data[HEAD_LENGTH + 1] ^= 3; /* the first letter of the name */
  send_bytes (dns->fd, reply, &query->client);
  g_byte_array_set_size (reply, HEAD_LENGTH - 1);
  send_bytes (dns->fd, reply, &query->client);
}

static void
answer (FakeDns *dns, const Query *query)
{
  g_autoptr (GByteArray) reply = make_reply (dns, query);
  send_bytes (dns->fd, reply, &query->client);
}

static void
take (FakeDns *dns, Query *query)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&dns->lock);
  const Record *forger = find (dns, query, FORGER);
  guint count = GPOINTER_TO_UINT (g_hash_table_lookup (dns->counts, query->name->str));
  g_hash_table_replace (dns->counts, g_strdup (query->name->str), GUINT_TO_POINTER (count + 1));
  if (forger != NULL)
    forge (dns, query, forger);
  if (find (dns, query, DELAY) != NULL)
    {
      g_ptr_array_add (dns->delayed, query);
      return;
    }
  if (find (dns, query, SILENCE) == NULL)
    answer (dns, query);
  query_free (query);
}

void
fake_dns_release (FakeDns *dns)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&dns->lock);
  for (guint i = dns->records->len; i > 0; i--)
    if (((const Record *) g_ptr_array_index (dns->records, i - 1))->type == DELAY)
      g_ptr_array_remove_index (dns->records, i - 1);
  for (guint i = 0; i < dns->delayed->len; i++)
    answer (dns, g_ptr_array_index (dns->delayed, i));
  g_ptr_array_set_size (dns->delayed, 0);
}

static gpointer
serve (gpointer data)
{
  FakeDns *dns = data;
  for (;;)
    {
      guint8 bytes[1024];
      struct sockaddr_in client;
      socklen_t client_length = sizeof client;
      gssize length
          = recvfrom (dns->fd, bytes, sizeof bytes, 0, (struct sockaddr *) &client, &client_length);
      if (length < HEAD_LENGTH)
        return NULL; /* the end: see fake_dns_free() */
      take (dns, query_new (bytes, (gsize) length, &client));
    }
}

/* --- Its life --- */

static int
open_socket (struct sockaddr_in *name)
{
  socklen_t length = sizeof *name;
  int fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  *name = (struct sockaddr_in){ .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  g_assert_cmpint (bind (fd, (struct sockaddr *) name, sizeof *name), ==, 0);
  g_assert_cmpint (getsockname (fd, (struct sockaddr *) name, &length), ==, 0);
  return fd;
}

FakeDns *
fake_dns_new (void)
{
  FakeDns *dns = g_new0 (FakeDns, 1);
  struct sockaddr_in name;
  dns->forger_fd = open_socket (&name);
  dns->fd = open_socket (&name);
  dns->endpoint = g_strdup_printf ("127.0.0.1:%u", ntohs (name.sin_port));
  g_mutex_init (&dns->lock);
  dns->records = g_ptr_array_new_with_free_func ((GDestroyNotify) record_free);
  dns->delayed = g_ptr_array_new_with_free_func ((GDestroyNotify) query_free);
  dns->counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  dns->seconds = 60;
  dns->negative_seconds = -1;
  dns->thread = g_thread_new ("fake-dns", serve, dns);
  return dns;
}

void
fake_dns_free (FakeDns *dns)
{
  struct sockaddr_in name;
  socklen_t length = sizeof name;
  g_assert_cmpint (getsockname (dns->fd, (struct sockaddr *) &name, &length), ==, 0);
  g_assert_cmpint (sendto (dns->fd, "", 1, 0, (struct sockaddr *) &name, length), ==, 1);
  g_thread_join (dns->thread);
  close (dns->fd);
  close (dns->forger_fd);
  g_ptr_array_unref (dns->records);
  g_ptr_array_unref (dns->delayed);
  g_hash_table_unref (dns->counts);
  g_mutex_clear (&dns->lock);
  g_free (dns->endpoint);
  g_free (dns);
}

const char *
fake_dns_endpoint (FakeDns *dns)
{
  return dns->endpoint;
}
