/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "servers/policy/relay-policy.h"

#define MINUTES 20
#define WINDOW (MINUTES * 60)
#define GRANT_MESSAGES 10
#define GRANT_RECIPIENTS 100

/* All that a decision depends on, one value of each at a time. */
typedef struct
{
  Allowance allow;
  gboolean near_domains, address_list, pop_client, authenticated, refuse_local_host; /* the ticks */
  gboolean offers_auth;
  const char *recipient;
  gboolean is_local, is_near;                          /* the recipient */
  gboolean is_listed, is_local_host, is_authenticated; /* the client */
  gboolean is_unrecorded;                              /* its log-ons do not count */
  gboolean is_submission;
  gboolean has_spent_messages, has_spent_recipients;
  gint64 age;
} Situation;

static NetworkList
networks (const char *text)
{
  g_auto (GStrv) words = g_strsplit (text, " ", 0);
  gsize length = g_strv_length (words);
  IpNetwork *rows = g_new (IpNetwork, length);

  for (gsize i = 0; i < length; i++)
    g_assert_true (ip_network_parse (words[i], &rows[i]));
  return network_list_take (rows, length);
}

static Settings *
settings_of (const Situation *s)
{
  Settings *settings = settings_new_default ();
  RelaySettings *relay = &settings->smtp.relay;

  g_strfreev (settings->general.local_domains);
  settings->general.local_domains = g_strsplit ("example.org *.local.example", " ", 0);
  g_strfreev (settings->general.near_domains);
  settings->general.near_domains = g_strsplit ("near.example", " ", 0);
  relay->allow = s->allow;
  relay->near_domains = s->near_domains;
  relay->address_list = s->address_list;
  relay->pop_client = s->pop_client;
  relay->pop_client_minutes = MINUTES;
  relay->authenticated = s->authenticated;
  relay->refuse_local_host = s->refuse_local_host;
  network_list_clear (&relay->addresses);
  relay->addresses = networks ("192.0.2.0/24");
  network_list_clear (&settings->pop3.log_ons.unrecorded);
  settings->pop3.log_ons.unrecorded = networks ("192.0.2.128/25 203.0.113.0/24");
  settings->pop3.log_ons.messages = GRANT_MESSAGES;
  settings->pop3.log_ons.recipients = GRANT_RECIPIENTS;
  settings->smtp.authentication = s->offers_auth ? AUTHENTICATION_USE_TLS : AUTHENTICATION_USE_NO;
  return settings;
}

static ClientFacts
client_of (const Situation *s)
{
  static const char *const addresses[2][2]
      = { { "198.51.100.7", "203.0.113.7" }, { "192.0.2.7", "192.0.2.200" } };
  ClientFacts client = { .is_local_host = s->is_local_host,
                         .seconds_since_logon = s->age,
                         .logon_user = s->age == CLIENT_NEVER_LOGGED_ON ? NULL : "ann",
                         .authenticated = s->is_authenticated ? "joe" : NULL,
                         .by_submission = s->is_submission,
                         .grant_messages = GRANT_MESSAGES - !s->has_spent_messages,
                         .grant_recipients = GRANT_RECIPIENTS - !s->has_spent_recipients };

  g_assert_true (ip_address_parse (addresses[s->is_listed][s->is_unrecorded], &client.address));
  return client;
}

typedef enum
{
  ANY,
  NO,
  YES
} Match;

/* The first row that fits tells what is expected. */
typedef struct
{
  Verdict verdict;
  Match submission, ours;
  Match local_recipient;
  Match all, none;
  Match refuse_local_host, local_host;
  Match near_ticked, near_recipient;
  Match list_ticked, listed;
  Match pop_ticked, logged_on;
  Match spent_messages, spent_recipients;
  Match auth_ticked, authenticated;
  Match pop_helps, auth_helps;
} Expectation;

