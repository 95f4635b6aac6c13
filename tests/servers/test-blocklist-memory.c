/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "caught-log.h"
#include "servers/dns/blocklist-memory.h"

#define THREADS 4
#define ROUNDS 20000

static const BlocklistRecord listed = { TRUE, "because" };
static const BlocklistRecord clean = { FALSE, "" };

static gint64
read_clock (gpointer user_data)
{
  return *(gint64 *) user_data;
}

static void
check (BlocklistMemory *memory, const char *name, const BlocklistRecord *expected)
{
  BlocklistRecord record = { TRUE, "untouched" };

  g_assert_cmpint (blocklist_memory_look_up (memory, name, &record), ==, expected != NULL);
  g_assert_cmpint (record.is_listed, ==, expected != NULL ? expected->is_listed : TRUE);
  g_assert_cmpstr (record.text, ==, expected != NULL ? expected->text : "untouched");
}

static void
test_ends (void)
{
  g_autoptr (BlocklistMemory) memory = blocklist_memory_new ();
  gint64 time = 1000;

  blocklist_memory_set_clock (memory, read_clock, &time);
  check (memory, "a", NULL);
  blocklist_memory_learn (memory, "a", &listed, 10);
  blocklist_memory_learn (memory, "b", &clean, 20);
  blocklist_memory_learn (memory, "c", &listed, G_MAXUINT);
  blocklist_memory_learn (memory, "d", &listed, 0);
  check (memory, "a", &listed);
  check (memory, "b", &clean);
  check (memory, "d", NULL);
  time += 9;
  check (memory, "a", &listed);
  time += 1;
  check (memory, "a", NULL);
  check (memory, "b", &clean);
  blocklist_memory_learn (memory, "b", &listed, 5);
  check (memory, "b", &listed);
  time += 5;
  check (memory, "b", NULL);
  time = 1000 + BLOCKLIST_MEMORY_SECONDS_MAX - 1;
  check (memory, "c", &listed);
  time++;
  check (memory, "c", NULL);
}

/* Whoever comes from many addresses fills no memory; what was learnt last stays. */
static void
test_bound (void)
{
  g_autoptr (BlocklistMemory) memory = blocklist_memory_new ();
  char name[16];

  for (guint i = 0; i < BLOCKLIST_MEMORY_MAX + 1000; i++)
    {
      g_snprintf (name, sizeof name, "%u", i);
      blocklist_memory_learn (memory, name, &clean, 300);
    }
  check (memory, "0", NULL);
  check (memory, "999", NULL);
  check (memory, "1000", &clean);
  check (memory, name, &clean);
}

static void
fail (BlocklistMemory *memory, guint times)
{
  for (guint i = 0; i < times; i++)
    {
      g_assert_true (blocklist_memory_admits (memory, "bl.example"));
      blocklist_memory_failed (memory, "bl.example");
    }
}

static void
test_rest (void)
{
  g_autoptr (BlocklistMemory) memory = blocklist_memory_new ();
  gint64 time = 1000;

  blocklist_memory_set_clock (memory, read_clock, &time);
  fail (memory, BLOCKLIST_FAILURES_MAX - 1);
  blocklist_memory_answered (memory, "bl.example"); /* not in a row: says nothing */
  fail (memory, BLOCKLIST_FAILURES_MAX - 1);
  caught_log_check (NULL);
  fail (memory, 1);
  caught_log_check ("blocklist bl.example does not answer*");
  g_assert_false (blocklist_memory_admits (memory, "bl.example"));
  g_assert_true (blocklist_memory_admits (memory, "other.example"));
  blocklist_memory_failed (memory, "bl.example"); /* one that was asked before; says nothing more */
  time += BLOCKLIST_REST_SECONDS - 1;
  g_assert_false (blocklist_memory_admits (memory, "bl.example"));

  /* One question shows whether it is back. */
  time++;
  g_assert_true (blocklist_memory_admits (memory, "bl.example"));
  g_assert_false (blocklist_memory_admits (memory, "bl.example"));
  blocklist_memory_failed (memory, "bl.example");
  g_assert_false (blocklist_memory_admits (memory, "bl.example"));
  time += BLOCKLIST_REST_SECONDS;
  g_assert_true (blocklist_memory_admits (memory, "bl.example"));
  caught_log_check (NULL);
  blocklist_memory_answered (memory, "bl.example");
  caught_log_check ("blocklist bl.example answers again");
  g_assert_true (blocklist_memory_admits (memory, "bl.example"));
  g_assert_true (blocklist_memory_admits (memory, "bl.example"));
  caught_log_check (NULL);
}

static void
test_refused (void)
{
  g_autoptr (BlocklistMemory) memory = blocklist_memory_new ();
  gint64 time = 1000;
  IpAddress answer;

  g_assert_true (ip_address_parse ("127.255.255.254", &answer));
  blocklist_memory_set_clock (memory, read_clock, &time);
  caught_log_check (NULL);
  blocklist_memory_refused (memory, "bl.example", &answer);
  caught_log_check ("blocklist bl.example answers with 127.255.255.254*");
  time += 3599;
  blocklist_memory_refused (memory, "bl.example", &answer); /* says nothing */
  time++;
  caught_log_check (NULL);
  blocklist_memory_refused (memory, "bl.example", &answer);
  caught_log_check ("blocklist bl.example answers with*");
}

static gpointer
use_much (gpointer data)
{
  BlocklistMemory *memory = data;
  BlocklistRecord record;
  char name[16];

  for (guint i = 0; i < ROUNDS; i++)
    {
      g_snprintf (name, sizeof name, "%u", i % 100);
      if (blocklist_memory_look_up (memory, name, &record))
        g_assert_cmpstr (record.text, ==, record.is_listed ? "because" : "");
      blocklist_memory_learn (memory, name, i % 2 != 0 ? &listed : &clean, i % 3);
      if (blocklist_memory_admits (memory, name))
        blocklist_memory_answered (memory, name);
    }
  return NULL;
}

static void
test_threads (void)
{
  g_autoptr (BlocklistMemory) memory = blocklist_memory_new ();
  GThread *threads[THREADS];

  for (guint i = 0; i < THREADS; i++)
    threads[i] = g_thread_new ("user", use_much, memory);
  for (guint i = 0; i < THREADS; i++)
    g_thread_join (threads[i]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  caught_log_start ();
  g_test_add_func ("/blocklist-memory/ends", test_ends);
  g_test_add_func ("/blocklist-memory/bound", test_bound);
  g_test_add_func ("/blocklist-memory/rest", test_rest);
  g_test_add_func ("/blocklist-memory/refused", test_refused);
  g_test_add_func ("/blocklist-memory/threads", test_threads);
  return g_test_run ();
}
