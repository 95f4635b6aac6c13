/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/authority/authority.h"

#include "core/settings/settings-variant.h"
#include "temporary-folder.h"

#include <glib/gstdio.h>
#include <string.h>

#define OPENING "<server-properties xmlns=\"urn:postern:server-properties\" version=\"2\""
#define VALID                                                                                      \
  OPENING ">\n  <!-- ours -->\n  "                                                                 \
          "<smtp><relay><allow>none</allow></relay></smtp>\n</server-properties>\n"
#define INVALID                                                                                    \
  OPENING ">\n<smtp><relay>\n<pop-client-minutes>14</pop-client-minutes></relay></smtp></"         \
          "server-properties>\n"

typedef struct
{
  char *folder, *config, *state_dir;
  Custody *custody;
  guint64 changed_revision; /* of the last call of the listener */
  char *changed_names;
} Fixture;

static void
on_changed (guint64 revision, const char *const *names, gpointer data)
{
  Fixture *fixture = data;

  fixture->changed_revision = revision;
  g_free (fixture->changed_names);
  fixture->changed_names = g_strjoinv (" ", (char **) names);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = temporary_folder_new ();
  fixture->config = g_build_filename (fixture->folder, "etc", "settings.xml", NULL);
  fixture->state_dir = g_build_filename (fixture->folder, "state", NULL);
  g_autofree char *etc = g_path_get_dirname (fixture->config);
  g_assert_cmpint (g_mkdir (etc, 0700), ==, 0);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_pointer (&fixture->custody, custody_free);
  temporary_folder_remove (fixture->folder);
  g_free (fixture->folder);
  g_free (fixture->config);
  g_free (fixture->state_dir);
  g_free (fixture->changed_names);
}

static void
restart (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&fixture->custody, custody_free);
  fixture->custody = custody_open (fixture->config, fixture->state_dir, &error);
  g_assert_no_error (error);
  custody_set_listener (fixture->custody, on_changed, fixture);
}

static void
write_file (const Fixture *fixture, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_file_set_contents (fixture->config, text, -1, &error);
  g_assert_no_error (error);
}

static char *
read_file (const Fixture *fixture)
{
  char *text = NULL;
  g_assert_true (g_file_get_contents (fixture->config, &text, NULL, NULL));
  return text;
}

static guint64
revision_of (const Fixture *fixture)
{
  return settings_document_revision (custody_document (fixture->custody));
}

static guint64
apply (Fixture *fixture, guint64 expected, const char *changes, GError **error)
{
  g_autoptr (GVariant) parsed = g_variant_new_parsed (changes);
  g_variant_ref_sink (parsed);
  return authority_apply (fixture->custody, "anna", expected, parsed, error);
}

static void
assert_applied (Fixture *fixture, guint64 expected, const char *changes, guint64 revision)
{
  g_autoptr (GError) error = NULL;
  guint64 result = apply (fixture, expected, changes, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (result, ==, revision);
}

static void
assert_refused (
    Fixture *fixture, guint64 expected, const char *changes, int code, const char *words)
{
  g_autoptr (GError) error = NULL;
  g_assert_cmpuint (apply (fixture, expected, changes, &error), ==, 0);
  g_assert_error (error, AUTHORITY_ERROR, code);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, words));
}

static void
assert_allow (const Fixture *fixture, Allowance allow)
{
  g_assert_cmpint (custody_settings (fixture->custody)->smtp.relay.allow, ==, allow);
}

static void
test_new_file (Fixture *fixture, gconstpointer data)
{
  restart (fixture);
  g_assert_cmpuint (revision_of (fixture), ==, 1);
  g_autofree char *text = read_file (fixture);
  g_assert_nonnull (strstr (text, "<!-- The settings of Postern."));
  g_assert_nonnull (strstr (text, "revision=\"1\""));

  /* Nothing has happened since: nothing is saved. */
  restart (fixture);
  g_assert_cmpuint (revision_of (fixture), ==, 1);
  g_assert_cmpuint (revisions_list (custody_revisions (fixture->custody))->len, ==, 1);
}

