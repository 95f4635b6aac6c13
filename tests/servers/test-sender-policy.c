/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/policy/relay-policy.h"
#include "servers/policy/sender-policy.h"

#define SHARED_ADDRESS "192.0.2.7"
#define OTHER_ADDRESS "198.51.100.7"

static Policy *
policy_of (SenderCheck check, gboolean pop_client, gboolean authenticated)
{
  g_autoptr (Settings) settings = settings_new_default ();
  LogOnSettings *log_ons = &settings->pop3.log_ons;
  IpNetwork *shared = g_new (IpNetwork, 1);

  log_ons->sender_check = check;
  network_list_clear (&log_ons->shared_addresses);
  g_assert_true (ip_network_parse ("192.0.2.0/24", shared));
  log_ons->shared_addresses = network_list_take (shared, 1);
  settings->smtp.relay.pop_client = pop_client;
  settings->smtp.relay.authenticated = authenticated;
  return policy_new (settings);
}

/* Which verdicts on a recipient come from knowing the user; and for submission it is the client's
 * own that counts. */
static gboolean
is_by_user (const Policy *policy, const ClientFacts *client, Verdict relay)
{
  if (!verdict_allows (relay))
    return FALSE;
  if (client->by_submission)
    relay = relay_policy_client_may (policy, client);
  return relay == VERDICT_POP_CLIENT || relay == VERDICT_AUTHENTICATED;
}

static void
check_client (const Policy *policy, const ClientFacts *client, gboolean is_checked)
{
  static const Verdict verdicts[]
      = { VERDICT_LOCAL_DOMAIN, VERDICT_EVERYBODY,       VERDICT_LOCAL_HOST,    VERDICT_NEAR_DOMAIN,
          VERDICT_ADDRESS_LIST, VERDICT_POP_CLIENT,      VERDICT_AUTHENTICATED, VERDICT_NOBODY,
          VERDICT_LOG_ON_FIRST, VERDICT_SUBMISSION_ONLY, VERDICT_GRANT_MESSAGES };

  for (gsize i = 0; i < G_N_ELEMENTS (verdicts); i++)
    {
      Verdict relay = verdicts[i];
      gboolean matters = is_checked && is_by_user (policy, client, relay);
      const char *owner = client->authenticated != NULL ? client->authenticated
                          : client->logon_user != NULL  ? client->logon_user
                                                        : "";

      g_assert_cmpstr (sender_policy_user (policy, client, relay), ==, matters ? owner : NULL);
      g_assert_cmpint (sender_policy_decide (policy, client, relay, TRUE), ==, relay);
      g_assert_cmpint (sender_policy_decide (policy, client, relay, FALSE), ==,
                       matters ? VERDICT_SENDER_NOT_USERS : relay);
    }
}

/* Every check x every rule x every kind of client. */
static void
test_everything (void)
{
  static const char *const users[] = { NULL, "joe" };

  for (SenderCheck check = SENDER_CHECK_NONE; check <= SENDER_CHECK_ALL; check++)
    for (guint bits = 0; bits < 64; bits++)
      {
        g_autoptr (Policy) policy = policy_of (check, bits & 1, (bits >> 1) & 1);
        gboolean is_shared = (bits >> 2) & 1;
        ClientFacts client = { .by_submission = (bits >> 3) & 1,
                               .seconds_since_logon = (bits >> 4) & 1 ? 0 : CLIENT_NEVER_LOGGED_ON,
                               .logon_user = (bits >> 4) & 1 ? "ann" : NULL,
                               .authenticated = users[(bits >> 5) & 1] };

        g_assert_true (
            ip_address_parse (is_shared ? SHARED_ADDRESS : OTHER_ADDRESS, &client.address));
        check_client (policy, &client,
                      check == SENDER_CHECK_ALL || (check == SENDER_CHECK_SHARED && is_shared));
      }
}

/* The user who authenticated is surer than the one whose log-on the address has. */
static void
test_whose (void)
{
  g_autoptr (Policy) policy = policy_of (SENDER_CHECK_ALL, TRUE, TRUE);
  ClientFacts client = { .seconds_since_logon = 0, .logon_user = "ann" };

  g_assert_true (ip_address_parse (OTHER_ADDRESS, &client.address));
  g_assert_cmpstr (sender_policy_user (policy, &client, VERDICT_POP_CLIENT), ==, "ann");
  client.authenticated = "joe";
  g_assert_cmpstr (sender_policy_user (policy, &client, VERDICT_POP_CLIENT), ==, "joe");
  client.logon_user = NULL;
  client.authenticated = NULL;
  g_assert_cmpstr (sender_policy_user (policy, &client, VERDICT_POP_CLIENT), ==, "");
}

/* Mail to us does not ask for a log-on, so nobody's name is checked; at a listener for submission it
 * does. */
static void
test_local_recipient (void)
{
  g_autoptr (Policy) policy = policy_of (SENDER_CHECK_ALL, TRUE, TRUE);
  ClientFacts client = { .seconds_since_logon = 0, .logon_user = "ann" };

  g_assert_true (ip_address_parse (OTHER_ADDRESS, &client.address));
  g_assert_cmpint (sender_policy_decide (policy, &client, VERDICT_LOCAL_DOMAIN, FALSE), ==,
                   VERDICT_LOCAL_DOMAIN);
  client.by_submission = TRUE;
  g_assert_cmpint (sender_policy_decide (policy, &client, VERDICT_LOCAL_DOMAIN, FALSE), ==,
                   VERDICT_SENDER_NOT_USERS);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sender-policy/everything", test_everything);
  g_test_add_func ("/sender-policy/whose", test_whose);
  g_test_add_func ("/sender-policy/local-recipient", test_local_recipient);
  return g_test_run ();
}
