/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "core/settings/settings-document.h"

#define FOLDER TEST_DATA "/settings"
#define BEGIN "<server-properties xmlns='urn:postern:server-properties' version='2'>"

static const struct
{
  const char *text;
  int code;
  const char *message;
} refused[] = {
  { "", SETTINGS_ERROR_MALFORMED, "it is empty" },
  { "hello", SETTINGS_ERROR_MALFORMED, "line 1: " },
  { "<a/>", SETTINGS_ERROR_MALFORMED, "line 1: this is no settings file" },
  { "\n<server-properties version='2'/>", SETTINGS_ERROR_MALFORMED,
    "line 2: this is no settings file: it should begin with <server-properties "
    "xmlns=\"urn:postern:server-properties\">" },
  { "<server-properties xmlns='urn:other' version='2'/>", SETTINGS_ERROR_MALFORMED,
    "no settings file" },
  { "<!DOCTYPE server-properties []>" BEGIN "</server-properties>", SETTINGS_ERROR_MALFORMED,
    "line 1: a DOCTYPE is not allowed here" },
  { BEGIN, SETTINGS_ERROR_MALFORMED, "line 1: " },
  { "<server-properties xmlns='urn:postern:server-properties' version='7'/>", SETTINGS_ERROR_NEWER,
    "format version 7" },
};

static void
test_parse_refused (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (SettingsDocument) document = NULL;

      g_test_message ("%u", i);
      document = settings_document_parse (refused[i].text, strlen (refused[i].text), &error);
      g_assert_null (document);
      g_assert_error (error, SETTINGS_ERROR, refused[i].code);
      g_assert_nonnull (strstr (error->message, refused[i].message));
    }
}

static void
test_parse_too_large (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SettingsDocument) document = NULL;

  /* Refused by its length alone: not a byte is looked at. */
  document = settings_document_parse ("", (gsize) SETTINGS_DOCUMENT_MAX_BYTES + 1, &error);
  g_assert_null (document);
  g_assert_error (error, SETTINGS_ERROR, SETTINGS_ERROR_UNREADABLE);
}

static void
test_new (void)
{
  g_autoptr (SettingsDocument) document = settings_document_new ();
  g_autoptr (GPtrArray) problems = settings_problems_new ();
  g_autoptr (GPtrArray) warnings = settings_problems_new ();
  g_autofree char *text = NULL;
  gsize length;

  g_assert_true (settings_document_validate (document, problems, warnings));
  g_assert_cmpuint (warnings->len, ==, 0);
  text = settings_document_to_text (document, &length);
  g_assert_cmpstr (text, ==,
                   "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                   "<server-properties xmlns=\"urn:postern:server-properties\" version=\"2\"/>\n");
}

static void
test_copy (void)
{
  g_autoptr (SettingsDocument) document = settings_document_read (FOLDER "/whole.xml", NULL);
  g_autoptr (SettingsDocument) copy = settings_document_copy (document);
  g_autofree char *text = NULL;
  g_autofree char *text_of_copy = NULL;
  gsize length;

  text = settings_document_to_text (document, &length);
  text_of_copy = settings_document_to_text (copy, &length);
  g_assert_cmpstr (text_of_copy, ==, text);
  settings_document_set_revision (copy, 8);
  g_assert_cmpuint (settings_document_revision (document), ==, 7);
  g_assert_cmpuint (settings_document_revision (copy), ==, 8);
}

/* A copy tells the same problems, in the same lines. */
static void
test_copy_keeps_lines (void)
{
  g_autoptr (SettingsDocument) document
      = settings_document_read (FOLDER "/values-invalid.xml", NULL);
  g_autoptr (SettingsDocument) copy = settings_document_copy (document);
  g_autoptr (GPtrArray) problems = settings_problems_new ();
  g_autoptr (GPtrArray) problems_of_copy = settings_problems_new ();
  g_autofree char *text = NULL;
  g_autofree char *text_of_copy = NULL;

  g_assert_false (settings_document_validate (document, problems, NULL));
  g_assert_false (settings_document_validate (copy, problems_of_copy, NULL));
  text = settings_problems_to_string (problems);
  text_of_copy = settings_problems_to_string (problems_of_copy);
  g_assert_cmpstr (text_of_copy, ==, text);
}

