/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/settings/image-file.h"

#include <glib/gstdio.h>
#include <string.h>

#include "core/settings/settings-document.h"
#include "core/settings/settings-variant.h"
#include "temporary-folder.h"

typedef struct
{
  char *folder, *config, *state_dir, *image;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = temporary_folder_new ();
  fixture->config = g_build_filename (fixture->folder, "settings.xml", NULL);
  fixture->state_dir = g_build_filename (fixture->folder, "state", NULL);
  fixture->image = g_build_filename (fixture->state_dir, "image", "settings", NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  temporary_folder_remove (fixture->folder);
  g_free (fixture->folder);
  g_free (fixture->config);
  g_free (fixture->state_dir);
  g_free (fixture->image);
}

/* Saves the document as the authority does, up to the step where it is cut short. */
static void
save (Fixture *fixture, const char *name, gboolean with_file, gboolean with_commit)
{
  g_autofree char *path = g_build_filename (TEST_DATA, "settings", name, NULL);
  g_autoptr (SettingsDocument) document = settings_document_read (path, NULL);
  g_autoptr (Settings) settings = settings_document_snapshot (document, NULL, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (image_file_prepare (fixture->state_dir, settings, &error));
  g_assert_no_error (error);
  if (with_file)
    g_assert_true (settings_document_save (document, fixture->config, NULL));
  if (with_commit)
    {
      FileIdentity saved = file_identity_of (fixture->config);

      g_assert_true (image_file_commit (fixture->state_dir, &saved, &error));
      g_assert_no_error (error);
      g_assert_true (image_file_is_of (fixture->state_dir, &saved));
    }
}

/* Whether the image is there; if it is, it says what the file says. */
static gboolean
is_taken (Fixture *fixture)
{
  g_autoptr (Settings) by_image = image_file_load (fixture->state_dir, fixture->config);
  g_autoptr (Settings) by_file = settings_load (fixture->config, NULL);
  g_autoptr (GVariant) values = NULL;
  g_autoptr (GVariant) expected = NULL;

  if (by_image == NULL)
    return FALSE;
  values = g_variant_ref_sink (settings_to_variant (by_image));
  expected = g_variant_ref_sink (settings_to_variant (by_file));
  g_assert_true (g_variant_equal (values, expected));
  g_assert_cmpuint (by_image->revision, ==, by_file->revision);
  return TRUE;
}

static void
test_saved (Fixture *fixture, gconstpointer data)
{
  g_assert_false (is_taken (fixture));
  save (fixture, "whole.xml", TRUE, TRUE);
  g_assert_true (is_taken (fixture));
  save (fixture, "empty.xml", TRUE, TRUE);
  g_assert_true (is_taken (fixture));
}

/* Wherever a save is cut short, the image is of the file that is there, or is not taken. */
static void
test_cut_short (Fixture *fixture, gconstpointer data)
{
  save (fixture, "whole.xml", TRUE, TRUE);
  save (fixture, "empty.xml", FALSE, FALSE);
  g_assert_true (is_taken (fixture));
  save (fixture, "empty.xml", TRUE, FALSE);
  g_assert_false (is_taken (fixture));
  save (fixture, "empty.xml", TRUE, TRUE);
  g_assert_true (is_taken (fixture));
}

/* Prepared, with no file that it stands for, it is of no use even in its place. */
static void
test_prepared_only (Fixture *fixture, gconstpointer data)
{
  g_autofree char *prepared = g_build_filename (fixture->state_dir, "image", "prepared", NULL);

  save (fixture, "whole.xml", TRUE, FALSE);
  g_assert_cmpint (g_rename (prepared, fixture->image), ==, 0);
  g_assert_false (is_taken (fixture));
}

static void
test_edited (Fixture *fixture, gconstpointer data)
{
  g_autofree char *text = NULL;
  gsize length;

  save (fixture, "whole.xml", TRUE, TRUE);
  g_assert_true (g_file_get_contents (fixture->config, &text, &length, NULL));
  g_assert_true (g_file_set_contents (fixture->config, text, (gssize) length, NULL));
  g_assert_false (is_taken (fixture));
  g_assert_cmpint (g_unlink (fixture->config), ==, 0);
  g_assert_null (image_file_load (fixture->state_dir, fixture->config));
}

/* Nobody else may have written it. */
static void
test_permissions (Fixture *fixture, gconstpointer data)
{
  g_autofree char *elsewhere = g_build_filename (fixture->folder, "elsewhere", NULL);

  save (fixture, "whole.xml", TRUE, TRUE);
  g_assert_cmpint (g_chmod (fixture->image, 0660), ==, 0);
  g_assert_false (is_taken (fixture));
  g_assert_cmpint (g_chmod (fixture->image, 0642), ==, 0);
  g_assert_false (is_taken (fixture));
  g_assert_cmpint (g_chmod (fixture->image, 0640), ==, 0);
  g_assert_true (is_taken (fixture));
  g_assert_cmpint (g_rename (fixture->image, elsewhere), ==, 0);
  g_assert_cmpint (symlink (elsewhere, fixture->image), ==, 0);
  g_assert_false (is_taken (fixture));
}

static void
test_damaged (Fixture *fixture, gconstpointer data)
{
  g_autofree char *bytes = NULL;
  gsize length;

  save (fixture, "whole.xml", TRUE, TRUE);
  g_assert_true (g_file_get_contents (fixture->image, &bytes, &length, NULL));
  for (gsize i = 0; i < length; i += i < 200 ? 1 : 29)
    {
      bytes[i] ^= 0x10;
      g_assert_true (
          g_file_set_contents_full (fixture->image, bytes, (gssize) length, 0, 0640, NULL));
      g_assert_false (is_taken (fixture));
      bytes[i] ^= 0x10;
    }
  for (gsize cut = 0; cut < length; cut += cut < 200 ? 1 : 29)
    {
      g_assert_true (g_file_set_contents_full (fixture->image, bytes, (gssize) cut, 0, 0640, NULL));
      g_assert_false (is_taken (fixture));
    }
  g_assert_true (g_file_set_contents_full (fixture->image, bytes, (gssize) length, 0, 0640, NULL));
  g_assert_true (is_taken (fixture));
}

/* Who has a snapshot of the former image keeps it whole. */
static void
test_replaced (Fixture *fixture, gconstpointer data)
{
  g_autoptr (Settings) former = NULL;
  g_autoptr (Settings) expected = NULL;
  g_autoptr (GVariant) values = NULL;
  g_autoptr (GVariant) expected_values = NULL;

  save (fixture, "whole.xml", TRUE, TRUE);
  former = image_file_load (fixture->state_dir, fixture->config);
  expected = settings_load (fixture->config, NULL);
  save (fixture, "empty.xml", TRUE, TRUE);
  values = g_variant_ref_sink (settings_to_variant (former));
  expected_values = g_variant_ref_sink (settings_to_variant (expected));
  g_assert_true (g_variant_equal (values, expected_values));
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *name;
    void (*run) (Fixture *, gconstpointer);
  } tests[] = { { "/image-file/saved", test_saved },
                { "/image-file/cut-short", test_cut_short },
                { "/image-file/prepared-only", test_prepared_only },
                { "/image-file/edited", test_edited },
                { "/image-file/permissions", test_permissions },
                { "/image-file/damaged", test_damaged },
                { "/image-file/replaced", test_replaced } };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].name, Fixture, NULL, set_up, tests[i].run, tear_down);
  return g_test_run ();
}
