/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Routes, and the attempts that recipients are sorted into by them. */
#include "servers/delivery/plan.h"
#include "servers/delivery/recipient-address.h"

/* A policy with the local domain "home.example" and that mail router. */
static Policy *
make_policy (const char *router)
{
  g_autoptr (Settings) settings = settings_new_default ();
  g_strfreev (settings->general.local_domains);
  settings->general.local_domains = g_strsplit ("home.example", " ", -1);
  g_free (settings->smtp.mail_router);
  settings->smtp.mail_router = g_strdup (router);
  return policy_new (settings);
}

static void
test_routes (void)
{
  const struct
  {
    const char *router, *recipient;
    RouteKind kind;
    const char *host;
    guint16 port;
  } rows[] = {
    { "", "joe@home.example", ROUTE_LOCAL, "", 0 },
    { "", "joe@HOME.Example", ROUTE_LOCAL, "", 0 },
    { "relay.example:2600", "joe@home.example", ROUTE_LOCAL, "", 0 },
    { "relay.example:2600", "postmaster", ROUTE_LOCAL, "", 0 },
    { "", "joe@other.example", ROUTE_EXCHANGERS, "other.example", 25 },
    { "", "joe@[192.0.2.1]", ROUTE_HOST, "192.0.2.1", 25 },
    { "", "joe@[IPv6:2001:db8::1]", ROUTE_HOST, "2001:db8::1", 25 },
    { "relay.example", "joe@other.example", ROUTE_HOST, "relay.example", 25 },
    { "relay.example:2600", "joe@[192.0.2.1]", ROUTE_HOST, "relay.example", 2600 },
    { "192.0.2.9", "joe@other.example", ROUTE_HOST, "192.0.2.9", 25 },
    { "[2001:db8::9]:2600", "joe@other.example", ROUTE_HOST, "2001:db8::9", 2600 },
    { "[2001:db8::9]", "joe@other.example", ROUTE_HOST, "2001:db8::9", 25 },
    { "relay.example:0", "joe@other.example", ROUTE_NOWHERE, "", 0 },
    { "relay.example:70000", "joe@other.example", ROUTE_NOWHERE, "", 0 },
  };
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (Policy) policy = make_policy (rows[i].router);
      g_autoptr (MailAddress) address = recipient_address_parse (rows[i].recipient);
      g_assert_nonnull (address);
      g_autoptr (Route) route = route_find (policy, address);
      g_test_message ("%s by \"%s\"", rows[i].recipient, rows[i].router);
      g_assert_cmpint (route->kind, ==, rows[i].kind);
      g_assert_cmpstr (route->host, ==, rows[i].host);
      g_assert_cmpuint (route->port, ==, rows[i].port);
    }
}

static void
test_recipient_address (void)
{
  g_autoptr (MailAddress) postmaster = recipient_address_parse ("postmaster");
  g_assert_nonnull (postmaster);
  g_assert_cmpstr (postmaster->domain, ==, "");
  g_assert_null (recipient_address_parse (""));
  g_assert_null (recipient_address_parse ("joe"));
  g_assert_null (recipient_address_parse ("joe@a.example> SIZE=1"));
  g_assert_null (recipient_address_parse ("joe@a.example>\r\nDATA"));
}

static void
test_sorting (void)
{
  g_autoptr (Policy) policy = make_policy ("");
  g_autoptr (GBytes) content = g_bytes_new_static ("x\r\n", 3);
  g_autoptr (Envelope) envelope = envelope_new ("ann@example.org");
  const char *const recipients[] = { "a@one.example", "b@home.example", "c@ONE.example",
                                     "d@two.example", "not an address", "e@one.example" };
  for (guint i = 0; i < G_N_ELEMENTS (recipients); i++)
    envelope_add_recipient (envelope, recipients[i]);
  recipient_settle (envelope_recipient (envelope, 5), RECIPIENT_DELIVERED, "250 ok");

  g_autoptr (GPtrArray) attempts = plan_make (envelope, policy, content, FALSE);
  g_assert_cmpuint (attempts->len, ==, 4);
  const Attempt *first = g_ptr_array_index (attempts, 0);
  g_assert_cmpuint (first->results->len, ==, 2);
  g_assert_cmpstr (attempt_address (first, 0), ==, "a@one.example");
  g_assert_cmpstr (attempt_address (first, 1), ==, "c@ONE.example");
  const Attempt *local = g_ptr_array_index (attempts, 1);
  g_assert_cmpint (local->route->kind, ==, ROUTE_LOCAL);
  const Attempt *nowhere = g_ptr_array_index (attempts, 3);
  g_assert_cmpint (nowhere->route->kind, ==, ROUTE_NOWHERE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/plan/routes", test_routes);
  g_test_add_func ("/plan/recipient-address", test_recipient_address);
  g_test_add_func ("/plan/sorting", test_sorting);
  return g_test_run ();
}
