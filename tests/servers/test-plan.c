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
    { "", "joe@[192.0.2.1]", ROUTE_LITERAL, "192.0.2.1", 25 },
    { "", "joe@[IPv6:2001:db8::1]", ROUTE_LITERAL, "2001:db8::1", 25 },
    { "relay.example", "joe@other.example", ROUTE_ROUTER, "relay.example", 25 },
    { "relay.example:2600", "joe@[192.0.2.1]", ROUTE_ROUTER, "relay.example", 2600 },
    { "192.0.2.9", "joe@other.example", ROUTE_ROUTER, "192.0.2.9", 25 },
    { "[2001:db8::9]:2600", "joe@other.example", ROUTE_ROUTER, "2001:db8::9", 2600 },
    { "[2001:db8::9]", "joe@other.example", ROUTE_ROUTER, "2001:db8::9", 25 },
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
set_list (char ***list, const char *rows)
{
  g_strfreev (*list);
  *list = g_strsplit (rows, "|", -1);
}

/* The most specific route; "direct" past the router; near domains past it where that is asked for;
 * TLS by the recipient's domain, and those who differ in it go apart. */
static void
test_rows (void)
{
  const struct
  {
    const char *recipient;
    RouteKind kind;
    const char *host;
    guint16 port;
    DeliveryTls tls;
  } rows[] = {
    { "joe@sub.far.example", ROUTE_ROUTER, "sub.relay.example", 465, DELIVERY_TLS_MAY },
    { "joe@far.example", ROUTE_ROUTER, "192.0.2.7", 25, DELIVERY_TLS_MAY },
    { "joe@deep.er.far.example", ROUTE_ROUTER, "any.relay.example", 25, DELIVERY_TLS_MUST },
    { "joe@direct.example", ROUTE_EXCHANGERS, "direct.example", 25, 0 },
    { "joe@near.example", ROUTE_EXCHANGERS, "near.example", 25, 0 },
    { "joe@bank.example", ROUTE_ROUTER, "relay.example", 2600, DELIVERY_TLS_VERIFY },
    { "joe@other.example", ROUTE_ROUTER, "relay.example", 2600, DELIVERY_TLS_NONE },
    { "joe@[192.0.2.1]", ROUTE_ROUTER, "relay.example", 2600, DELIVERY_TLS_NONE },
  };
  g_autoptr (Settings) settings = settings_new_default ();
  g_free (settings->smtp.mail_router);
  settings->smtp.mail_router = g_strdup ("relay.example:2600");
  DeliverySettings *delivery = &settings->smtp.delivery;
  set_list (&settings->general.near_domains, "near.example");
  set_list (&delivery->routes, "*.far.example any.relay.example|far.example 192.0.2.7|"
                               "sub.far.example sub.relay.example:465|direct.example direct");
  set_list (&delivery->tls_rules, "bank.example verify|relay.example none|any.relay.example must");
  delivery->near_domains_direct = TRUE;
  g_autoptr (Policy) policy = policy_new (settings);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (MailAddress) address = recipient_address_parse (rows[i].recipient);
      g_autoptr (Route) route = route_find (policy, address);
      g_test_message ("%s", rows[i].recipient);
      g_assert_cmpint (route->kind, ==, rows[i].kind);
      g_assert_cmpstr (route->host, ==, rows[i].host);
      g_assert_cmpuint (route->port, ==, rows[i].port);
      if (route->kind == ROUTE_ROUTER)
        g_assert_cmpint (route->tls, ==, rows[i].tls);
    }

  g_autoptr (Envelope) envelope = envelope_new ("");
  g_autoptr (GBytes) content = g_bytes_new_static ("x\r\n", 3);
  envelope_add_recipient (envelope, "a@bank.example");
  envelope_add_recipient (envelope, "b@other.example");
  g_autoptr (GPtrArray) attempts = plan_make (envelope, policy, content, FALSE);
  g_assert_cmpuint (attempts->len, ==, 2);
  g_autofree char *first = route_to_string (((Attempt *) attempts->pdata[0])->route);
  g_autofree char *second = route_to_string (((Attempt *) attempts->pdata[1])->route);
  g_assert_cmpstr (first, ==, second); /* one destination, though */
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
  g_test_add_func ("/plan/rows", test_rows);
  g_test_add_func ("/plan/recipient-address", test_recipient_address);
  g_test_add_func ("/plan/sorting", test_sorting);
  return g_test_run ();
}
