/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A worker asks a server on a loopback address. */
#include "fake-dns.h"
#include "servers/dns/dns-option.h"
#include "servers/dns/dns.h"

#include <gio/gio.h>
#include <string.h>

typedef struct
{
  FakeDns *server;
  Worker *worker;
  Dns *dns;
  GAsyncQueue *answers; /* (element-type utf8): what came, as a text */
} Fixture;

/* A question for the worker's thread. */
typedef struct
{
  Fixture *fixture;
  const char *name;
  void (*ask) (Fixture *fixture, const char *name);
} Task;

static void
open_dns (gpointer data)
{
  Fixture *fixture = data;
  fixture->dns = dns_new_hasty (fixture->worker, fake_dns_endpoint (fixture->server), NULL);
  g_assert_nonnull (fixture->dns);
}

static void
close_dns (gpointer data)
{
  Fixture *fixture = data;
  g_clear_pointer (&fixture->dns, dns_free);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->server = fake_dns_new ();
  fixture->worker = worker_new ("test", NULL);
  fixture->answers = g_async_queue_new_full (g_free);
  worker_call (fixture->worker, open_dns, fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  worker_call (fixture->worker, close_dns, fixture);
  worker_free (fixture->worker);
  fake_dns_free (fixture->server);
  g_async_queue_unref (fixture->answers);
}

static const char *
status_name (DnsStatus status)
{
  static const char *const names[] = { "found", "not found", "null MX", "trouble" };
  return names[status];
}

static void
on_exchangers (gpointer user_data, DnsStatus status, GPtrArray *exchangers, const char *reason)
{
  Fixture *fixture = user_data;
  GString *text = g_string_new (status_name (status));
  g_assert_cmpint (*reason == '\0', ==, status == DNS_FOUND);
  for (guint i = 0; exchangers != NULL && i < exchangers->len; i++)
    {
      const DnsExchanger *exchanger = g_ptr_array_index (exchangers, i);
      g_string_append_printf (text, " %u:%s", exchanger->preference, exchanger->host);
    }
  g_async_queue_push (fixture->answers, g_string_free (text, FALSE));
}

static void
append_addresses (GString *text, GArray *addresses)
{
  char buffer[IP_NETWORK_TEXT_MAX];
  for (guint i = 0; addresses != NULL && i < addresses->len; i++)
    g_string_append_printf (
        text, " %s", ip_address_to_string (&g_array_index (addresses, IpAddress, i), buffer));
}

static void
on_addresses (gpointer user_data, DnsStatus status, GArray *addresses, const char *reason)
{
  Fixture *fixture = user_data;
  GString *text = g_string_new (status_name (status));
  append_addresses (text, addresses);
  g_async_queue_push (fixture->answers, g_string_free (text, FALSE));
}

static void
on_ipv4 (gpointer user_data, DnsStatus status, GArray *addresses, guint seconds)
{
  Fixture *fixture = user_data;
  GString *text = g_string_new (status_name (status));
  append_addresses (text, addresses);
  g_string_append_printf (text, " for %u s", seconds);
  g_async_queue_push (fixture->answers, g_string_free (text, FALSE));
}

static void
on_text (gpointer user_data, DnsStatus status, const char *text)
{
  Fixture *fixture = user_data;
  g_async_queue_push (fixture->answers, g_strdup_printf ("%s \"%s\"", status_name (status), text));
}

static void
ask_exchangers (Fixture *fixture, const char *name)
{
  dns_find_exchangers (fixture->dns, name, on_exchangers, fixture);
}

static void
ask_addresses (Fixture *fixture, const char *name)
{
  dns_find_addresses (fixture->dns, name, on_addresses, fixture);
}

static void
ask_ipv4 (Fixture *fixture, const char *name)
{
  dns_find_ipv4 (fixture->dns, name, on_ipv4, fixture);
}

static void
ask_text (Fixture *fixture, const char *name)
{
  dns_find_text (fixture->dns, name, on_text, fixture);
}

static void
run_task (gpointer data)
{
  Task *task = data;
  task->ask (task->fixture, task->name);
}

static void
check (Fixture *fixture,
       void (*ask) (Fixture *fixture, const char *name),
       const char *name,
       const char *expected)
{
  Task task = { fixture, name, ask };
  worker_call (fixture->worker, run_task, &task);
  g_autofree char *answer = g_async_queue_pop (fixture->answers);
  g_test_message ("%s", name);
  g_assert_cmpstr (answer, ==, expected);
}

static void
test_exchangers (Fixture *fixture, gconstpointer data)
{
  fake_dns_add_mx (fixture->server, "far.example", 20, "b.far.example");
  fake_dns_add_mx (fixture->server, "far.example", 10, "a.far.example");
  fake_dns_add_mx (fixture->server, "null.example", 0, "");
  fake_dns_add_mx (fixture->server, "half.example", 0, "");
  fake_dns_add_mx (fixture->server, "half.example", 10, "a.half.example");
  fake_dns_add_a (fixture->server, "host.example", "192.0.2.1");
  fake_dns_add_trouble (fixture->server, "trouble.example");
  check (fixture, ask_exchangers, "far.example", "found 10:a.far.example 20:b.far.example");
  check (fixture, ask_exchangers, "null.example", "null MX");
  check (fixture, ask_exchangers, "half.example", "found 10:a.half.example");
  check (fixture, ask_exchangers, "host.example", "found 0:host.example");
  check (fixture, ask_exchangers, "absent.example", "not found");
  check (fixture, ask_exchangers, "trouble.example", "trouble");
}

static void
test_addresses (Fixture *fixture, gconstpointer data)
{
  fake_dns_add_a (fixture->server, "host.example", "192.0.2.1");
  check (fixture, ask_addresses, "host.example", "found 192.0.2.1");
  check (fixture, ask_addresses, "absent.example", "not found");
}

static void
test_ipv4 (Fixture *fixture, gconstpointer data)
{
  fake_dns_add_a (fixture->server, "two.example", "127.0.0.2");
  fake_dns_set_seconds (fixture->server, 30);
  fake_dns_add_a (fixture->server, "two.example", "127.0.0.4");
  fake_dns_add_txt (fixture->server, "text.example", "a text");
  fake_dns_add_trouble (fixture->server, "trouble.example");
  check (fixture, ask_ipv4, "two.example", "found 127.0.0.2 127.0.0.4 for 30 s");
  check (fixture, ask_ipv4, "TWO.example", "found 127.0.0.2 127.0.0.4 for 30 s");
  check (fixture, ask_ipv4, "absent.example", "not found for 300 s");
  check (fixture, ask_ipv4, "text.example", "not found for 300 s");
  fake_dns_add_cut (fixture->server, "cut.example");
  check (fixture, ask_ipv4, "trouble.example", "trouble for 0 s");
  check (fixture, ask_ipv4, "cut.example", "trouble for 0 s");
  check (fixture, ask_ipv4, "a..b", "trouble for 0 s");
  fake_dns_set_negative_seconds (fixture->server, 77);
  check (fixture, ask_ipv4, "absent.example", "not found for 77 s");
  check (fixture, ask_ipv4, "text.example", "not found for 77 s");
}

static void
test_text (Fixture *fixture, gconstpointer data)
{
  g_autofree char *long_text = g_strnfill (255, 'x');
  g_autofree char *cut = g_strdup_printf ("found \"%.*s\"", DNS_TEXT_MAX, long_text);
  fake_dns_add_txt (fixture->server, "text.example", "two |pieces|");
  fake_dns_add_txt (fixture->server, "text.example", "another record");
  fake_dns_add_txt (fixture->server, "evil.example", "a\r\n250 b\t\x1b[2Jc\x80\xff%n");
  fake_dns_add_txt (fixture->server, "long.example", long_text);
  fake_dns_add_txt (fixture->server, "empty.example", "");
  fake_dns_add_a (fixture->server, "host.example", "192.0.2.1");
  check (fixture, ask_text, "text.example", "found \"two pieces\"");
  check (fixture, ask_text, "evil.example", "found \"a??250 b??[2Jc??%n\"");
  check (fixture, ask_text, "long.example", cut);
  check (fixture, ask_text, "empty.example", "found \"\"");
  check (fixture, ask_text, "host.example", "not found \"\"");
  check (fixture, ask_text, "absent.example", "not found \"\"");
}

/* An answer from another port, with another id, or to another question, is none. */
static void
test_forger (Fixture *fixture, gconstpointer data)
{
  fake_dns_add_forger (fixture->server, "*.forged.example", "127.0.0.66");
  fake_dns_add_a (fixture->server, "clear.forged.example", "127.0.0.2");
  check (fixture, ask_ipv4, "clear.forged.example", "found 127.0.0.2 for 60 s");
  check (fixture, ask_ipv4, "absent.forged.example", "not found for 300 s");
  fake_dns_add_silence (fixture->server, "*.forged.example");
  check (fixture, ask_ipv4, "silent.forged.example", "trouble for 0 s");
}

/* Who asks a server that is not there gets an answer, too; and so does who ends before it comes. */
static void
test_end (Fixture *fixture, gconstpointer data)
{
  Task task = { fixture, "silent.example", ask_ipv4 };
  fake_dns_add_silence (fixture->server, "silent.example");
  worker_call (fixture->worker, run_task, &task);
  worker_call (fixture->worker, close_dns, fixture);
  g_autofree char *answer = g_async_queue_pop (fixture->answers);
  g_assert_cmpstr (answer, ==, "trouble for 0 s");
}

static void
test_bad_resolver (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_assert_null (dns_new (fixture->worker, "not an address", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
}

static void
test_option (void)
{
  static const char *const wrong[] = { "", "*:53", "192.0.2.1", "example.org:53", "192.0.2.1:0" };
  g_assert_null (dns_option_resolver ());
  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;
      g_assert_false (dns_option_take_resolver ("--resolver", wrong[i], NULL, &error));
      g_assert_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE);
    }
  g_assert_null (dns_option_resolver ());
  g_assert_true (dns_option_take_resolver ("--resolver", "[2001:db8::1]:53", NULL, NULL));
  g_assert_cmpstr (dns_option_resolver (), ==, "[2001:db8::1]:53");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/dns/exchangers", Fixture, NULL, set_up, test_exchangers, tear_down);
  g_test_add ("/dns/addresses", Fixture, NULL, set_up, test_addresses, tear_down);
  g_test_add ("/dns/ipv4", Fixture, NULL, set_up, test_ipv4, tear_down);
  g_test_add ("/dns/text", Fixture, NULL, set_up, test_text, tear_down);
  g_test_add ("/dns/forger", Fixture, NULL, set_up, test_forger, tear_down);
  g_test_add ("/dns/end", Fixture, NULL, set_up, test_end, tear_down);
  g_test_add ("/dns/bad-resolver", Fixture, NULL, set_up, test_bad_resolver, tear_down);
  g_test_add_func ("/dns/option", test_option);
  return g_test_run ();
}
