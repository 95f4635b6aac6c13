/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Workers ask blocklists on a loopback address. */
#include "caught-log.h"
#include "fake-dns.h"
#include "servers/dns/blocklist.h"

#include <string.h>

#define WORKERS 2

typedef struct
{
  FakeDns *server;
  BlocklistMemory *memory;
  Worker *workers[WORKERS];
  Blocklist *blocklists[WORKERS];
  gint64 time; /* of the memory's clock */
} Fixture;

/* A question, and what came of it. */
typedef struct
{
  Fixture *fixture;
  guint worker;
  const char *lists; /* separated by blanks */
  BlocklistMatch match;
  const char *address;
  GAsyncQueue *answers; /* (element-type utf8) */
} Question;

static gint64
read_clock (gpointer user_data)
{
  Fixture *fixture = user_data;
  return fixture->time;
}

static void
open_blocklists (gpointer data)
{
  Fixture *fixture = data;
  for (guint i = 0; i < WORKERS; i++)
    if (worker_is_current (fixture->workers[i]))
      fixture->blocklists[i] = blocklist_new (fixture->workers[i], fixture->memory,
                                              fake_dns_endpoint (fixture->server), NULL);
}

static void
close_blocklists (gpointer data)
{
  Fixture *fixture = data;
  for (guint i = 0; i < WORKERS; i++)
    if (worker_is_current (fixture->workers[i]))
      g_clear_pointer (&fixture->blocklists[i], blocklist_free);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->server = fake_dns_new ();
  fixture->memory = blocklist_memory_new ();
  fixture->time = 1000;
  blocklist_memory_set_clock (fixture->memory, read_clock, fixture);
  for (guint i = 0; i < WORKERS; i++)
    fixture->workers[i] = worker_new ("test", NULL);
  for (guint i = 0; i < WORKERS; i++)
    {
      worker_call (fixture->workers[i], open_blocklists, fixture);
      g_assert_nonnull (fixture->blocklists[i]);
    }
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < WORKERS; i++)
    worker_call (fixture->workers[i], close_blocklists, fixture);
  for (guint i = 0; i < WORKERS; i++)
    worker_free (fixture->workers[i]);
  caught_log_check (NULL);
  blocklist_memory_free (fixture->memory);
  fake_dns_free (fixture->server);
}

static void
on_done (gpointer user_data, const BlocklistAnswer *answer)
{
  g_assert_cmpint (answer->is_listed, ==, *answer->list != '\0');
  g_async_queue_push (user_data, answer->is_listed
                                     ? g_strdup_printf ("%s %s", answer->list, answer->text)
                                     : g_strdup ("clean"));
}

static void
run_question (gpointer data)
{
  const Question *question = data;
  g_auto (GStrv) lists = g_strsplit (question->lists, " ", 0);
  IpAddress address;
  g_assert_true (ip_address_parse (question->address, &address));
  blocklist_ask (question->fixture->blocklists[question->worker], lists, question->match, &address,
                 on_done, question->answers);
}

static void
ask (const Question *question)
{
  worker_call (question->fixture->workers[question->worker], run_question, (gpointer) question);
}

static void
check_answer (const Question *question, const char *expected)
{
  g_autofree char *answer = g_async_queue_pop (question->answers);
  g_test_message ("%s in \"%s\"", question->address, question->lists);
  g_assert_cmpstr (answer, ==, expected);
}

static void
check (Fixture *fixture,
       const char *lists,
       BlocklistMatch match,
       const char *address,
       const char *expected)
{
  g_autoptr (GAsyncQueue) answers = g_async_queue_new_full (g_free);
  Question question = { fixture, 0, lists, match, address, answers };
  ask (&question);
  check_answer (&question, expected);
}

#define IPV6_NAME "8.d.0.2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.a.example"

