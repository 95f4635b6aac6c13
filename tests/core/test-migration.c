/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "core/settings/settings-document.h"

#define FOLDER TEST_DATA "/settings"
#define BEGIN "<server-properties xmlns='urn:postern:server-properties' "

/* A document of version 1 becomes, byte for byte, what version 2 would have written; comments and
 * lines stay. */
static void
test_version_1 (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SettingsDocument) document = settings_document_read (FOLDER "/version-1.xml", &error);
  g_autofree char *text = NULL;
  g_autofree char *expected = NULL;
  gsize length;

  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (FOLDER "/version-1-migrated.xml", &expected, NULL, NULL));
  text = settings_document_to_text (document, &length);
  g_assert_cmpstr (text, ==, expected);
  g_assert_cmpuint (settings_document_revision (document), ==, 41);
}

static const struct
{
  const char *text;
  int code;
  const char *message;
} cases[] = {
  { BEGIN "/>", SETTINGS_ERROR_MALFORMED, "line 1: <server-properties> needs the version" },
  { BEGIN "version=''/>", SETTINGS_ERROR_MALFORMED, "needs the version" },
  { BEGIN "version='0'/>", SETTINGS_ERROR_MALFORMED, "needs the version" },
  { BEGIN "version='-1'/>", SETTINGS_ERROR_MALFORMED, "needs the version" },
  { BEGIN "version='two'/>", SETTINGS_ERROR_MALFORMED, "needs the version" },
  { BEGIN "version='2.0'/>", SETTINGS_ERROR_MALFORMED, "needs the version" },
  { BEGIN "version='99999999999999999999'/>", SETTINGS_ERROR_MALFORMED, "needs the version" },
  { BEGIN "version='3'/>", SETTINGS_ERROR_NEWER,
    "written by a newer Postern: it has format version 3, this program knows versions up to 2" },
};

static void
test_versions (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (SettingsDocument) document = NULL;

      g_test_message ("%s", cases[i].text);
      document = settings_document_parse (cases[i].text, strlen (cases[i].text), &error);
      g_assert_null (document);
      g_assert_error (error, SETTINGS_ERROR, cases[i].code);
      g_assert_nonnull (strstr (error->message, cases[i].message));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/migration/version-1", test_version_1);
  g_test_add_func ("/migration/versions", test_versions);
  return g_test_run ();
}
