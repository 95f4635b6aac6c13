/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/smtp/smtp-log-on.h"
#include "tests/servers/smtp-bench.h"

#include <string.h>

/* Clients of any address that authenticate, without sockets. */

typedef struct
{
  SmtpBench *bench;
  SmtpCaller caller;
  const char *user, *password;
  gboolean leaves;
  GAsyncQueue *told; /* (element-type utf8) */
} Try;

static void
on_done (gpointer user, SmtpAnswerKind kind, const char *words)
{
  Try *one = user;
  g_async_queue_push (one->told, g_strdup_printf ("%s: %s",
                                                  kind == SMTP_ANSWER_YES       ? "yes"
                                                  : kind == SMTP_ANSWER_REFUSED ? "refused"
                                                  : kind == SMTP_ANSWER_BANNED  ? "banned"
                                                                                : "else",
                                                  words ? words : ""));
}

static void
begin (gpointer data)
{
  Try *one = data;
  SaslExchange exchange = {
    .mechanism = SASL_PLAIN,
    .user = (char *) one->user,
    .password = (char *) one->password,
  };
  SmtpLogOnPlace place = { one->bench->services, one->bench->worker, &one->caller };
  SmtpLogOn *log_on = smtp_log_on_start (&place, &exchange, on_done, one);
  if (one->leaves)
    {
      smtp_log_on_cancel (log_on);
      g_async_queue_push (one->told, g_strdup ("left"));
    }
}

static void
assert_told (SmtpBench *bench, const char *address, const char *password, const char *beginning)
{
  IpAddress client, local;
  g_assert_true (ip_address_parse (address, &client));
  g_assert_true (ip_address_parse ("192.0.2.254", &local));
  Try one = { .bench = bench,
              .user = "Ann",
              .password = password,
              .leaves = g_str_equal (beginning, "left"),
              .told = g_async_queue_new_full (g_free) };
  smtp_caller_init (&one.caller, &client, &local, SMTP_DOOR_RELAY);

  worker_call (bench->worker, begin, &one);
  g_autofree char *told = g_async_queue_pop (one.told);
  if (!g_str_has_prefix (told, beginning))
    g_error ("expected \"%s\", got \"%s\"", beginning, told);
  g_async_queue_unref (one.told);
}

static guint64
counter (SmtpBench *bench, SmtpCount count)
{
  return smtp_services_count (bench->services, count, 0);
}

/* Failures are on the disk some time after their answers. */
static void
wait_for_failures (SmtpBench *bench, const char *address, guint failures)
{
  IpAddress client;
  Ban ban = { 0 };
  g_assert_true (ip_address_parse (address, &client));
  while (ban.failures < failures)
    {
      ban_table_look_up (bench->services->bans, &client, &ban);
      g_thread_yield ();
    }
}

#define TWO_FAILURES "<security><failed-log-ons>2</failed-log-ons></security>"

static void
test_answers (SmtpBench *bench, gconstpointer settings)
{
  assert_told (bench, "192.0.2.1", "secret", "yes: ann");
  assert_told (bench, "192.0.2.1", "wrong", "refused: ");
  wait_for_failures (bench, "192.0.2.1", 1);
  assert_told (bench, "192.0.2.1", "secret", "yes: ann");
  g_assert_cmpuint (counter (bench, SMTP_COUNT_LOG_ONS), ==, 2);
  g_assert_cmpuint (counter (bench, SMTP_COUNT_LOG_ONS_FAILED), ==, 1);
}

static void
test_ban (SmtpBench *bench, gconstpointer settings)
{
  assert_told (bench, "192.0.2.1", "wrong", "refused: ");
  wait_for_failures (bench, "192.0.2.1", 1);
  assert_told (bench, "192.0.2.1", "wrong", "refused: ");
  wait_for_failures (bench, "192.0.2.1", 2);
  assert_told (bench, "192.0.2.1", "secret",
               "banned: localhost Too many failed log-ons from this address: try again in 30 min");
  assert_told (bench, "192.0.2.2", "secret", "yes: ann");
  g_assert_cmpuint (counter (bench, SMTP_COUNT_REFUSED_BANNED), ==, 1);
}