static void
test_matches (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *lists;
    const char *address;
    const char *any, *all;
  } rows[] = {
    { "", "192.0.2.1", "clean", "clean" },
    { "a.example", "192.0.2.1", "a.example why A", "a.example why A" },
    { "b.example", "192.0.2.1", "clean", "clean" },
    { "a.example b.example", "192.0.2.1", "a.example why A", "clean" },
    { "b.example a.example", "192.0.2.1", "a.example why A", "clean" },
    { "a.example c.example", "192.0.2.1", "a.example why A", "a.example why A" },
    { "c.example a.example", "192.0.2.1", "c.example ", "c.example " },
    { "a.example b.example c.example", "192.0.2.1", "a.example why A", "clean" },
    { "a.example c.example", "192.0.2.2", "clean", "clean" },
    { "a.example", "2001:db8::20d8", "a.example six", "a.example six" },
    { "a.example", "2001:db8::20d9", "clean", "clean" },
    { "a.example", "::ffff:192.0.2.1", "a.example why A", "a.example why A" },
    { "*", "192.0.2.1", "clean", "clean" },
    { "* *.a.example a.example", "192.0.2.1", "a.example why A", "clean" },
  };

  fake_dns_add_a (fixture->server, "1.2.0.192.a.example", "127.0.0.2");
  fake_dns_add_txt (fixture->server, "1.2.0.192.a.example", "why| A");
  fake_dns_add_a (fixture->server, "1.2.0.192.c.example", "127.1.2.3");
  fake_dns_add_a (fixture->server, IPV6_NAME, "127.0.0.2");
  fake_dns_add_txt (fixture->server, IPV6_NAME, "six");
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      /* Once all is remembered, the first list in the order of the settings is named. */
      g_auto (GStrv) lists = g_strsplit (rows[i].lists, " ", 0);
      for (guint l = 0; lists[l] != NULL; l++)
        {
          g_autoptr (GAsyncQueue) ignored = g_async_queue_new_full (g_free);
          Question question
              = { fixture, 0, lists[l], BLOCKLIST_MATCH_ANY, rows[i].address, ignored };
          ask (&question);
          g_free (g_async_queue_pop (ignored));
        }
      check (fixture, rows[i].lists, BLOCKLIST_MATCH_ANY, rows[i].address, rows[i].any);
      check (fixture, rows[i].lists, BLOCKLIST_MATCH_ALL, rows[i].address, rows[i].all);
    }
}

/* RFC 5782, section 2.1; and what lists say to those they do not serve. */
static void
test_no_listing (Fixture *fixture, gconstpointer data)
{
  fake_dns_add_a (fixture->server, "*.refusing.example", "127.255.255.254");
  fake_dns_add_a (fixture->server, "*.parked.example", "203.0.113.80");
  fake_dns_add_a (fixture->server, "*.odd.example", "203.0.113.80");
  fake_dns_add_a (fixture->server, "*.odd.example", "127.255.255.1");
  fake_dns_add_a (fixture->server, "*.odd.example", "127.0.0.4");
  caught_log_check (NULL);
  check (fixture, "refusing.example", BLOCKLIST_MATCH_ANY, "192.0.2.1", "clean");
  check (fixture, "refusing.example", BLOCKLIST_MATCH_ANY, "192.0.2.2", "clean");
  caught_log_check ("blocklist refusing.example answers with 127.255.255.254*");
  caught_log_check (NULL);
  check (fixture, "parked.example", BLOCKLIST_MATCH_ANY, "192.0.2.1", "clean");
  caught_log_check ("blocklist parked.example answers with 203.0.113.80*");
  check (fixture, "odd.example", BLOCKLIST_MATCH_ANY, "192.0.2.1", "odd.example ");
}

