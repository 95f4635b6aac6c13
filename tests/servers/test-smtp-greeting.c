/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/smtp/smtp-greeting.h"
#include "tests/servers/smtp-bench.h"

/* Clients of any address, without sockets; blocklists answer on a loopback address. */

/* A client, and what it was told. */
typedef struct
{
  SmtpBench *bench;
  SmtpCaller caller;
  SmtpGreeting *greeting;
  gboolean speaks, leaves;
  GAsyncQueue *told; /* (element-type utf8) */
} Visit;

static void
on_done (gpointer user, const SmtpDecision *decision)
{
  Visit *visit = user;
  visit->greeting = NULL;
  g_async_queue_push (visit->told, g_strdup_printf ("%s: %s", decision->rule, decision->reason));
}

static void
come (gpointer data)
{
  Visit *visit = data;
  visit->greeting = smtp_greeting_new (visit->bench->services, visit->bench->worker, &visit->caller,
                                       on_done, visit);
  smtp_greeting_start (visit->greeting);
  if (visit->speaks && visit->greeting)
    smtp_greeting_spoken (visit->greeting);
  if (visit->leaves && visit->greeting)
    {
      g_clear_pointer (&visit->greeting, smtp_greeting_cancel);
      g_async_queue_push (visit->told, g_strdup ("left"));
    }
}

static void
visit_init (Visit *visit, SmtpBench *bench, const char *address)
{
  IpAddress client, local;
  g_assert_true (ip_address_parse (address, &client));
  g_assert_true (ip_address_parse ("192.0.2.254", &local));
  *visit = (Visit){ .bench = bench, .told = g_async_queue_new_full (g_free) };
  smtp_caller_init (&visit->caller, &client, &local, SMTP_DOOR_RELAY);
}

static void
assert_told (Visit *visit, const char *beginning)
{
  worker_call (visit->bench->worker, come, visit);
  g_autofree char *told = g_async_queue_pop (visit->told);
  if (!g_str_has_prefix (told, beginning))
    g_error ("expected \"%s\", got \"%s\"", beginning, told);
  g_async_queue_unref (visit->told);
  smtp_caller_clear (&visit->caller);
}

#define BLOCKLISTS                                                                                 \
  "<smtp><connection><allow>specified</allow><blocklists><domain>bl.example</domain></blocklists>" \
  "<excepted><network>192.0.2.8</network></excepted></connection></smtp>"

static void
test_listed (SmtpBench *bench, gconstpointer settings)
{
  Visit listed, other, excepted, submission;
  fake_dns_add_a (bench->dns, "7.2.0.192.bl.example", "127.0.0.2");
  fake_dns_add_txt (bench->dns, "7.2.0.192.bl.example", "sends us spam");
  fake_dns_add_a (bench->dns, "8.2.0.192.bl.example", "127.0.0.2");

  visit_init (&listed, bench, "192.0.2.7");
  assert_told (&listed, "blocklisted: Connection refused: 192.0.2.7 is listed by bl.example (sends "
                        "us spam)");
  visit_init (&other, bench, "192.0.2.9");
  assert_told (&other, "no-restriction: ");
  visit_init (&excepted, bench, "192.0.2.8");
  assert_told (&excepted, "excepted-address: ");
  g_assert_cmpuint (fake_dns_count (bench->dns, "8.2.0.192.bl.example"), ==, 0);
  visit_init (&submission, bench, "192.0.2.7");
  submission.caller.door = SMTP_DOOR_SUBMISSION;
  assert_told (&submission, "no-restriction: ");
}

/* A client that goes meanwhile is not told anything; nor is anything told at the end. */
static void
test_gone (SmtpBench *bench, gconstpointer settings)
{
  Visit visit;
  fake_dns_add_silence (bench->dns, "7.2.0.192.bl.example");
  visit_init (&visit, bench, "192.0.2.7");
  visit.leaves = TRUE;
  assert_told (&visit, "left");
}

/* The server ends while the list is asked: the client gets in, and the session ends as all do. */
static void
test_server_ends (SmtpBench *bench, gconstpointer settings)
{
  Visit visit;
  fake_dns_add_silence (bench->dns, "7.2.0.192.bl.example");
  visit_init (&visit, bench, "192.0.2.7");
  worker_call (bench->worker, come, &visit);
  g_assert_null (g_async_queue_try_pop (visit.told));
  smtp_blocklists_close (bench->services->blocklists);
  g_autofree char *told = g_async_queue_pop (visit.told);
  g_assert_true (g_str_has_prefix (told, "no-restriction: "));
  g_async_queue_unref (visit.told);
  smtp_caller_clear (&visit.caller);
}

#define PAUSE "<smtp><connection><greet-pause-seconds>1</greet-pause-seconds></connection></smtp>"

static void
test_pause (SmtpBench *bench, gconstpointer settings)
{
  Visit early, patient, submission, leaving;
  visit_init (&early, bench, "192.0.2.7");
  early.speaks = TRUE;
  assert_told (&early, "too-early: ");
  visit_init (&patient, bench, "192.0.2.7");
  assert_told (&patient, "everybody: ");
  visit_init (&submission, bench, "192.0.2.7");
  submission.speaks = TRUE;
  submission.caller.door = SMTP_DOOR_SUBMISSION;
  assert_told (&submission, "everybody: ");
  visit_init (&leaving, bench, "192.0.2.7");
  leaving.leaves = TRUE;
  assert_told (&leaving, "left");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function, settings)                                                              \
  g_test_add ("/smtp-greeting/" name, SmtpBench, settings, smtp_bench_set_up, function,            \
              smtp_bench_tear_down)
  ADD ("listed", test_listed, BLOCKLISTS);
  ADD ("gone", test_gone, BLOCKLISTS);
  ADD ("server-ends", test_server_ends, BLOCKLISTS);
  ADD ("pause", test_pause, PAUSE);
  return g_test_run ();
}
