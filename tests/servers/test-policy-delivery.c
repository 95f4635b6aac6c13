/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/policy/policy-delivery.h"

static void
set_rows (TextList *list, const char *rows)
{
  g_strfreev (*list);
  *list = g_strsplit (rows, ";", 0);
}

static void
test_routes (void)
{
  static const struct
  {
    const char *domain, *host; /* %NULL: no row; "": direct */
  } rows[] = {
    { "example.org", "own.example" },
    { "EXAMPLE.ORG.", "own.example" },
    { "a.example.org", "below.example" },
    { "a.b.example.org", "" },
    { "x.a.b.example.org", "deep.example" },
    { "b.example.org", "below.example" },
    { "example.net", NULL },
    { "[192.0.2.1]", NULL },
    { "", NULL },
  };
  g_autoptr (Settings) settings = settings_new_default ();
  g_autoptr (Policy) policy = NULL;

  set_rows (&settings->smtp.delivery.routes,
            "*.b.example.org deep.example:2600;example.org own.example;a.b.example.org direct;"
            "*.example.org below.example");
  policy = policy_new (settings);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const MailRoute *route = policy_route (policy, rows[i].domain);

      g_test_message ("%s", rows[i].domain);
      g_assert_cmpint (route != NULL, ==, rows[i].host != NULL);
      if (route == NULL)
        continue;
      g_assert_cmpint (route->is_direct, ==, *rows[i].host == '\0');
      if (!route->is_direct)
        g_assert_cmpstr (route->router.host, ==, rows[i].host);
    }
}

static void
test_route_for_all (void)
{
  g_autoptr (Settings) settings = settings_new_default ();
  g_autoptr (Policy) policy = NULL;

  set_rows (&settings->smtp.delivery.routes, "* [2001:db8::1]:587;example.org direct");
  policy = policy_new (settings);
  g_assert_true (policy_route (policy, "example.org")->is_direct);
  g_assert_cmpstr (policy_route (policy, "example.net")->router.host, ==, "2001:db8::1");
  g_assert_cmpuint (policy_route (policy, "[192.0.2.1]")->router.port, ==, 587);
}

static void
test_tls (void)
{
  static const struct
  {
    const char *rules, *domain, *host;
    DeliveryTls expected;
  } rows[] = {
    { "", "a.example", "mx.a.example", DELIVERY_TLS_MUST },
    { "a.example verify", "a.example", "mx.other.example", DELIVERY_TLS_VERIFY },
    { "a.example none", "a.example", "mx.other.example", DELIVERY_TLS_NONE },
    { "mx.other.example none", "a.example", "MX.other.example.", DELIVERY_TLS_NONE },
    { "*.other.example verify", "a.example", "mx.other.example", DELIVERY_TLS_VERIFY },
    /* A host, which the DNS names, makes a domain's rule stricter, never laxer. */
    { "a.example verify;mx.evil.example none", "a.example", "mx.evil.example",
      DELIVERY_TLS_VERIFY },
    { "*.example verify;mx.evil.test none", "a.example", "mx.evil.test", DELIVERY_TLS_VERIFY },
    { "a.example may;mx.b.test verify", "a.example", "mx.b.test", DELIVERY_TLS_VERIFY },
    { "a.example may;mx.b.test none", "a.example", "mx.b.test", DELIVERY_TLS_MAY },
    /* "*" is nobody's own rule. */
    { "* verify", "a.example", "mx.b.test", DELIVERY_TLS_VERIFY },
    { "* verify;a.example none", "a.example", "mx.b.test", DELIVERY_TLS_NONE },
    { "* verify;mx.b.test may", "a.example", "mx.b.test", DELIVERY_TLS_MAY },
    { "* none", "[192.0.2.1]", "192.0.2.1", DELIVERY_TLS_NONE },
    { "*.a.example may;b.a.example none;*.b.a.example verify", "c.b.a.example", "x.test",
      DELIVERY_TLS_VERIFY },
    { "*.a.example may;b.a.example none;*.b.a.example verify", "b.a.example", "x.test",
      DELIVERY_TLS_NONE },
    { "*.a.example may;b.a.example none;*.b.a.example verify", "c.a.example", "x.test",
      DELIVERY_TLS_MAY },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (Settings) settings = settings_new_default ();
      g_autoptr (Policy) policy = NULL;

      set_rows (&settings->smtp.delivery.tls_rules, rows[i].rules);
      settings->smtp.delivery.tls = DELIVERY_TLS_MUST;
      policy = policy_new (settings);
      g_test_message ("%s: %s at %s", rows[i].rules, rows[i].domain, rows[i].host);
      g_assert_cmpint (policy_delivery_tls (policy, rows[i].domain, rows[i].host), ==,
                       rows[i].expected);
    }
}

