/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "temporary-fixture.h"

static void
test_ends_by_itself (Fixture *fixture, gconstpointer data)
{
  g_assert_cmpint (temporary_next_ms (fixture->temporary), ==, -1);
  g_assert_cmpuint (must_apply (fixture, "{'smtp.relay.allow': <'all'>}", 60), ==, 2);
  g_assert_cmpstr (who_was_last (fixture), ==, "anna (temporary)");
  g_assert_cmpint (allowed (fixture), ==, ALLOWANCE_ALL);
  g_assert_cmpuint (count (fixture), ==, 1);
  wait_s (59);
  temporary_end_due (fixture->temporary);
  g_assert_cmpint (allowed (fixture), ==, ALLOWANCE_ALL);
  g_assert_cmpint (temporary_next_ms (fixture->temporary), ==, 1000);
  wait_s (1);
  temporary_end_due (fixture->temporary);
  g_assert_cmpint (allowed (fixture), ==, ALLOWANCE_SPECIFIED);
  g_assert_cmpstr (who_was_last (fixture), ==, "posternd (taken back)");
  g_assert_cmpuint (count (fixture), ==, 0);
  g_assert_cmpuint (fixture->told, ==, 2);
  g_assert_cmpint (temporary_next_ms (fixture->temporary), ==, -1);
  restart (fixture);
  g_assert_cmpuint (count (fixture), ==, 0);
  g_assert_cmpuint (revision_of (fixture), ==, 3);
}

static void
test_ends_after_a_restart (Fixture *fixture, gconstpointer data)
{
  must_apply (fixture, "{'smtp.relay.allow': <'all'>, 'general.near-domains': <['a.example']>}",
              60);
  restart (fixture);
  g_assert_cmpuint (count (fixture), ==, 1);
  g_assert_cmpint (allowed (fixture), ==, ALLOWANCE_ALL);
  close_all (fixture);
  wait_s (3600);
  restart (fixture);
  temporary_end_due (fixture->temporary);
  g_assert_cmpint (allowed (fixture), ==, ALLOWANCE_SPECIFIED);
  g_assert_null (custody_settings (fixture->custody)->general.near_domains[0]);
}

static void
test_ends_though_the_clock_is_set (Fixture *fixture, gconstpointer data)
{
  must_apply (fixture, "{'smtp.relay.allow': <'all'>}", 60);
  now.wall_ms -= 3600 * 1000;
  wait_s (60);
  temporary_end_due (fixture->temporary);
  g_assert_cmpint (allowed (fixture), ==, ALLOWANCE_SPECIFIED);
}