static void
test_apply (Fixture *fixture, gconstpointer data)
{
  restart (fixture);
  assert_applied (fixture, 1,
                  "{'smtp.relay.allow': <'none'>, 'general.near-domains': <['a.example']>}", 2);
  g_assert_cmpuint (fixture->changed_revision, ==, 2);
  g_assert_cmpstr (fixture->changed_names, ==, "general.near-domains smtp.relay.allow");
  assert_allow (fixture, ALLOWANCE_NONE);
  const Revision *kept = revisions_find (custody_revisions (fixture->custody), 2);
  g_assert_cmpstr (kept->who, ==, "anna");

  restart (fixture);
  g_assert_cmpuint (revision_of (fixture), ==, 2);
  assert_allow (fixture, ALLOWANCE_NONE);
}

static void
test_nothing_differs (Fixture *fixture, gconstpointer data)
{
  restart (fixture);
  fixture->changed_revision = 0;
  assert_applied (fixture, 1, "{'smtp.relay.allow': <'specified'>}", 1);
  assert_applied (fixture, 1, "@a{sv} {}", 1);
  g_assert_cmpuint (fixture->changed_revision, ==, 0);
}

static void
test_stale (Fixture *fixture, gconstpointer data)
{
  restart (fixture);
  assert_applied (fixture, 1, "{'smtp.relay.allow': <'none'>}", 2);
  assert_refused (fixture, 1, "{'smtp.relay.allow': <'all'>}", AUTHORITY_ERROR_STALE, "anna");
  assert_refused (fixture, 3, "{'smtp.relay.allow': <'all'>}", AUTHORITY_ERROR_STALE, "revision 2");
  assert_allow (fixture, ALLOWANCE_NONE);
}

static void
test_all_problems_at_once (Fixture *fixture, gconstpointer data)
{
  const char *changes = "{'smtp.relay.pop-client-minutes': <uint32 655535>, 'no.such': <true>,"
                        " 'smtp.relay.allow': <7>, 'pop3.inactivity-seconds': <uint32 9>}";
  static const char *const NAMES[] = { "smtp.relay.pop-client-minutes: ", "no.such: ",
                                       "smtp.relay.allow: ", "pop3.inactivity-seconds: " };

  restart (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (NAMES); i++)
    assert_refused (fixture, 1, changes, AUTHORITY_ERROR_INVALID, NAMES[i]);
  assert_refused (fixture, 1, changes, AUTHORITY_ERROR_INVALID, "655535");
  assert_refused (fixture, 1, changes, AUTHORITY_ERROR_INVALID, "15 to 65535");

  g_autoptr (GPtrArray) problems = settings_problems_new ();
  g_autoptr (GPtrArray) warnings = settings_problems_new ();
  g_autoptr (GVariant) parsed = g_variant_ref_sink (g_variant_new_parsed (changes));
  authority_check (fixture->custody, parsed, problems, warnings);
  g_assert_cmpuint (problems->len, ==, 4);
  g_assert_cmpuint (revision_of (fixture), ==, 1);
}

static void
test_warning (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) problems = settings_problems_new ();
  g_autoptr (GPtrArray) warnings = settings_problems_new ();
  g_autoptr (GVariant) changes
      = g_variant_ref_sink (g_variant_new_parsed ("{'smtp.relay.allow': <'all'>}"));

  restart (fixture);
  authority_check (fixture->custody, changes, problems, warnings);
  g_assert_cmpuint (problems->len, ==, 0);
  g_assert_cmpuint (warnings->len, ==, 1);
  assert_allow (fixture, ALLOWANCE_SPECIFIED);
}

