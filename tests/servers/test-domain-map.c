/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/policy/domain-map.h"

static void
check (const char *const *patterns, const char *domain, const char *expected)
{
  g_autoptr (DomainMap) map = domain_map_new ((char *const *) patterns);
  int found = domain_map_find (map, domain);
  gboolean is_own = found >= 0 && !g_str_equal (patterns[found], "*");

  g_test_message ("%s", domain);
  g_assert_cmpstr (found >= 0 ? patterns[found] : NULL, ==, expected);
  g_assert_cmpint (domain_map_match (map, domain), ==, expected != NULL);
  g_assert_cmpint (domain_map_find_own (map, domain), ==, is_own ? found : -1);
}

static void
test_match (void)
{
  static const char *const patterns[] = { "example.org", "*.example.net", "a.b.example.com", NULL };
  g_autofree char *long_label = g_strnfill (300, 'a');
  g_autofree char *too_long = g_strconcat (long_label, ".example.net", NULL);

  check (patterns, "example.org", "example.org");
  check (patterns, "EXAMPLE.Org", "example.org");
  check (patterns, "example.org.", "example.org");
  check (patterns, "example.org..", NULL);
  check (patterns, "x.example.org", NULL);
  check (patterns, "notexample.org", NULL);
  check (patterns, "org", NULL);
  check (patterns, "example.net", NULL);
  check (patterns, "a.example.net", "*.example.net");
  check (patterns, "a.b.c.example.net.", "*.example.net");
  check (patterns, ".example.net", "*.example.net");
  check (patterns, "aexample.net", NULL);
  check (patterns, "a.example.net.evil.example", NULL);
  check (patterns, "a.b.example.com", "a.b.example.com");
  check (patterns, "b.example.com", NULL);
  check (patterns, "", NULL);
  check (patterns, ".", NULL);
  check (patterns, "*", NULL);
  check (patterns, "[192.0.2.1]", NULL);
  check (patterns, "[x].example.net", NULL);
  check (patterns, too_long, NULL);
}

/* Whatever the order of the rows, the most specific one decides. */
static void
test_most_specific (void)
{
  static const char *const rising[] = {
    "*", "*.org", "*.example.org", "*.b.example.org", "a.b.example.org", "example.org", NULL
  };
  static const char *const falling[] = {
    "example.org", "a.b.example.org", "*.b.example.org", "*.example.org", "*.org", "*", NULL
  };
  static const char *const *const orders[] = { rising, falling };

  for (gsize i = 0; i < G_N_ELEMENTS (orders); i++)
    {
      check (orders[i], "a.b.example.org", "a.b.example.org");
      check (orders[i], "c.b.example.org", "*.b.example.org");
      check (orders[i], "x.a.b.example.org", "*.b.example.org");
      check (orders[i], "b.example.org", "*.example.org");
      check (orders[i], "example.org", "example.org");
      check (orders[i], "other.org", "*.org");
      check (orders[i], "org", "*");
      check (orders[i], "example.net", "*");
      check (orders[i], "[192.0.2.1]", "*");
      check (orders[i], "", NULL);
    }
}

static void
test_doubles (void)
{
  static const char *const patterns[]
      = { "*.example.org", "example.org", "*", "example.org", "*", "*.example.org", NULL };
  g_autoptr (DomainMap) map = domain_map_new ((char *const *) patterns);

  g_assert_cmpint (domain_map_find (map, "a.example.org"), ==, 0);
  g_assert_cmpint (domain_map_find (map, "example.org"), ==, 1);
  g_assert_cmpint (domain_map_find (map, "example.net"), ==, 2);
}

static void
test_everything (void)
{
  static const char *const patterns[] = { "*", NULL };

  check (patterns, "example.org", "*");
  check (patterns, "[192.0.2.1]", "*");
  check (patterns, "", NULL);
  check (patterns, ".", NULL);
}

static void
test_nothing (void)
{
  static const char *const patterns[] = { NULL };

  check (patterns, "example.org", NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/domain-map/match", test_match);
  g_test_add_func ("/domain-map/most-specific", test_most_specific);
  g_test_add_func ("/domain-map/doubles", test_doubles);
  g_test_add_func ("/domain-map/everything", test_everything);
  g_test_add_func ("/domain-map/nothing", test_nothing);
  return g_test_run ();
}
