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

typedef struct
{
  char *name;       /* (owned) */
  guint16 type;     /* 0: trouble */
  GByteArray *data; /* (owned) */
} Record;

struct _FakeDns
{
  int fd;
  char *endpoint; /* (owned) */
  GThread *thread;
  GPtrArray *records; /* (element-type Record) */
};

static void
record_free (Record *record)
{
  g_free (record->name);
  g_byte_array_unref (record->data);
  g_free (record);
}

static Record *
add_record (FakeDns *dns, const char *name, guint16 type)
{
  Record *record = g_new (Record, 1);
  *record = (Record){ g_strdup (name), type, g_byte_array_new () };
  g_ptr_array_add (dns->records, record);
  return record;
}

static void
append_u16 (GByteArray *bytes, guint16 value)
{
  guint16 be = GUINT16_TO_BE (value);
  g_byte_array_append (bytes, (const guint8 *) &be, sizeof be);
}

static void
append_name (GByteArray *bytes, const char *name)
{
  g_auto (GStrv) labels = g_strsplit (name, ".", -1);
  for (guint i = 0; labels[i] != NULL && *labels[i] != '\0'; i++)
    {
      guint8 length = (guint8) strlen (labels[i]);
      g_byte_array_append (bytes, &length, 1);
      g_byte_array_append (bytes, (const guint8 *) labels[i], length);
    }
  g_byte_array_append (bytes, (const guint8 *) "", 1);
}

void
fake_dns_add_mx (FakeDns *dns, const char *name, guint16 preference, const char *host)
{
  Record *record = add_record (dns, name, ns_t_mx);
  append_u16 (record->data, preference);
  append_name (record->data, host);
}

void
fake_dns_add_a (FakeDns *dns, const char *name, const char *address)
{
  struct in_addr bytes;
  g_assert_cmpint (inet_pton (AF_INET, address, &bytes), ==, 1);
  g_byte_array_append (add_record (dns, name, ns_t_a)->data, (const guint8 *) &bytes, sizeof bytes);
}

void
fake_dns_add_trouble (FakeDns *dns, const char *name)
{
  add_record (dns, name, 0);
}

/* Reads the name and the type that are asked for; returns the length of the question. */
static gsize
read_question (const guint8 *query, gsize length, GString *name, guint16 *type)
{
  gsize at = 12;
  while (at < length && query[at] != 0)
    {
      if (name->len > 0)
        g_string_append_c (name, '.');
      g_string_append_len (name, (const char *) query + at + 1, query[at]);
      at += query[at] + 1u;
    }
  g_assert_cmpuint (at + 5, <=, length);
  *type = (guint16) (query[at + 1] << 8 | query[at + 2]);
  return at + 5 - 12;
}

static void
append_answer (GByteArray *reply, const Record *record)
{
  append_u16 (reply, 0xc00c); /* the name that was asked for */
  append_u16 (reply, record->type);
  append_u16 (reply, ns_c_in);
  append_u16 (reply, 0);
  append_u16 (reply, 60);
  append_u16 (reply, (guint16) record->data->len);
  g_byte_array_append (reply, record->data->data, record->data->len);
}

static GByteArray *
make_reply (FakeDns *dns, const guint8 *query, gsize length)
{
  g_autoptr (GString) name = g_string_new (NULL);
  guint16 type;
  gsize question = read_question (query, length, name, &type);
  GByteArray *reply = g_byte_array_new ();
  guint16 code = NO_SUCH_NAME, answers = 0;
  g_byte_array_append (reply, query, (guint) (12 + question));
  for (guint i = 0; i < dns->records->len; i++)
    {
      const Record *record = g_ptr_array_index (dns->records, i);
      if (g_ascii_strcasecmp (record->name, name->str) != 0)
        continue;
      code = record->type == 0 ? SERVER_FAILURE : NO_ERROR;
      if (record->type != type)
        continue;
      append_answer (reply, record);
      answers++;
    }
  const guint8 head[] = { 0x81, (guint8) (0x80 | code), 0, 1, 0, (guint8) answers, 0, 0, 0, 0 };
  memcpy (reply->data + 2, head, sizeof head);
  return reply;
}

static gpointer
serve (gpointer data)
{
  FakeDns *dns = data;
  for (;;)
    {
      guint8 query[1024];
      struct sockaddr_in client;
      socklen_t client_length = sizeof client;
      gssize length
          = recvfrom (dns->fd, query, sizeof query, 0, (struct sockaddr *) &client, &client_length);
      if (length < 12)
        return NULL; /* the end: see fake_dns_free() */
      g_autoptr (GByteArray) reply = make_reply (dns, query, (gsize) length);
      (void) !sendto (dns->fd, reply->data, reply->len, 0, (struct sockaddr *) &client,
                      client_length);
    }
}

FakeDns *
fake_dns_new (void)
{
  FakeDns *dns = g_new0 (FakeDns, 1);
  struct sockaddr_in name = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  socklen_t length = sizeof name;
  dns->fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  g_assert_cmpint (bind (dns->fd, (struct sockaddr *) &name, sizeof name), ==, 0);
  g_assert_cmpint (getsockname (dns->fd, (struct sockaddr *) &name, &length), ==, 0);
  dns->endpoint = g_strdup_printf ("127.0.0.1:%u", ntohs (name.sin_port));
  dns->records = g_ptr_array_new_with_free_func ((GDestroyNotify) record_free);
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
  g_ptr_array_unref (dns->records);
  g_free (dns->endpoint);
  g_free (dns);
}

const char *
fake_dns_endpoint (FakeDns *dns)
{
  return dns->endpoint;
}