static void
test_restore_and_diff (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  restart (fixture);
  assert_applied (fixture, 1, "{'smtp.relay.allow': <'none'>}", 2);
  g_autoptr (GVariant) differences
      = g_variant_ref_sink (authority_diff (fixture->custody, 1, 2, &error));
  g_autofree char *text = g_variant_print (differences, FALSE);
  g_assert_cmpstr (text, ==, "[('smtp.relay.allow', <'specified'>, <'none'>)]");

  g_assert_cmpuint (authority_restore (fixture->custody, "bert", 2, 1, &error), ==, 3);
  assert_allow (fixture, ALLOWANCE_SPECIFIED);
  g_assert_cmpuint (authority_restore (fixture->custody, "bert", 3, 1, &error), ==, 3);
  g_assert_no_error (error);

  g_assert_cmpuint (authority_restore (fixture->custody, "bert", 2, 1, &error), ==, 0);
  g_assert_error (error, AUTHORITY_ERROR, AUTHORITY_ERROR_STALE);
  g_clear_error (&error);
  g_assert_cmpuint (authority_restore (fixture->custody, "bert", 3, 99, &error), ==, 0);
  g_assert_error (error, AUTHORITY_ERROR, AUTHORITY_ERROR_NO_SUCH_REVISION);
  g_clear_error (&error);
  g_assert_null (authority_diff (fixture->custody, 1, 99, &error));
  g_assert_error (error, AUTHORITY_ERROR, AUTHORITY_ERROR_NO_SUCH_REVISION);
}

static void
test_import (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  restart (fixture);
  g_assert_cmpuint (authority_import (fixture->custody, "anna", 1, VALID, &error), ==, 2);
  assert_allow (fixture, ALLOWANCE_NONE);
  g_autofree char *text = read_file (fixture);
  g_assert_nonnull (strstr (text, "<!-- ours -->"));
  g_assert_cmpuint (authority_import (fixture->custody, "anna", 2, VALID, &error), ==, 2);
  g_assert_no_error (error);

  g_assert_cmpuint (authority_import (fixture->custody, "anna", 2, INVALID, &error), ==, 0);
  g_assert_error (error, AUTHORITY_ERROR, AUTHORITY_ERROR_INVALID);
  g_assert_nonnull (strstr (error->message, "line 3: smtp.relay.pop-client-minutes"));
  g_clear_error (&error);
  g_assert_cmpuint (authority_import (fixture->custody, "anna", 2, "no XML", &error), ==, 0);
  g_assert_error (error, AUTHORITY_ERROR, AUTHORITY_ERROR_INVALID);
  assert_allow (fixture, ALLOWANCE_NONE);
}

static void
test_edit_by_hand (Fixture *fixture, gconstpointer data)
{
  restart (fixture);
  write_file (fixture, VALID);
  assert_refused (fixture, 1, "{'smtp.relay.allow': <'all'>}", AUTHORITY_ERROR_STALE, "by hand");
  g_assert_cmpuint (revision_of (fixture), ==, 2);
  g_assert_cmpuint (fixture->changed_revision, ==, 2);
  g_assert_cmpstr (fixture->changed_names, ==, "smtp.relay.allow");

  assert_applied (fixture, 2, "{'general.host-name': <'mail.example'>}", 3);
  g_autofree char *text = read_file (fixture);
  g_assert_nonnull (strstr (text, "<!-- ours -->"));
  g_assert_nonnull (strstr (text, "mail.example"));
  g_assert_nonnull (strstr (text, "revision=\"3\""));
  assert_allow (fixture, ALLOWANCE_NONE);
}

static void
test_edit_while_away (Fixture *fixture, gconstpointer data)
{
  write_file (fixture, VALID);
  restart (fixture);
  g_assert_cmpuint (revision_of (fixture), ==, 1);
  g_clear_pointer (&fixture->custody, custody_free);

  write_file (fixture, OPENING " revision=\"18446744073709551615\"/>");
  restart (fixture);
  g_assert_cmpuint (revision_of (fixture), ==, 2);
  assert_allow (fixture, ALLOWANCE_SPECIFIED);
}

/* How many files NAME.refused-TIME lie beside the settings file? */
static guint
count_refused (const Fixture *fixture)
{
  g_autofree char *etc = g_path_get_dirname (fixture->config);
  g_autoptr (GDir) dir = g_dir_open (etc, 0, NULL);
  const char *name;
  guint count = 0;

  while ((name = g_dir_read_name (dir)) != NULL)
    if (strstr (name, ".refused-") != NULL)
      {
        g_autofree char *path = g_build_filename (etc, name, NULL);
        g_autofree char *text = NULL;
        g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
        g_assert_cmpstr (text, ==, INVALID);
        count++;
      }
  return count;
}

