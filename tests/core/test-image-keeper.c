/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/authority/authority.h"

#include "core/settings/image-file.h"
#include "temporary-folder.h"

#include <glib/gstdio.h>

#define OPENING "<server-properties xmlns=\"urn:postern:server-properties\" version=\"2\">"
#define VALID OPENING "<smtp><relay><allow>none</allow></relay></smtp></server-properties>\n"
#define INVALID OPENING "<smtp><relay><allow>maybe</allow></relay></smtp></server-properties>\n"

typedef struct
{
  char *folder, *config, *state_dir;
  Custody *custody;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = temporary_folder_new ();
  fixture->config = g_build_filename (fixture->folder, "settings.xml", NULL);
  fixture->state_dir = g_build_filename (fixture->folder, "state", NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_pointer (&fixture->custody, custody_free);
  temporary_folder_remove (fixture->folder);
  g_free (fixture->folder);
  g_free (fixture->config);
  g_free (fixture->state_dir);
}

static void
restart (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&fixture->custody, custody_free);
  fixture->custody = custody_open (fixture->config, fixture->state_dir, &error);
  g_assert_no_error (error);
}

/* Whether there is an image of the settings file as it stands; if so, it says what is in force. */
static gboolean
has_image (const Fixture *fixture)
{
  g_autoptr (Settings) settings = image_file_load (fixture->state_dir, fixture->config);

  if (settings == NULL)
    return FALSE;
  g_assert_cmpuint (settings->revision, ==,
                    settings_document_revision (custody_document (fixture->custody)));
  g_assert_cmpint (settings->smtp.relay.allow, ==,
                   custody_settings (fixture->custody)->smtp.relay.allow);
  return TRUE;
}

static void
test_after_saves (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GVariant) changes
      = g_variant_ref_sink (g_variant_new_parsed ("{'smtp.relay.allow': <'all'>}"));

  restart (fixture);
  g_assert_true (has_image (fixture));
  g_assert_cmpuint (authority_apply (fixture->custody, "anna", 1, changes, NULL), ==, 2);
  g_assert_true (has_image (fixture));
  g_assert_cmpuint (authority_restore (fixture->custody, "anna", 2, 1, NULL), ==, 3);
  g_assert_true (has_image (fixture));
}

static void
test_after_edits (Fixture *fixture, gconstpointer data)
{
  restart (fixture);
  g_assert_true (g_file_set_contents (fixture->config, VALID, -1, NULL));
  g_assert_false (has_image (fixture));
  custody_look (fixture->custody);
  g_assert_true (has_image (fixture));

  /* What can't be used has none, and neither has what is in force in its place. */
  g_assert_true (g_file_set_contents (fixture->config, INVALID, -1, NULL));
  custody_look (fixture->custody);
  g_assert_false (has_image (fixture));
}

static void
test_after_starts (Fixture *fixture, gconstpointer data)
{
  restart (fixture);
  g_assert_cmpint (g_chmod (fixture->config, 0600), ==, 0);
  g_assert_false (has_image (fixture));
  restart (fixture);
  g_assert_true (has_image (fixture));

  g_assert_true (g_file_set_contents (fixture->config, INVALID, -1, NULL));
  restart (fixture);
  g_assert_false (has_image (fixture));
  g_assert_cmpint (g_unlink (fixture->config), ==, 0);
  restart (fixture);
  g_assert_true (has_image (fixture));
}

/* A save succeeds without an image, too. */
static void
test_trouble (Fixture *fixture, gconstpointer data)
{
  g_autofree char *folder = g_build_filename (fixture->state_dir, "image", NULL);

  g_assert_cmpint (g_mkdir (fixture->state_dir, 0700), ==, 0);
  g_assert_true (g_file_set_contents (folder, "no folder", -1, NULL));
  restart (fixture);
  g_assert_cmpuint (settings_document_revision (custody_document (fixture->custody)), ==, 1);
  g_assert_false (has_image (fixture));
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  temporary_folder_calm_log ();
  ADD ("/image-keeper/after-saves", test_after_saves);
  ADD ("/image-keeper/after-edits", test_after_edits);
  ADD ("/image-keeper/after-starts", test_after_starts);
  ADD ("/image-keeper/trouble", test_trouble);
  return g_test_run ();
}