static void
test_keep (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  guint64 id = must_apply (fixture, "{'smtp.relay.allow': <'all'>}", 60);

  g_assert_true (temporary_keep (fixture->temporary, "bob", id, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (count (fixture), ==, 0);
  g_assert_false (temporary_keep (fixture->temporary, "bob", id, &error));
  g_assert_error (error, AUTHORITY_ERROR, AUTHORITY_ERROR_NO_SUCH_REVISION);
  wait_s (61);
  restart (fixture);
  temporary_end_due (fixture->temporary);
  g_assert_cmpint (allowed (fixture), ==, ALLOWANCE_ALL);
}

static void
test_keep_comes_too_late (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  guint64 id = must_apply (fixture, "{'smtp.relay.allow': <'all'>}", 60);

  wait_s (60);
  g_assert_false (temporary_keep (fixture->temporary, "anna", id, &error));
  g_assert_error (error, AUTHORITY_ERROR, AUTHORITY_ERROR_NO_SUCH_REVISION);
  g_assert_cmpint (allowed (fixture), ==, ALLOWANCE_SPECIFIED);
}

static void
test_end_now (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  guint64 id = must_apply (fixture, "{'smtp.relay.allow': <'all'>}", 60);

  g_assert_cmpuint (temporary_end (fixture->temporary, "bob", id, &error), ==, id + 1);
  g_assert_no_error (error);
  g_assert_cmpstr (who_was_last (fixture), ==, "bob (taken back)");
  g_assert_cmpint (allowed (fixture), ==, ALLOWANCE_SPECIFIED);
  g_assert_cmpuint (temporary_end (fixture->temporary, "bob", 99, &error), ==, 0);
  g_assert_error (error, AUTHORITY_ERROR, AUTHORITY_ERROR_NO_SUCH_REVISION);
}

static void
test_over_each_other (Fixture *fixture, gconstpointer data)
{
  must_apply (fixture, "{'smtp.relay.allow': <'all'>}", 60);
  must_apply (fixture, "{'smtp.relay.allow': <'none'>}", 120);
  wait_s (60);
  temporary_end_due (fixture->temporary);
  g_assert_cmpint (allowed (fixture), ==, ALLOWANCE_NONE);
  restart (fixture);
  wait_s (60);
  temporary_end_due (fixture->temporary);
  g_assert_cmpint (allowed (fixture), ==, ALLOWANCE_SPECIFIED);
}

static void
test_both_are_over (Fixture *fixture, gconstpointer data)
{
  must_apply (fixture, "{'smtp.relay.addresses': <['10.0.0.0/8']>}", 60);
  must_apply (fixture, "{'smtp.relay.addresses': <['10.0.0.0/8', '192.0.2.0/24']>}", 30);
  wait_s (600);
  temporary_end_due (fixture->temporary);
  g_assert_cmpuint (custody_settings (fixture->custody)->smtp.relay.addresses.length, ==, 0);
  g_assert_cmpuint (count (fixture), ==, 0);
}

static void
test_what_others_changed_stays (Fixture *fixture, gconstpointer data)
{
  must_apply (fixture, "{'smtp.relay.allow': <'all'>, 'smtp.relay.addresses': <['10.0.0.0/8']>}",
              60);
  must_apply_for_good (fixture, "{'smtp.relay.allow': <'none'>, 'general.host-name': <'a.example'>,"
                                " 'smtp.relay.addresses': <['10.0.0.0/8', '::1']>}");
  wait_s (60);
  temporary_end_due (fixture->temporary);
  g_assert_cmpint (allowed (fixture), ==, ALLOWANCE_NONE);
  g_assert_cmpuint (custody_settings (fixture->custody)->smtp.relay.addresses.length, ==, 1);
  g_assert_cmpstr (custody_settings (fixture->custody)->general.host_name, ==, "a.example");
}

static void
write_config (Fixture *fixture, const char *text)
{
  g_assert_true (g_file_set_contents (fixture->config, text, -1, NULL));
}

static void
test_edited_by_hand (Fixture *fixture, gconstpointer data)
{
  must_apply (fixture, "{'smtp.relay.allow': <'all'>}", 60);
  write_config (fixture, OPENING "<!-- ours --><general><host-name>a.example</host-name></general>"
                                 "<smtp><relay><allow>all</allow></relay></smtp>" CLOSING);
  wait_s (60);
  temporary_end_due (fixture->temporary);
  g_assert_cmpint (allowed (fixture), ==, ALLOWANCE_SPECIFIED);
  g_assert_cmpstr (custody_settings (fixture->custody)->general.host_name, ==, "a.example");
  g_autofree char *text = NULL;
  g_assert_true (g_file_get_contents (fixture->config, &text, NULL, NULL));
  g_assert_nonnull (strstr (text, "<!-- ours -->"));
}

/* What shuts people out, or lets everybody in, ends, whatever lies about. */
static void
test_file_is_unusable (Fixture *fixture, gconstpointer data)
{
  must_apply (fixture, "{'smtp.relay.allow': <'all'>}", 60);
  write_config (fixture, "<half an edit");
  wait_s (60);
  temporary_end_due (fixture->temporary);
  assert_warned ("*can't be used as it stands*");
  g_assert_cmpint (allowed (fixture), ==, ALLOWANCE_SPECIFIED);

  g_autoptr (GDir) folder = g_dir_open (fixture->folder, 0, NULL);
  const char *name, *kept = NULL;
  while ((name = g_dir_read_name (folder)) != NULL && kept == NULL)
    kept = strstr (name, ".refused-");
  g_assert_nonnull (kept);
}

/* TLS only needs a certificate; the certificate goes meanwhile, and so "TLS only" can't come back. */
static void
test_what_would_break_a_rule_is_dropped (Fixture *fixture, gconstpointer data)
{
  must_apply_for_good (fixture, "{'security.certificates': <['a.pem']>, 'smtp.tls': <'only'>}");
  must_apply (fixture, "{'smtp.tls': <'yes'>, 'general.host-name': <'a.example'>}", 60);
  must_apply_for_good (fixture, "{'security.certificates': <@as []>}");
  wait_s (60);
  temporary_end_due (fixture->temporary);
  assert_warned ("*not all of revision 3 could be taken back*needs a certificate*");
  g_assert_cmpint (custody_settings (fixture->custody)->smtp.tls, ==, TLS_USE_YES);
  g_assert_cmpstr (custody_settings (fixture->custody)->general.host_name, ==, "localhost");
  g_assert_cmpuint (count (fixture), ==, 0);
}

static void
test_earlier_revision_comes_back (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  must_apply (fixture, "{'smtp.relay.allow': <'all'>}", 60);
  g_assert_cmpuint (authority_restore (fixture->custody, "bob", 2, 1, &error), ==, 3);
  g_assert_cmpint (allowed (fixture), ==, ALLOWANCE_SPECIFIED);
  wait_s (60);
  temporary_end_due (fixture->temporary);
  g_assert_cmpuint (revision_of (fixture), ==, 3);
  g_assert_cmpuint (count (fixture), ==, 0);
}

static void
test_refused (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *changes;
    gint64 seconds;
    const char *words;
  } CASES[] = {
    { "{'smtp.relay.allow': <'all'>}", 0, "the end is over already" },
    { "{'smtp.relay.allow': <'all'>}", -60, "the end is over already" },
    { "{'smtp.relay.allow': <'all'>}", TEMPORARY_END_MAX_S, "too far away" },
    { "{'smtp.relay.allow': <'specified'>}", 60, "nothing would change" },
    { "@a{sv} {}", 60, "nothing would change" },
    { "{'smtp.relay.allow': <'some'>}", 60, "smtp.relay.allow: " },
    { "{'no.such': <'some'>}", 60, "no.such: " },
  };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_cmpuint (apply (fixture, CASES[i].changes, CASES[i].seconds, &error), ==, 0);
      g_assert_error (error, AUTHORITY_ERROR, AUTHORITY_ERROR_INVALID);
      g_assert_nonnull (strstr (error->message, CASES[i].words));
    }
  g_assert_cmpuint (revision_of (fixture), ==, 1);
  g_assert_cmpuint (count (fixture), ==, 0);
  g_assert_cmpuint (fixture->told, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  warnings = g_string_new (NULL);
  g_log_set_writer_func (note_warning, NULL, NULL);
  ADD ("ends-by-itself", test_ends_by_itself);
  ADD ("ends-after-a-restart", test_ends_after_a_restart);
  ADD ("ends-though-the-clock-is-set", test_ends_though_the_clock_is_set);
  ADD ("keep", test_keep);
  ADD ("keep-comes-too-late", test_keep_comes_too_late);
  ADD ("end-now", test_end_now);
  ADD ("over-each-other", test_over_each_other);
  ADD ("both-are-over", test_both_are_over);
  ADD ("what-others-changed-stays", test_what_others_changed_stays);
  ADD ("edited-by-hand", test_edited_by_hand);
  ADD ("file-is-unusable", test_file_is_unusable);
  ADD ("what-would-break-a-rule-is-dropped", test_what_would_break_a_rule_is_dropped);
  ADD ("earlier-revision-comes-back", test_earlier_revision_comes_back);
  ADD ("refused", test_refused);
  return g_test_run ();
}