static void
test_wrong_edit_is_never_overwritten (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  restart (fixture);
  assert_applied (fixture, 1, "{'smtp.relay.allow': <'none'>}", 2);
  write_file (fixture, INVALID);
  assert_refused (fixture, 2, "{'smtp.relay.allow': <'all'>}", AUTHORITY_ERROR_INVALID,
                  "line 3: smtp.relay.pop-client-minutes");
  g_autofree char *text = read_file (fixture);
  g_assert_cmpstr (text, ==, INVALID);
  g_assert_cmpuint (custody_file_problems (fixture->custody)->len, ==, 1);
  assert_allow (fixture, ALLOWANCE_NONE);

  /* Restoring replaces the file as a whole; what was in it is kept beside. */
  g_assert_cmpuint (authority_restore (fixture->custody, "anna", 2, 2, &error), ==, 3);
  g_assert_no_error (error);
  g_assert_cmpuint (count_refused (fixture), ==, 1);
  assert_applied (fixture, 3, "{'smtp.relay.allow': <'all'>}", 4);
}

static void
test_wrong_edit_is_corrected (Fixture *fixture, gconstpointer data)
{
  restart (fixture);
  g_autofree char *before = read_file (fixture);
  write_file (fixture, INVALID);
  custody_look (fixture->custody);
  g_assert_cmpuint (custody_file_problems (fixture->custody)->len, ==, 1);
  write_file (fixture, before);
  custody_look (fixture->custody);
  g_assert_cmpuint (custody_file_problems (fixture->custody)->len, ==, 0);
  g_assert_cmpuint (revision_of (fixture), ==, 1);
  assert_applied (fixture, 1, "{'smtp.relay.allow': <'none'>}", 2);
  g_assert_cmpuint (count_refused (fixture), ==, 0);
}

static void
test_start_with_wrong_file (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  write_file (fixture, INVALID);
  g_assert_null (custody_open (fixture->config, fixture->state_dir, &error));
  g_assert_error (error, AUTHORITY_ERROR, AUTHORITY_ERROR_INVALID);
  g_assert_nonnull (strstr (error->message, "line 3: smtp.relay.pop-client-minutes"));

  write_file (fixture, VALID);
  restart (fixture);
  write_file (fixture, INVALID);
  restart (fixture);
  assert_allow (fixture, ALLOWANCE_NONE);
  assert_refused (fixture, 1, "{'smtp.relay.allow': <'all'>}", AUTHORITY_ERROR_INVALID, "by hand");
  g_autofree char *text = read_file (fixture);
  g_assert_cmpstr (text, ==, INVALID);
}

static void
test_missing_file (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  restart (fixture);
  assert_applied (fixture, 1, "{'smtp.relay.allow': <'none'>}", 2);
  g_assert_cmpint (g_remove (fixture->config), ==, 0);
  restart (fixture);
  assert_allow (fixture, ALLOWANCE_NONE);
  g_assert_true (g_file_test (fixture->config, G_FILE_TEST_EXISTS));

  g_assert_cmpint (g_remove (fixture->config), ==, 0);
  g_assert_cmpuint (authority_restore (fixture->custody, "anna", 2, 2, &error), ==, 3);
  g_assert_no_error (error);
  g_assert_true (g_file_test (fixture->config, G_FILE_TEST_EXISTS));
}

static void
test_failed_save_changes_nothing (Fixture *fixture, gconstpointer data)
{
  g_autofree char *etc = g_path_get_dirname (fixture->config);
  g_autofree char *away = g_strconcat (etc, "-away", NULL);

  restart (fixture);
  g_assert_cmpint (g_rename (etc, away), ==, 0);
  assert_refused (fixture, 1, "{'smtp.relay.allow': <'none'>}", AUTHORITY_ERROR_FAILED, "");
  assert_allow (fixture, ALLOWANCE_SPECIFIED);
  g_assert_cmpuint (revision_of (fixture), ==, 1);
  g_assert_cmpuint (revisions_list (custody_revisions (fixture->custody))->len, ==, 1);

  g_assert_cmpint (g_rename (away, etc), ==, 0);
  assert_applied (fixture, 1, "{'smtp.relay.allow': <'none'>}", 2);
}