static const Expectation expectations[] = {
  { VERDICT_NOBODY, .submission = YES, .ours = NO, .none = YES },
  { VERDICT_SUBMISSION_ONLY, .submission = YES, .ours = NO, .pop_helps = YES, .auth_helps = YES },
  { VERDICT_LOG_ON_FIRST, .submission = YES, .ours = NO, .pop_helps = YES },
  { VERDICT_AUTHENTICATE_FIRST, .submission = YES, .ours = NO, .auth_helps = YES },
  { VERDICT_NO_RULE, .submission = YES, .ours = NO },
  { VERDICT_LOCAL_DOMAIN, .local_recipient = YES },
  { VERDICT_EVERYBODY, .all = YES },
  { VERDICT_LOCAL_HOST, .none = YES, .refuse_local_host = NO, .local_host = YES },
  { VERDICT_NOBODY, .none = YES },
  { VERDICT_NEAR_DOMAIN, .near_ticked = YES, .near_recipient = YES },
  { VERDICT_ADDRESS_LIST, .list_ticked = YES, .listed = YES },
  { VERDICT_POP_CLIENT, .pop_ticked = YES, .logged_on = YES, .spent_messages = NO,
    .spent_recipients = NO },
  { VERDICT_AUTHENTICATED, .auth_ticked = YES, .authenticated = YES },
  { VERDICT_GRANT_MESSAGES, .pop_ticked = YES, .logged_on = YES, .spent_messages = YES },
  { VERDICT_GRANT_RECIPIENTS, .pop_ticked = YES, .logged_on = YES },
  { VERDICT_LOG_ON_FIRST, .pop_helps = YES },
  { VERDICT_AUTHENTICATE_FIRST, .auth_helps = YES },
  { VERDICT_NO_RULE },
};

static gboolean
fits (Match match, gboolean value)
{
  return match == ANY || (match == YES) == !!value;
}

static gboolean
is_logged_on (const Situation *s)
{
  return s->age >= 0 && s->age < WINDOW && !s->is_unrecorded;
}

static gboolean
is_ours (const Situation *s)
{
  switch (s->allow)
    {
    case ALLOWANCE_ALL:
      return TRUE;
    case ALLOWANCE_NONE:
      return s->is_local_host && !s->refuse_local_host;
    case ALLOWANCE_SPECIFIED:
    default:
      return (s->address_list && s->is_listed) || (s->pop_client && is_logged_on (s))
             || (s->authenticated && s->is_authenticated);
    }
}

static gboolean
row_fits (const Expectation *e, const Situation *s)
{
  return fits (e->submission, s->is_submission) && fits (e->ours, is_ours (s))
         && fits (e->local_recipient, s->is_local) && fits (e->all, s->allow == ALLOWANCE_ALL)
         && fits (e->none, s->allow == ALLOWANCE_NONE)
         && fits (e->refuse_local_host, s->refuse_local_host)
         && fits (e->local_host, s->is_local_host) && fits (e->near_ticked, s->near_domains)
         && fits (e->near_recipient, s->is_near) && fits (e->list_ticked, s->address_list)
         && fits (e->listed, s->is_listed) && fits (e->pop_ticked, s->pop_client)
         && fits (e->logged_on, is_logged_on (s)) && fits (e->spent_messages, s->has_spent_messages)
         && fits (e->spent_recipients, s->has_spent_recipients)
         && fits (e->auth_ticked, s->authenticated) && fits (e->authenticated, s->is_authenticated)
         && fits (e->pop_helps, s->pop_client && !s->is_unrecorded)
         && fits (e->auth_helps, s->authenticated && s->offers_auth);
}

static gsize
expected_row (const Situation *s)
{
  for (gsize i = 0; i < G_N_ELEMENTS (expectations); i++)
    if (row_fits (&expectations[i], s))
      return i;
  g_assert_not_reached ();
}

static void
check (const Policy *policy, const Situation *s, const MailAddress *recipient, gboolean *seen)
{
  ClientFacts client = client_of (s);
  Verdict verdict = relay_policy_decide (policy, &client, recipient);
  Verdict by_client = relay_policy_client_may (policy, &client);
  gsize row = expected_row (s);

  seen[row] = TRUE;
  g_assert_cmpint (verdict, ==, expectations[row].verdict);
  g_assert_cmpint (verdict_allows (by_client), ==, is_ours (s));
  g_assert_cmpint (relay_policy_is_local (policy, recipient), ==, s->is_local);
  /* Nobody is let through by what was sent before, and who is ours may always write to us. */
  if (s->is_submission && !is_ours (s))
    g_assert_cmpint (verdict, ==, by_client);
  if (s->is_local && is_ours (s))
    g_assert_cmpint (verdict, ==, VERDICT_LOCAL_DOMAIN);
}

static const struct
{
  const char *address;
  gboolean is_local, is_near;
} recipients[] = {
  { "joe@example.org", TRUE },
  { "joe@EXAMPLE.org.", TRUE },
  { "postmaster", TRUE },
  { "PostMaster", TRUE },
  { "joe@a.local.example", TRUE },
  { "joe@local.example", FALSE },
  { "joe@near.example", FALSE, TRUE },
  { "joe+tag=x@near.example", FALSE, TRUE },
  { "joe%far.example@near.example", FALSE },
  { "far.example!joe@near.example", FALSE },
  { "\"joe@far.example\"@near.example", FALSE },
  { "\"far.example::joe\"@near.example", FALSE },
  { "\"<joe>\"@near.example", FALSE },
  { "\"joe b\"@near.example", FALSE, TRUE },
  { "joe\357\274\205far.example@near.example", FALSE },
  { "far.example\357\274\201joe@near.example", FALSE },
  { "joe\357\271\253far.example@near.example", FALSE },
  { "jos\303\251@near.example", FALSE, TRUE },
  { "joe@far.example", FALSE },
  { "joe@[192.0.2.7]", FALSE },
  { "joe@notexample.org", FALSE },
  { "\"x@example.org\"@far.example", FALSE },
  { "x%example.org@far.example", FALSE },
};

