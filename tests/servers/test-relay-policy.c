/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "servers/policy/relay-policy.h"

#define MINUTES 20
#define WINDOW (MINUTES * 60)

/* All that a decision depends on, one value of each at a time. */
typedef struct
{
  Allowance allow;
  gboolean near_domains, address_list, pop_client, authenticated, refuse_local_host; /* the ticks */
  const char *recipient;
  gboolean is_local, is_near;                          /* the recipient */
  gboolean is_listed, is_local_host, is_authenticated; /* the client */
  gint64 age;
} Situation;

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
  g_free (relay->addresses.rows);
  relay->addresses.rows = g_new (IpNetwork, 1);
  relay->addresses.length = 1;
  g_assert_true (ip_network_parse ("192.0.2.0/24", relay->addresses.rows));
  return settings;
}

static Verdict
decide (const Policy *policy, const Situation *s)
{
  ClientFacts client = { .is_local_host = s->is_local_host,
                         .seconds_since_logon = s->age,
                         .authenticated = s->is_authenticated ? "joe" : NULL };
  g_autoptr (MailAddress) recipient = mail_address_parse (s->recipient, strlen (s->recipient));

  g_assert_nonnull (recipient);
  g_assert_true (ip_address_parse (s->is_listed ? "192.0.2.7" : "198.51.100.7", &client.address));
  return relay_policy_decide (policy, &client, recipient);
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
  Match local_recipient;
  Match all, none;
  Match near_ticked, near_recipient;
  Match list_ticked, listed;
  Match pop_ticked, logged_on;
  Match auth_ticked, authenticated;
  Match refuse_local_host, local_host;
} Expectation;

static const Expectation expectations[] = {
  { VERDICT_LOCAL_DOMAIN, .local_recipient = YES },
  { VERDICT_EVERYBODY, .all = YES },
  { VERDICT_LOCAL_HOST, .none = YES, .refuse_local_host = NO, .local_host = YES },
  { VERDICT_NOBODY, .none = YES },
  { VERDICT_NEAR_DOMAIN, .near_ticked = YES, .near_recipient = YES },
  { VERDICT_ADDRESS_LIST, .list_ticked = YES, .listed = YES },
  { VERDICT_POP_CLIENT, .pop_ticked = YES, .logged_on = YES },
  { VERDICT_AUTHENTICATED, .auth_ticked = YES, .authenticated = YES },
  { VERDICT_LOG_ON_FIRST, .pop_ticked = YES },
  { VERDICT_AUTHENTICATE_FIRST, .pop_ticked = NO, .auth_ticked = YES },
  { VERDICT_NO_RULE, .pop_ticked = NO, .auth_ticked = NO },
};

static gboolean
fits (Match match, gboolean value)
{
  return match == ANY || (match == YES) == !!value;
}

static Verdict
expected (const Situation *s)
{
  for (gsize i = 0; i < G_N_ELEMENTS (expectations); i++)
    {
      const Expectation *e = &expectations[i];

      if (fits (e->local_recipient, s->is_local) && fits (e->all, s->allow == ALLOWANCE_ALL)
          && fits (e->none, s->allow == ALLOWANCE_NONE) && fits (e->near_ticked, s->near_domains)
          && fits (e->near_recipient, s->is_near) && fits (e->list_ticked, s->address_list)
          && fits (e->listed, s->is_listed) && fits (e->pop_ticked, s->pop_client)
          && fits (e->logged_on, s->age >= 0 && s->age < WINDOW)
          && fits (e->auth_ticked, s->authenticated) && fits (e->authenticated, s->is_authenticated)
          && fits (e->refuse_local_host, s->refuse_local_host)
          && fits (e->local_host, s->is_local_host))
        return e->verdict;
    }
  g_assert_not_reached ();
}

static void
check_all_clients (const Policy *policy, Situation *s, gboolean *seen)
{
  static const gint64 ages[]
      = { 0, WINDOW - 1, WINDOW, WINDOW + 1, -1, G_MININT64, CLIENT_NEVER_LOGGED_ON };
  static const struct
  {
    const char *address;
    gboolean is_local, is_near;
  } recipients[] = {
    { "joe@example.org", TRUE },
    { "joe@EXAMPLE.org.", TRUE },
    { "postmaster", TRUE },
    { "joe@a.local.example", TRUE },
    { "joe@local.example", FALSE },
    { "joe@near.example", FALSE, TRUE },
    { "joe+tag=x@near.example", FALSE, TRUE },
    { "joe%far.example@near.example", FALSE },
    { "far.example!joe@near.example", FALSE },
    { "\"joe@far.example\"@near.example", FALSE },
    { "joe@far.example", FALSE },
    { "joe@[192.0.2.7]", FALSE },
    { "joe@notexample.org", FALSE },
    { "\"x@example.org\"@far.example", FALSE },
    { "x%example.org@far.example", FALSE },
  };

  for (gsize r = 0; r < G_N_ELEMENTS (recipients); r++)
    for (gsize a = 0; a < G_N_ELEMENTS (ages); a++)
      for (guint bits = 0; bits < 8; bits++)
        {
          Verdict verdict;

          s->recipient = recipients[r].address;
          s->is_local = recipients[r].is_local;
          s->is_near = recipients[r].is_near;
          s->age = ages[a];
          s->is_listed = bits & 1;
          s->is_local_host = (bits >> 1) & 1;
          s->is_authenticated = (bits >> 2) & 1;
          verdict = decide (policy, s);
          seen[verdict] = TRUE;
          g_assert_cmpint (verdict, ==, expected (s));
        }
}

/* Every allowance x every tick x every fact. */
static void
test_everything (void)
{
  gboolean seen[N_VERDICTS] = { FALSE };

  for (Allowance allow = ALLOWANCE_ALL; allow <= ALLOWANCE_SPECIFIED; allow++)
    for (guint ticks = 0; ticks < 32; ticks++)
      {
        Situation s = { .allow = allow,
                        .near_domains = ticks & 1,
                        .address_list = (ticks >> 1) & 1,
                        .pop_client = (ticks >> 2) & 1,
                        .authenticated = (ticks >> 3) & 1,
                        .refuse_local_host = (ticks >> 4) & 1 };
        g_autoptr (Settings) settings = settings_of (&s);
        g_autoptr (Policy) policy = policy_new (settings);

        check_all_clients (policy, &s, seen);
      }
  for (gsize i = 0; i < G_N_ELEMENTS (expectations); i++)
    g_assert_true (seen[expectations[i].verdict]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/relay-policy/everything", test_everything);
  return g_test_run ();
}