/* As a crash leaves it: the record is written but not listed, and the file is saved, or is not. */
static void
test_crash_between_record_and_listing (Fixture *fixture, gconstpointer data)
{
  g_autofree char *listed
      = g_build_filename (fixture->state_dir, "revisions", "00000000000000000002.revision", NULL);
  g_autofree char *prepared = g_build_filename (fixture->state_dir, "revisions", "prepared", NULL);

  restart (fixture);
  g_autofree char *before = read_file (fixture);
  assert_applied (fixture, 1, "{'smtp.relay.allow': <'none'>}", 2);
  g_assert_cmpint (g_rename (listed, prepared), ==, 0);
  restart (fixture);
  g_assert_cmpuint (revision_of (fixture), ==, 2);
  g_assert_cmpstr (revisions_find (custody_revisions (fixture->custody), 2)->who, ==, "anna");

  g_clear_pointer (&fixture->custody, custody_free);
  g_assert_cmpint (g_rename (listed, prepared), ==, 0);
  write_file (fixture, before);
  restart (fixture);
  g_assert_cmpuint (revision_of (fixture), ==, 1);
  assert_allow (fixture, ALLOWANCE_SPECIFIED);
  g_assert_false (g_file_test (prepared, G_FILE_TEST_EXISTS));
}

static void
test_damaged_newest_record (Fixture *fixture, gconstpointer data)
{
  g_autofree char *newest
      = g_build_filename (fixture->state_dir, "revisions", "00000000000000000002.revision", NULL);

  restart (fixture);
  assert_applied (fixture, 1, "{'smtp.relay.allow': <'none'>}", 2);
  g_assert_true (g_file_set_contents (newest, "postern-revision 1 ", -1, NULL));
  restart (fixture);
  assert_allow (fixture, ALLOWANCE_NONE);
  g_assert_cmpuint (revision_of (fixture), ==, 3);
}

/* A backup that is opened: it is in force as it stands, and nothing is written to it. */
static void
test_saved_file_without_revisions (Fixture *fixture, gconstpointer data)
{
  restart (fixture);
  assert_applied (fixture, 1, "{'smtp.relay.allow': <'none'>}", 2);
  g_autofree char *before = read_file (fixture);
  g_free (fixture->state_dir);
  fixture->state_dir = g_build_filename (fixture->folder, "another", NULL);
  restart (fixture);
  g_autofree char *after = read_file (fixture);
  g_assert_cmpstr (after, ==, before);
  g_assert_cmpuint (revision_of (fixture), ==, 2);
  assert_applied (fixture, 2, "{'smtp.relay.allow': <'all'>}", 3);
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  temporary_folder_calm_log ();
  ADD ("/authority/new-file", test_new_file);
  ADD ("/authority/apply", test_apply);
  ADD ("/authority/nothing-differs", test_nothing_differs);
  ADD ("/authority/stale", test_stale);
  ADD ("/authority/all-problems-at-once", test_all_problems_at_once);
  ADD ("/authority/warning", test_warning);
  ADD ("/authority/restore-and-diff", test_restore_and_diff);
  ADD ("/authority/import", test_import);
  ADD ("/custody/edit-by-hand", test_edit_by_hand);
  ADD ("/custody/edit-while-away", test_edit_while_away);
  ADD ("/custody/wrong-edit-is-never-overwritten", test_wrong_edit_is_never_overwritten);
  ADD ("/custody/wrong-edit-is-corrected", test_wrong_edit_is_corrected);
  ADD ("/custody/start-with-wrong-file", test_start_with_wrong_file);
  ADD ("/custody/saved-file-without-revisions", test_saved_file_without_revisions);
  ADD ("/custody/missing-file", test_missing_file);
  ADD ("/custody/failed-save-changes-nothing", test_failed_save_changes_nothing);
  ADD ("/custody/crash-between-record-and-listing", test_crash_between_record_and_listing);
  ADD ("/custody/damaged-newest-record", test_damaged_newest_record);
  return g_test_run ();
}