/* --- Clients that wait for their turn --- */

#define SHARE_MAX 16 /* more than one client may have at once */

typedef struct
{
  GMutex lock;
  GCond is_over;
  gboolean is_let_go;
} Hold;

static void
stand_still (gpointer data)
{
  Hold *hold = data;
  g_mutex_lock (&hold->lock);
  while (!hold->is_let_go)
    g_cond_wait (&hold->is_over, &hold->lock);
  g_mutex_unlock (&hold->lock);
}

static void
do_nothing (gpointer data)
{
}

/* Nobody of that address has a turn before it is let go. */
static void
hold_line (SmtpBench *bench, const char *address, Hold *hold)
{
  IpAddress client;
  g_assert_true (ip_address_parse (address, &client));
  g_mutex_init (&hold->lock);
  g_cond_init (&hold->is_over);
  for (guint i = 0; i < SHARE_MAX; i++)
    turnstile_pass (bench->services->turnstile, bench->worker, &client,
                    &(TurnstileJob){ stand_still, do_nothing, hold });
}

static void
let_go (Hold *hold)
{
  g_mutex_lock (&hold->lock);
  hold->is_let_go = TRUE;
  g_cond_broadcast (&hold->is_over);
  g_mutex_unlock (&hold->lock);
}

/* Whose client went before its turn has not been checked, and has not failed. */
static void
test_gone (SmtpBench *bench, gconstpointer settings)
{
  Hold hold = { .is_let_go = FALSE };
  hold_line (bench, "192.0.2.1", &hold);
  assert_told (bench, "192.0.2.1", "wrong", "left");
  assert_told (bench, "192.0.2.1", "secret", "left");
  let_go (&hold);
  assert_told (bench, "192.0.2.1", "wrong", "refused: ");
  wait_for_failures (bench, "192.0.2.1", 1);
  g_assert_cmpuint (counter (bench, SMTP_COUNT_LOG_ONS_FAILED), ==, 1);
  g_assert_cmpuint (counter (bench, SMTP_COUNT_LOG_ONS), ==, 0);
}

/* Many guesses at once are no more guesses than one after the other; but for those that are under
 * way at the same time. */
static void
test_at_once (SmtpBench *bench, gconstpointer settings)
{
  enum
  {
    GUESSES = 50
  };
  Hold hold = { .is_let_go = FALSE };
  g_autoptr (GAsyncQueue) told = g_async_queue_new_full (g_free);
  Try tries[GUESSES];
  IpAddress client, local;
  guint banned = 0;
  g_assert_true (ip_address_parse ("192.0.2.1", &client));
  g_assert_true (ip_address_parse ("192.0.2.254", &local));

  hold_line (bench, "192.0.2.1", &hold);
  for (guint i = 0; i < GUESSES; i++)
    {
      tries[i] = (Try){ .bench = bench, .user = "Ann", .password = "wrong", .told = told };
      smtp_caller_init (&tries[i].caller, &client, &local, SMTP_DOOR_RELAY);
      worker_call (bench->worker, begin, &tries[i]);
    }
  let_go (&hold);
  for (guint i = 0; i < GUESSES; i++)
    {
      g_autofree char *answer = g_async_queue_pop (told);
      banned += g_str_has_prefix (answer, "banned: ");
    }
  g_assert_cmpuint (banned, >=, GUESSES - 2 - SHARE_MAX / 2);
  g_assert_cmpuint (banned, <=, GUESSES - 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function)                                                                        \
  g_test_add ("/smtp-log-on/" name, SmtpBench, TWO_FAILURES, smtp_bench_set_up, function,          \
              smtp_bench_tear_down)
  ADD ("answers", test_answers);
  ADD ("ban", test_ban);
  ADD ("gone", test_gone);
  ADD ("at-once", test_at_once);
  return g_test_run ();
}
