/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/policy/policy.h"

#define ROUNDS 2000

static void
test_publish (void)
{
  g_autoptr (Settings) first = settings_new_default ();
  g_autoptr (Settings) second = settings_new_default ();
  g_autoptr (PolicyHolder) holder = NULL;
  g_autoptr (Policy) former = NULL;
  g_autoptr (Policy) present = NULL;

  second->revision = 7;
  holder = policy_holder_new (first);
  former = policy_holder_get (holder);
  policy_holder_publish (holder, second);
  present = policy_holder_get (holder);
  g_assert_cmpuint (former->settings->revision, ==, 0);
  g_assert_cmpuint (present->settings->revision, ==, 7);
}

static gpointer
read_many (gpointer data)
{
  PolicyHolder *holder = data;
  guint64 newest = 0;

  for (int i = 0; i < ROUNDS; i++)
    {
      g_autoptr (Policy) policy = policy_holder_get (holder);

      g_assert_cmpuint (policy->settings->revision, >=, newest);
      newest = policy->settings->revision;
      g_assert_true (domain_map_match (policy->local_domains, "example.org"));
    }
  return NULL;
}

/* Readers see each policy whole, and never an older one after a newer one. */
static void
test_threads (void)
{
  GThread *threads[4];
  g_autoptr (PolicyHolder) holder = NULL;

  for (int i = 0; i < ROUNDS; i++)
    {
      g_autoptr (Settings) settings = settings_new_default ();

      settings->revision = i;
      g_strfreev (settings->general.local_domains);
      settings->general.local_domains = g_strsplit ("example.org", " ", 0);
      if (holder != NULL)
        {
          policy_holder_publish (holder, settings);
          continue;
        }
      holder = policy_holder_new (settings);
      for (gsize t = 0; t < G_N_ELEMENTS (threads); t++)
        threads[t] = g_thread_new ("reader", read_many, holder);
    }
  for (gsize t = 0; t < G_N_ELEMENTS (threads); t++)
    g_thread_join (threads[t]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/policy/publish", test_publish);
  g_test_add_func ("/policy/threads", test_threads);
  return g_test_run ();
}
