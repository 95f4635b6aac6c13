/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/settings/alias-circle.h"

static const struct
{
  const char *aliases; /* ";" between two */
  gssize row;
} cases[] = {
  { "", -1 },
  { "a: joe", -1 },
  { "a: a, joe", -1 },
  { "a: b;b: joe", -1 },
  { "a: b, c;b: d;c: d;d: joe", -1 },
  { "a: b;b: a", 0 },
  { "a: b;b: c;c: b", 1 },
  { "a: b, joe;b: joe, A", 0 },
  { "x: joe;a: b@example.org;b: a", 1 },
  { "x: joe;a: b@sub.example.org;b: a", 1 },
  { "a: b@example.com;b: a", -1 },
  { "a: b@notexample.org;b: a", -1 },
  { "a@example.org: b;b: a@Example.org", 0 },
  { "a@example.org: b;b: a", -1 },
  /* The address has an alias of its own, which goes before the one for every domain. */
  { "a: b@example.org;b: a;b@example.org: joe", -1 },
};

static gssize
find (char **aliases)
{
  char *domains[] = { "example.org", "*.example.org", NULL };
  GeneralSettings general = { .aliases = aliases, .local_domains = domains };

  return alias_circle_find (&general);
}

static void
test_each (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (GStrv) aliases = g_strsplit (cases[i].aliases, ";", -1);

      g_test_message ("%s", cases[i].aliases);
      g_assert_cmpint (find (aliases), ==, cases[i].row);
    }
}

#define MANY 100000

/* Neither the stack nor the patience ends with a long chain. */
static void
test_long_chain (void)
{
  g_auto (GStrv) aliases = g_new0 (char *, MANY + 1);

  for (guint i = 0; i < MANY; i++)
    aliases[i] = g_strdup_printf ("a%u: a%u", i, (i + 1) % MANY);
  g_assert_cmpint (find (aliases), ==, 0);
  g_free (aliases[MANY - 1]);
  aliases[MANY - 1] = g_strdup_printf ("a%u: joe", MANY - 1);
  g_assert_cmpint (find (aliases), ==, -1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/alias-circle/each", test_each);
  g_test_add_func ("/alias-circle/long-chain", test_long_chain);
  return g_test_run ();
}
