/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/policy/domain-set.h"

static void
check (const char *const *patterns, const char *domain, gboolean expected)
{
  DomainSet *set = domain_set_new ((char *const *) patterns);

  g_test_message ("%s", domain);
  g_assert_cmpint (domain_set_match (set, domain), ==, expected);
  domain_set_free (set);
}

static void
test_match (void)
{
  static const char *const patterns[] = { "example.org", "*.example.net", "a.b.example.com", NULL };
  g_autofree char *long_label = g_strnfill (300, 'a');
  g_autofree char *too_long = g_strconcat (long_label, ".example.net", NULL);

  check (patterns, "example.org", TRUE);
  check (patterns, "EXAMPLE.Org", TRUE);
  check (patterns, "example.org.", TRUE);
  check (patterns, "example.org..", FALSE);
  check (patterns, "x.example.org", FALSE);
  check (patterns, "notexample.org", FALSE);
  check (patterns, "org", FALSE);
  check (patterns, "example.net", FALSE);
  check (patterns, "a.example.net", TRUE);
  check (patterns, "a.b.c.example.net.", TRUE);
  check (patterns, "aexample.net", FALSE);
  check (patterns, "a.example.net.evil.example", FALSE);
  check (patterns, "a.b.example.com", TRUE);
  check (patterns, "b.example.com", FALSE);
  check (patterns, "", FALSE);
  check (patterns, ".", FALSE);
  check (patterns, "[192.0.2.1]", FALSE);
  check (patterns, "[x].example.net", FALSE);
  check (patterns, too_long, FALSE);
}

static void
test_everything (void)
{
  static const char *const patterns[] = { "*", NULL };

  check (patterns, "example.org", TRUE);
  check (patterns, "[192.0.2.1]", TRUE);
  check (patterns, "", FALSE);
}

static void
test_nothing (void)
{
  static const char *const patterns[] = { NULL };

  check (patterns, "example.org", FALSE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/domain-set/match", test_match);
  g_test_add_func ("/domain-set/everything", test_everything);
  g_test_add_func ("/domain-set/nothing", test_nothing);
  return g_test_run ();
}