static void
test_credentials (void)
{
  static const struct
  {
    const char *host;
    guint16 port;
    const char *user;
  } rows[] = {
    { "mail.example.net", 587, "joe" },
    { "MAIL.Example.NET", 587, "joe" },
    { "mail.example.net", 25, "ann" },
    { "mail.example.net", 465, NULL },
    { "192.0.2.1", 25, "four" },
    { "2001:db8::1", 587, "six" },
    { "2001:0db8:0:0::0001", 587, "six" },
    { "2001:db8::1", 25, NULL },
    { "evil.mail.example.net", 587, NULL },
    { "", 25, NULL },
  };
  g_autoptr (Settings) settings = settings_new_default ();
  g_autoptr (Policy) policy = NULL;

  set_rows (&settings->smtp.delivery.credentials,
            "mail.example.net:587 plain joe secret;mail.example.net login ann secret;"
            "192.0.2.1 plain four secret;[2001:db8::1]:587 plain six secret");
  policy = policy_new (settings);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const HostCredential *row = policy_credential (policy, rows[i].host, rows[i].port);

      g_test_message ("%s:%u", rows[i].host, rows[i].port);
      g_assert_cmpstr (row != NULL ? row->user : NULL, ==, rows[i].user);
    }
}

/* A secret goes to no host that is not known, however TLS comes to be less strict than that; but for
 * one that a row names. */
static void
test_secret_tls (void)
{
  static const struct
  {
    const char *rules;
    DeliveryTls tls, expected;
  } rows[] = {
    { "", DELIVERY_TLS_NONE, DELIVERY_TLS_NONE },
    { "", DELIVERY_TLS_MAY, DELIVERY_TLS_VERIFY },
    { "", DELIVERY_TLS_MUST, DELIVERY_TLS_VERIFY },
    { "", DELIVERY_TLS_VERIFY, DELIVERY_TLS_VERIFY },
    { "* must", DELIVERY_TLS_MUST, DELIVERY_TLS_VERIFY },
    { "a.example must", DELIVERY_TLS_MUST, DELIVERY_TLS_VERIFY },
    { "mx.b.test may", DELIVERY_TLS_MAY, DELIVERY_TLS_VERIFY },
    { "mx.b.test may;a.example must", DELIVERY_TLS_MUST, DELIVERY_TLS_VERIFY },
    { "mx.b.test must", DELIVERY_TLS_MUST, DELIVERY_TLS_MUST },
    { "*.b.test must", DELIVERY_TLS_MUST, DELIVERY_TLS_MUST },
    { "mx.b.test must", DELIVERY_TLS_VERIFY, DELIVERY_TLS_VERIFY },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (Settings) settings = settings_new_default ();
      g_autoptr (Policy) policy = NULL;

      set_rows (&settings->smtp.delivery.tls_rules, rows[i].rules);
      policy = policy_new (settings);
      g_test_message ("\"%s\", %d", rows[i].rules, rows[i].tls);
      g_assert_cmpint (policy_secret_tls (policy, "mx.b.test", rows[i].tls), ==, rows[i].expected);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/policy-delivery/routes", test_routes);
  g_test_add_func ("/policy-delivery/route-for-all", test_route_for_all);
  g_test_add_func ("/policy-delivery/tls", test_tls);
  g_test_add_func ("/policy-delivery/credentials", test_credentials);
  g_test_add_func ("/policy-delivery/secret-tls", test_secret_tls);
  return g_test_run ();
}