static void
check_all_clients (const Policy *policy, Situation *s, gboolean *seen)
{
  static const gint64 ages[]
      = { 0, WINDOW - 1, WINDOW, WINDOW + 1, -1, G_MININT64, CLIENT_NEVER_LOGGED_ON };

  for (gsize r = 0; r < G_N_ELEMENTS (recipients); r++)
    {
      const char *text = recipients[r].address;
      g_autoptr (MailAddress) recipient = mail_address_parse (text, strlen (text));

      g_assert_nonnull (recipient);
      s->is_local = recipients[r].is_local;
      s->is_near = recipients[r].is_near;
      for (gsize a = 0; a < G_N_ELEMENTS (ages); a++)
        for (guint bits = 0; bits < 128; bits++)
          {
            s->age = ages[a];
            s->is_listed = bits & 1;
            s->is_local_host = (bits >> 1) & 1;
            s->is_authenticated = (bits >> 2) & 1;
            s->is_unrecorded = (bits >> 3) & 1;
            s->is_submission = (bits >> 4) & 1;
            s->has_spent_messages = (bits >> 5) & 1;
            s->has_spent_recipients = (bits >> 6) & 1;
            check (policy, s, recipient, seen);
          }
    }
}

/* Every allowance x every tick x every fact. */
static void
test_everything (void)
{
  gboolean seen[G_N_ELEMENTS (expectations)] = { FALSE };

  for (Allowance allow = ALLOWANCE_ALL; allow <= ALLOWANCE_SPECIFIED; allow++)
    for (guint ticks = 0; ticks < 64; ticks++)
      {
        Situation s = { .allow = allow,
                        .near_domains = ticks & 1,
                        .address_list = (ticks >> 1) & 1,
                        .pop_client = (ticks >> 2) & 1,
                        .authenticated = (ticks >> 3) & 1,
                        .refuse_local_host = (ticks >> 4) & 1,
                        .offers_auth = (ticks >> 5) & 1 };
        g_autoptr (Settings) settings = settings_of (&s);
        g_autoptr (Policy) policy = policy_new (settings);

        check_all_clients (policy, &s, seen);
      }
  for (gsize i = 0; i < G_N_ELEMENTS (expectations); i++)
    g_assert_true (seen[i]);
}

/* What a log-on is good for: so many, and not one more; 0 is no limit. */
static void
test_grant (void)
{
  static const guint numbers[] = { 0, 1, 2, 10, 1000000 };
  g_autoptr (MailAddress) recipient
      = mail_address_parse ("joe@far.example", strlen ("joe@far.example"));

  for (gsize m = 0; m < G_N_ELEMENTS (numbers); m++)
    for (gsize r = 0; r < G_N_ELEMENTS (numbers); r++)
      for (gsize i = 0; i < G_N_ELEMENTS (numbers) * G_N_ELEMENTS (numbers); i++)
        {
          g_autoptr (Settings) settings = settings_new_default ();
          g_autoptr (Policy) policy = NULL;
          ClientFacts client = { .seconds_since_logon = 0,
                                 .logon_user = "joe",
                                 .grant_messages = numbers[i / G_N_ELEMENTS (numbers)],
                                 .grant_recipients = numbers[i % G_N_ELEMENTS (numbers)] };
          gboolean has_message = numbers[m] == 0 || client.grant_messages < numbers[m];
          gboolean has_recipient = numbers[r] == 0 || client.grant_recipients < numbers[r];

          settings->pop3.log_ons.messages = numbers[m];
          settings->pop3.log_ons.recipients = numbers[r];
          policy = policy_new (settings);
          g_assert_true (ip_address_parse ("198.51.100.7", &client.address));
          g_assert_cmpint (relay_policy_decide (policy, &client, recipient), ==,
                           !has_message     ? VERDICT_GRANT_MESSAGES
                           : !has_recipient ? VERDICT_GRANT_RECIPIENTS
                                            : VERDICT_POP_CLIENT);
        }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/relay-policy/everything", test_everything);
  g_test_add_func ("/relay-policy/grant", test_grant);
  return g_test_run ();
}