static void
test_revision (void)
{
  g_autoptr (SettingsDocument) document = settings_document_new ();

  g_assert_cmpuint (settings_document_revision (document), ==, 0);
  settings_document_set_revision (document, G_MAXUINT64);
  g_assert_cmpuint (settings_document_revision (document), ==, G_MAXUINT64);
}

static void
test_users_file (void)
{
  static const struct
  {
    const char *users_file;
    const char *folder;
    const char *expected;
  } cases[] = {
    { "users", "/etc/postern", "/etc/postern/users" },
    { "../users", "/etc/postern", "/etc/users" },
    { "/srv/users", "/etc/postern", "/srv/users" },
    { "users", NULL, "users" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text
          = g_strdup_printf (BEGIN "<general><users-file>%s</users-file></general>"
                                   "</server-properties>",
                             cases[i].users_file);
      g_autoptr (SettingsDocument) document = settings_document_parse (text, strlen (text), NULL);
      g_autoptr (Settings) settings = settings_document_snapshot (document, cases[i].folder, NULL);

      g_assert_cmpstr (settings->general.users_file, ==, cases[i].expected);
    }
}

static void
test_snapshot_invalid (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SettingsDocument) document
      = settings_document_read (FOLDER "/structure-invalid.xml", NULL);
  g_autoptr (Settings) settings = settings_document_snapshot (document, NULL, &error);

  g_assert_null (settings);
  g_assert_error (error, SETTINGS_ERROR, SETTINGS_ERROR_INVALID);
  g_assert_true (g_str_has_prefix (error->message, "line 1: there is no attribute \"color\""));
  g_assert_nonnull (
      strstr (error->message, "\nline 13: smtp.relay.allow: stands in line 12 already\n"));
}

/* Saved, read again, saved again: not a byte differs. */
static void
test_save (void)
{
  g_autofree char *folder = g_dir_make_tmp ("postern-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "server-properties.xml", NULL);
  g_autoptr (SettingsDocument) document = settings_document_read (FOLDER "/whole.xml", NULL);
  g_autofree char *original = NULL;
  g_autofree char *saved = NULL;
  struct stat status;

  g_assert_true (settings_document_save (document, path, NULL));
  g_assert_true (g_file_get_contents (FOLDER "/whole.xml", &original, NULL, NULL));
  g_assert_true (g_file_get_contents (path, &saved, NULL, NULL));
  g_assert_cmpstr (saved, ==, original);
  g_assert_cmpint (stat (path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0644);
  g_assert_cmpint (g_remove (path), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

static void
test_save_refused (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SettingsDocument) document = settings_document_new ();

  g_assert_false (settings_document_save (document, "/proc/server-properties.xml", &error));
  g_assert_error (error, SETTINGS_ERROR, SETTINGS_ERROR_UNWRITABLE);
  g_assert_nonnull (strstr (error->message, "/proc/server-properties.xml"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/settings-document/parse-refused", test_parse_refused);
  g_test_add_func ("/settings-document/parse-too-large", test_parse_too_large);
  g_test_add_func ("/settings-document/new", test_new);
  g_test_add_func ("/settings-document/copy", test_copy);
  g_test_add_func ("/settings-document/copy-keeps-lines", test_copy_keeps_lines);
  g_test_add_func ("/settings-document/revision", test_revision);
  g_test_add_func ("/settings-document/users-file", test_users_file);
  g_test_add_func ("/settings-document/snapshot-invalid", test_snapshot_invalid);
  g_test_add_func ("/settings-document/save", test_save);
  g_test_add_func ("/settings-document/save-refused", test_save_refused);
  return g_test_run ();
}
