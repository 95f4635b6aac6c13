/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/settings/mail-router.h"

static const struct
{
  const char *text;
  MailRouterFault fault;
  const char *host;
  gboolean is_address;
  guint16 port;
} cases[] = {
  { "mail.example.org", MAIL_ROUTER_VALID, "mail.example.org", FALSE, 25 },
  { "mail.example.org:587", MAIL_ROUTER_VALID, "mail.example.org", FALSE, 587 },
  { "4you.example", MAIL_ROUTER_VALID, "4you.example", FALSE, 25 },
  { "192.0.2.7", MAIL_ROUTER_VALID, "192.0.2.7", TRUE, 25 },
  { "192.0.2.7:2525", MAIL_ROUTER_VALID, "192.0.2.7", TRUE, 2525 },
  { "[192.0.2.7]", MAIL_ROUTER_VALID, "192.0.2.7", TRUE, 25 },
  { "[2001:db8::7]", MAIL_ROUTER_VALID, "2001:db8::7", TRUE, 25 },
  { "[2001:db8::7]:587", MAIL_ROUTER_VALID, "2001:db8::7", TRUE, 587 },
  { "", MAIL_ROUTER_WRONG_HOST, NULL, FALSE, 0 },
  { ":25", MAIL_ROUTER_WRONG_HOST, NULL, FALSE, 0 },
  { "300.1.1.1", MAIL_ROUTER_WRONG_HOST, NULL, FALSE, 0 },
  { "192.0.2", MAIL_ROUTER_WRONG_HOST, NULL, FALSE, 0 },
  { "-a.example", MAIL_ROUTER_WRONG_HOST, NULL, FALSE, 0 },
  { "a..b", MAIL_ROUTER_WRONG_HOST, NULL, FALSE, 0 },
  { "2001:db8::7", MAIL_ROUTER_WRONG_HOST, NULL, FALSE, 0 },
  { "[2001:db8::zz]", MAIL_ROUTER_WRONG_HOST, NULL, FALSE, 0 },
  { "[mail.example.org]", MAIL_ROUTER_WRONG_HOST, NULL, FALSE, 0 },
  { "[2001:db8::7", MAIL_ROUTER_WRONG_HOST, NULL, FALSE, 0 },
  { "[2001:db8::7]587", MAIL_ROUTER_WRONG_HOST, NULL, FALSE, 0 },
  { "mail.example.org:", MAIL_ROUTER_WRONG_PORT, NULL, FALSE, 0 },
  { "mail.example.org:0", MAIL_ROUTER_WRONG_PORT, NULL, FALSE, 0 },
  { "mail.example.org:65536", MAIL_ROUTER_WRONG_PORT, NULL, FALSE, 0 },
  { "mail.example.org:99999", MAIL_ROUTER_WRONG_PORT, NULL, FALSE, 0 },
  { "192.0.2.7:smtp", MAIL_ROUTER_WRONG_PORT, NULL, FALSE, 0 },
};

static void
test_texts (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      MailRouter router = { .port = 42 };

      g_test_message ("%s", cases[i].text);
      g_assert_cmpint (mail_router_parse (cases[i].text, &router), ==, cases[i].fault);
      if (cases[i].fault != MAIL_ROUTER_VALID)
        {
          g_assert_cmpuint (router.port, ==, 42);
          continue;
        }
      g_assert_cmpstr (router.host, ==, cases[i].host);
      g_assert_cmpint (router.is_address, ==, cases[i].is_address);
      g_assert_cmpuint (router.port, ==, cases[i].port);
    }
}

static void
test_endless (void)
{
  g_autofree char *text = g_strnfill (100000, 'a');
  MailRouter router;

  g_assert_cmpint (mail_router_parse (text, &router), ==, MAIL_ROUTER_WRONG_HOST);
}

static const struct
{
  const char *text;
  const char *normal;
} normal_forms[] = {
  { "Mail.Example.org", "mail.example.org" },
  { "mail.example.org:25", "mail.example.org" },
  { "mail.example.org:587", "mail.example.org:587" },
  { "[192.0.2.7]", "192.0.2.7" },
  { "192.0.2.7:587", "192.0.2.7:587" },
  { "[2001:DB8:0:0::7]", "[2001:db8::7]" },
  { "[2001:db8::7]:587", "[2001:db8::7]:587" },
  { "[::ffff:192.0.2.7]:587", "192.0.2.7:587" },
};

static void
test_normal_form (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (normal_forms); i++)
    {
      g_autofree char *text = NULL;
      MailRouter router;

      g_assert_cmpint (mail_router_parse (normal_forms[i].text, &router), ==, MAIL_ROUTER_VALID);
      text = mail_router_to_text (&router);
      g_assert_cmpstr (text, ==, normal_forms[i].normal);
      g_assert_cmpint (mail_router_parse (text, &router), ==, MAIL_ROUTER_VALID);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mail-router/texts", test_texts);
  g_test_add_func ("/mail-router/endless", test_endless);
  g_test_add_func ("/mail-router/normal-form", test_normal_form);
  return g_test_run ();
}
