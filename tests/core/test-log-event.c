/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/log/log-event.h"

#include <string.h>

static void
check_value (const char *value, const char *expected)
{
  const LogField fields[] = { { "sender", value }, { "size", "7" }, { NULL } };
  g_autofree char *line = log_event_to_line ("accepted", fields);
  g_autofree char *whole = g_strdup_printf ("accepted sender=%s size=7", expected);

  g_assert_cmpstr (line, ==, whole);
}

static void
test_line (void)
{
  const LogField fields[] = { { "client", "2001:db8::1" },
                              { "sender", NULL },
                              { "recipient", "joe+tag@example.org" },
                              { "reason", "Relaying denied: log on" },
                              { NULL } };
  g_autofree char *line = log_event_to_line ("refused", fields);

  g_assert_cmpstr (line, ==,
                   "refused client=2001:db8::1 recipient=joe+tag@example.org"
                   " reason=\"Relaying denied: log on\"");
}

/* Whatever a stranger sends stays within its value. */
static void
test_escapes (void)
{
  check_value ("", "\"\"");
  check_value ("a b", "\"a b\"");
  check_value ("x\" client=10.0.0.1", "\"x\\\" client=10.0.0.1\"");
  check_value ("x\\", "\"x\\\\\"");
  check_value ("a\r\nrefused client=10.0.0.1", "\"a\\x0d\\x0arefused client=10.0.0.1\"");
  check_value ("\033[2J", "\"\\x1b[2J\"");
  check_value ("a=b", "\"a=b\"");
  check_value ("jürgen@example.org", "\"jürgen@example.org\"");
  check_value ("a\xff\xc3", "\"a\\xff\\xc3\"");
  check_value ("a\xe2\x80\xa8"
               "b", /* LINE SEPARATOR */
               "\"a\\xe2\\x80\\xa8b\"");
  check_value ("a\xc2\x85"
               "b", /* NEXT LINE */
               "\"a\\xc2\\x85b\"");
  check_value ("a\xe2\x80\xae"
               "b", /* turns the rest of the line around */
               "\"a\\xe2\\x80\\xaeb\"");
}

static void
test_long_value (void)
{
  g_autofree char *fits = g_strnfill (1000, 'x');
  g_autofree char *value = g_strnfill (1001, 'x');
  g_autofree char *cut = g_strdup_printf ("\"%s...\"", fits);

  check_value (fits, fits);
  check_value (value, cut);
}

typedef struct
{
  guint n_calls;
  char *client, *message, *priority; /* (owned) */
  gsize n_fields;
} Seen;

/* The writer can be set once only. */
static Seen *silent_seen;

static GLogWriterOutput
see (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
  Seen *seen = data;

  if (silent_seen != NULL)
    {
      silent_seen->n_calls++;
      return G_LOG_WRITER_HANDLED;
    }
  seen->n_calls++;
  seen->n_fields = n_fields;
  for (gsize i = 0; i < n_fields; i++)
    if (g_str_equal (fields[i].key, "POSTERN_DELAY_MS"))
      seen->client = g_strdup (fields[i].value);
    else if (g_str_equal (fields[i].key, "MESSAGE"))
      seen->message = g_strdup (fields[i].value);
    else if (g_str_equal (fields[i].key, "PRIORITY"))
      seen->priority = g_strdup (fields[i].value);
  return G_LOG_WRITER_HANDLED;
}

/* Fields for the journal hold what came, unescaped. */
static void
test_fields (void)
{
  static Seen seen;
  g_log_set_writer_func (see, &seen, NULL);

  log_event ("banned", (LogField[]){ { "delay_ms", "a \"b" }, { "user", NULL }, { NULL } });

  g_assert_cmpuint (seen.n_calls, ==, 1);
  g_assert_cmpuint (seen.n_fields, ==, 4);
  g_assert_cmpstr (seen.client, ==, "a \"b");
  g_assert_cmpstr (seen.message, ==, "banned delay_ms=\"a \\\"b\"");
  g_assert_cmpstr (seen.priority, ==, "4");
  g_free (seen.client);
  g_free (seen.message);
  g_free (seen.priority);
}

/* What is muted is not logged; what administrators should not miss can't be muted. */
static void
test_muted (void)
{
  static const struct
  {
    const char *event;
    LogKind kind;
  } cases[] = {
    { "session-ended", LOG_SESSIONS }, { "accepted", LOG_MESSAGES },
    { "kept", LOG_MESSAGES },          { "discarded", LOG_MESSAGES },
    { "refused", LOG_REFUSALS },       { "message-refused", LOG_REFUSALS },
    { "log-on", LOG_LOG_ONS },         { "log-on-failed", LOG_LOG_ONS },
    { "delivered", LOG_DELIVERIES },   { "deferred", LOG_DELIVERIES },
    { "failed", LOG_DELIVERIES },      { "bounced", LOG_DELIVERIES },
    { "unreturned", LOG_DELIVERIES },  { "banned", LOG_ALWAYS },
    { "log-on-revoked", LOG_ALWAYS },  { "queue-changed", LOG_ALWAYS },
  };
  const LogField none[] = { { NULL } };
  Seen seen = { 0 };

  silent_seen = &seen;
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      guint before = seen.n_calls;

      g_assert_cmpuint (log_event_kind (cases[i].event), ==, cases[i].kind);
      log_event_mute (~0u);
      log_event (cases[i].event, none);
      g_assert_cmpuint (seen.n_calls - before, ==, cases[i].kind == LOG_ALWAYS);
      log_event_mute (~0u & ~(guint) cases[i].kind);
      log_event (cases[i].event, none);
      g_assert_cmpuint (seen.n_calls - before, ==, cases[i].kind == LOG_ALWAYS ? 2 : 1);
    }
  log_event_mute (0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/log-event/line", test_line);
  g_test_add_func ("/log-event/escapes", test_escapes);
  g_test_add_func ("/log-event/long-value", test_long_value);
  g_test_add_func ("/log-event/fields", test_fields);
  g_test_add_func ("/log-event/muted", test_muted);
  return g_test_run ();
}