/* What one worker has learnt, the other one knows; as long as the answer holds. */
static void
test_memory (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GAsyncQueue) answers = g_async_queue_new_full (g_free);
  Question question = { fixture, 0, "a.example", BLOCKLIST_MATCH_ANY, "192.0.2.1", answers };
  const char *name = "1.2.0.192.a.example";

  fake_dns_set_seconds (fixture->server, 100);
  fake_dns_add_a (fixture->server, name, "127.0.0.2");
  ask (&question);
  check_answer (&question, "a.example ");
  g_assert_cmpuint (fake_dns_count (fixture->server, name), ==, 2); /* A and TXT */
  question.worker = 1;
  fixture->time += 99;
  ask (&question);
  check_answer (&question, "a.example ");
  g_assert_cmpuint (fake_dns_count (fixture->server, name), ==, 2);

  fixture->time += 1;
  fake_dns_forget (fixture->server);
  fake_dns_set_negative_seconds (fixture->server, 50);
  ask (&question);
  check_answer (&question, "clean");
  g_assert_cmpuint (fake_dns_count (fixture->server, name), ==, 3);
  question.worker = 0;
  fixture->time += 49;
  ask (&question);
  check_answer (&question, "clean");
  g_assert_cmpuint (fake_dns_count (fixture->server, name), ==, 3);
  fixture->time += 1;
  ask (&question);
  check_answer (&question, "clean");
  g_assert_cmpuint (fake_dns_count (fixture->server, name), ==, 4);
}

static void
release (gpointer data)
{
  Fixture *fixture = data;
  fake_dns_release (fixture->server);
}

/* Many sessions of one client ask once; those about others do not wait for it. */
static void
test_shared_look_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GAsyncQueue) answers = g_async_queue_new_full (g_free);
  g_autoptr (GAsyncQueue) other_answers = g_async_queue_new_full (g_free);
  Question question
      = { fixture, 0, "a.example b.example", BLOCKLIST_MATCH_ANY, "192.0.2.1", answers };
  Question other = { fixture, 0, "a.example", BLOCKLIST_MATCH_ANY, "192.0.2.9", other_answers };

  fake_dns_add_a (fixture->server, "1.2.0.192.a.example", "127.0.0.2");
  fake_dns_add_delay (fixture->server, "1.2.0.192.a.example");
  for (guint i = 0; i < 50; i++)
    ask (&question);
  ask (&other);
  check_answer (&other, "clean");
  g_assert_cmpint (g_async_queue_length (answers), ==, 0);
  g_assert_cmpuint (fake_dns_count (fixture->server, "1.2.0.192.a.example"), ==, 1);
  worker_call (fixture->workers[0], release, fixture);
  for (guint i = 0; i < 50; i++)
    check_answer (&question, "a.example ");
  g_assert_cmpuint (fake_dns_count (fixture->server, "1.2.0.192.b.example"), ==, 1);
}

/* A list that says nothing stops nobody, and no list's yes is lost by waiting for another's. */
static void
test_silence (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GAsyncQueue) slow = g_async_queue_new_full (g_free);
  Question questions[BLOCKLIST_FAILURES_MAX];
  static const char *const addresses[]
      = { "192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4", "192.0.2.5" };

  fake_dns_add_a (fixture->server, "1.2.0.192.a.example", "127.0.0.2");
  fake_dns_add_silence (fixture->server, "*.silent.example");
  fake_dns_add_forger (fixture->server, "*.silent.example", "127.0.0.66");
  check (fixture, "silent.example a.example", BLOCKLIST_MATCH_ANY, "192.0.2.1", "a.example ");
  check (fixture, "silent.example a.example", BLOCKLIST_MATCH_ALL, "192.0.2.2", "clean");

  /* These wait to the end, all at once. */
  caught_log_check (NULL);
  for (guint i = 0; i < G_N_ELEMENTS (questions); i++)
    {
      questions[i] = (Question){ fixture,      0,   "silent.example a.example", BLOCKLIST_MATCH_ALL,
                                 addresses[i], slow };
      if (i > 0)
        questions[i].lists = "silent.example";
      ask (&questions[i]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (questions); i++)
    check_answer (&questions[i], "clean");

  /* Now it rests. */
  caught_log_check ("blocklist silent.example does not answer*");
  guint asked = fake_dns_count (fixture->server, "6.2.0.192.silent.example");
  check (fixture, "silent.example", BLOCKLIST_MATCH_ANY, "192.0.2.6", "clean");
  g_assert_cmpuint (fake_dns_count (fixture->server, "6.2.0.192.silent.example"), ==, asked);
  check (fixture, "silent.example a.example", BLOCKLIST_MATCH_ANY, "192.0.2.1", "a.example ");

  fake_dns_forget (fixture->server);
  fake_dns_add_a (fixture->server, "*.silent.example", "127.0.0.2");
  fixture->time += BLOCKLIST_REST_SECONDS;
  caught_log_check (NULL);
  check (fixture, "silent.example", BLOCKLIST_MATCH_ANY, "192.0.2.6", "silent.example ");
  caught_log_check ("blocklist silent.example answers again");
}

