/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/policy/connection-policy.h"

#define MINUTES 20
#define WINDOW (MINUTES * 60)

typedef struct
{
  const char *address;
  Verdict verdict; /* by the lists alone */
} AddressCase;

/* Refused: 10.0.0.0/8, 10.1.2.0/24, 192.0.2.0/24, 2001:db8::/32. Excepted: 10.1.0.0/16,
 * 192.0.2.0/24, 203.0.113.0/24, 2001:db8::1. */
static const AddressCase addresses[] = {
  { "198.51.100.7", VERDICT_NO_RESTRICTION },     { "203.0.113.7", VERDICT_EXCEPTED_ADDRESS },
  { "10.2.0.1", VERDICT_REFUSED_ADDRESS },        { "10.1.0.1", VERDICT_EXCEPTED_ADDRESS },
  { "10.1.2.1", VERDICT_REFUSED_ADDRESS },        { "192.0.2.1", VERDICT_EXCEPTED_ADDRESS },
  { "::ffff:10.2.0.1", VERDICT_REFUSED_ADDRESS }, { "2001:db8::1", VERDICT_EXCEPTED_ADDRESS },
  { "2001:db8::2", VERDICT_REFUSED_ADDRESS },
};

static const gint64 ages[] = { 0, WINDOW - 1, WINDOW, -1, CLIENT_NEVER_LOGGED_ON };

/* What the settings say beside their lists, and what is known of the client beside its address. */
typedef struct
{
  Allowance allow;
  gboolean pop_overrides_address, pop_overrides_blocklist, refuse_local_host, pop_relays;
  gboolean has_blocklists;
  gboolean is_local_host, is_submission;
  BlocklistFinding finding;
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

static Policy *
policy_of (const Situation *s)
{
  g_autoptr (Settings) settings = settings_new_default ();
  ConnectionSettings *connection = &settings->smtp.connection;

  network_list_clear (&connection->refused);
  network_list_clear (&connection->excepted);
  connection->refused = networks ("10.0.0.0/8 10.1.2.0/24 192.0.2.0/24 2001:db8::/32");
  connection->excepted = networks ("10.1.0.0/16 192.0.2.0/24 203.0.113.0/24 2001:db8::1");
  connection->allow = s->allow;
  connection->pop_overrides_address = s->pop_overrides_address;
  connection->pop_overrides_blocklist = s->pop_overrides_blocklist;
  connection->refuse_local_host = s->refuse_local_host;
  if (s->has_blocklists)
    {
      g_strfreev (connection->blocklists);
      connection->blocklists = g_strsplit ("bl.example", " ", 0);
    }
  settings->smtp.relay.pop_client = s->pop_relays;
  settings->smtp.relay.pop_client_minutes = MINUTES;
  return policy_new (settings);
}

static gboolean
is_logged_on (const Situation *s)
{
  return s->age >= 0 && s->age < WINDOW;
}

/* Whether blocklists could make a difference to who comes with that verdict of the address rows. */
static gboolean
blocklists_matter (const Situation *s, Verdict by_address)
{
  return (by_address == VERDICT_NO_RESTRICTION || by_address == VERDICT_POP_OVERRIDE)
         && s->has_blocklists && !s->is_local_host && !s->is_submission;
}

static Verdict
expected_by_address (const Situation *s, Verdict by_lists)
{
  return by_lists == VERDICT_REFUSED_ADDRESS && s->pop_overrides_address && is_logged_on (s)
             ? VERDICT_POP_OVERRIDE
             : by_lists;
}

static Verdict
expected (const Situation *s, Verdict by_lists)
{
  Verdict by_address = expected_by_address (s, by_lists);

  if (s->allow == ALLOWANCE_ALL)
    return VERDICT_CONNECTIONS_EVERYBODY;
  if (s->allow == ALLOWANCE_NONE)
    return s->is_local_host && !s->refuse_local_host ? VERDICT_CONNECTIONS_LOCAL_HOST
                                                     : VERDICT_CONNECTIONS_NOBODY;
  if (s->finding != BLOCKLIST_LISTED || !blocklists_matter (s, by_address))
    return by_address;
  return s->pop_overrides_blocklist && is_logged_on (s) ? VERDICT_BLOCKLIST_POP_OVERRIDE
                                                        : VERDICT_BLOCKLISTED;
}

static void
check (const Policy *policy, const Situation *s, const AddressCase *address, gboolean *seen)
{
  ClientFacts client = { .is_local_host = s->is_local_host,
                         .by_submission = s->is_submission,
                         .seconds_since_logon = s->age,
                         .logon_user = is_logged_on (s) ? "joe" : NULL,
                         .blocklists = s->finding };
  Verdict verdict, if_listed;
  gboolean asks;

  g_assert_true (ip_address_parse (address->address, &client.address));
  verdict = connection_policy_decide (policy, &client);
  asks = connection_policy_asks_blocklists (policy, &client);
  g_assert_cmpint (verdict, ==, expected (s, address->verdict));
  seen[verdict] = TRUE;

  /* Asked is exactly when the answer could refuse, and once. */
  client.blocklists = BLOCKLIST_LISTED;
  if_listed = connection_policy_decide (policy, &client);
  g_assert_cmpint (asks, ==, s->finding == BLOCKLIST_NOT_ASKED && if_listed == VERDICT_BLOCKLISTED);
}

static void
check_all_clients (const Policy *policy, Situation *s, gboolean *seen)
{
  for (guint bits = 0; bits < 4; bits++)
    for (gsize a = 0; a < G_N_ELEMENTS (ages); a++)
      for (s->finding = BLOCKLIST_NOT_ASKED; s->finding <= BLOCKLIST_LISTED; s->finding++)
        for (gsize i = 0; i < G_N_ELEMENTS (addresses); i++)
          {
            s->is_local_host = bits & 1;
            s->is_submission = (bits >> 1) & 1;
            s->age = ages[a];
            check (policy, s, &addresses[i], seen);
          }
}

/* Every allowance x every tick x every kind of client. */
static void
test_everything (void)
{
  gboolean seen[N_VERDICTS] = { FALSE };
  static const Verdict verdicts[] = { VERDICT_NO_RESTRICTION,    VERDICT_EXCEPTED_ADDRESS,
                                      VERDICT_POP_OVERRIDE,      VERDICT_BLOCKLIST_POP_OVERRIDE,
                                      VERDICT_BLOCKLISTED,       VERDICT_CONNECTIONS_EVERYBODY,
                                      VERDICT_REFUSED_ADDRESS,   VERDICT_CONNECTIONS_LOCAL_HOST,
                                      VERDICT_CONNECTIONS_NOBODY };

  for (Allowance allow = ALLOWANCE_ALL; allow <= ALLOWANCE_SPECIFIED; allow++)
    for (guint bits = 0; bits < 32; bits++)
      {
        Situation s = { .allow = allow,
                        .pop_overrides_address = bits & 1,
                        .pop_overrides_blocklist = (bits >> 1) & 1,
                        .refuse_local_host = (bits >> 2) & 1,
                        .pop_relays = (bits >> 3) & 1,
                        .has_blocklists = (bits >> 4) & 1 };
        g_autoptr (Policy) policy = policy_of (&s);

        check_all_clients (policy, &s, seen);
      }
  for (gsize i = 0; i < G_N_ELEMENTS (verdicts); i++)
    g_assert_true (seen[verdicts[i]]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/connection-policy/everything", test_everything);
  return g_test_run ();
}