/* The list has said yes; that it does not say why does not unsay it. */
static void
test_silent_reason (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GAsyncQueue) answers = g_async_queue_new_full (g_free);
  Question question = { fixture, 0, "a.example", BLOCKLIST_MATCH_ANY, "192.0.2.1", answers };

  fake_dns_add_a (fixture->server, "1.2.0.192.a.example", "127.0.0.2");
  fake_dns_add_delay (fixture->server, "1.2.0.192.a.example");
  ask (&question);
  while (fake_dns_count (fixture->server, "1.2.0.192.a.example") == 0)
    g_thread_yield ();
  fake_dns_release (fixture->server);
  fake_dns_add_silence (fixture->server, "1.2.0.192.a.example");
  check_answer (&question, "a.example ");
}

static void
test_trouble (Fixture *fixture, gconstpointer data)
{
  fake_dns_add_trouble (fixture->server, "*.trouble.example");
  check (fixture, "trouble.example", BLOCKLIST_MATCH_ANY, "192.0.2.1", "clean");
  check (fixture, "trouble.example", BLOCKLIST_MATCH_ALL, "192.0.2.1", "clean");
}

/* Who waits when the server stops gets an answer. */
static void
test_end (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GAsyncQueue) answers = g_async_queue_new_full (g_free);
  Question question
      = { fixture, 0, "a.example b.example", BLOCKLIST_MATCH_ANY, "192.0.2.1", answers };

  fake_dns_add_silence (fixture->server, "*.example");
  ask (&question);
  ask (&question);
  worker_call (fixture->workers[0], close_blocklists, fixture);
  check_answer (&question, "clean");
  check_answer (&question, "clean");
}

static void
test_reason (void)
{
  BlocklistAnswer answer = { TRUE, "bl.example", "see https://bl.example/" };
  IpAddress address;
  g_assert_true (ip_address_parse ("192.0.2.1", &address));
  g_autofree char *with_text = blocklist_answer_to_reason (&answer, &address);
  answer.text = "";
  g_autofree char *without = blocklist_answer_to_reason (&answer, &address);

  g_assert_cmpstr (
      with_text, ==,
      "Connection refused: 192.0.2.1 is listed by bl.example (see https://bl.example/);"
      " ask there to have it taken off");
  g_assert_cmpstr (without, ==,
                   "Connection refused: 192.0.2.1 is listed by bl.example; ask there to have it "
                   "taken off");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  caught_log_start ();
  g_test_add ("/blocklist/matches", Fixture, NULL, set_up, test_matches, tear_down);
  g_test_add ("/blocklist/no-listing", Fixture, NULL, set_up, test_no_listing, tear_down);
  g_test_add ("/blocklist/memory", Fixture, NULL, set_up, test_memory, tear_down);
  g_test_add ("/blocklist/shared-look-up", Fixture, NULL, set_up, test_shared_look_up, tear_down);
  g_test_add ("/blocklist/silence", Fixture, NULL, set_up, test_silence, tear_down);
  g_test_add ("/blocklist/silent-reason", Fixture, NULL, set_up, test_silent_reason, tear_down);
  g_test_add ("/blocklist/trouble", Fixture, NULL, set_up, test_trouble, tear_down);
  g_test_add ("/blocklist/end", Fixture, NULL, set_up, test_end, tear_down);
  g_test_add_func ("/blocklist/reason", test_reason);
  return g_test_run ();
}
