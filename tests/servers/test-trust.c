/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/trust.h"

#include "tests/servers/tls-fixture.h"

#include <glib/gstdio.h>

typedef struct
{
  char *folder; /* (owned) */
  char *file;   /* (owned) */
  Trust *trust;
} Fixture;

/* Since the start of the test. */
static guint warnings;

static GLogWriterOutput
count_warnings (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer unused)
{
  if (!(level & G_LOG_LEVEL_WARNING))
    return g_log_writer_default (level, fields, n_fields, unused);

  warnings++;
  return G_LOG_WRITER_HANDLED;
}

static void
set_up (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;

  warnings = 0;
  fixture->folder = g_dir_make_tmp ("postern-trust-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->file = g_build_filename (fixture->folder, "a.pem", NULL);
  fixture->trust = trust_new ();
}

static void
tear_down (Fixture *fixture, gconstpointer unused)
{
  g_autofree char *key = g_build_filename (fixture->folder, "a.key", NULL);

  trust_free (fixture->trust);
  g_remove (fixture->file);
  g_remove (key);
  g_assert_no_errno (g_rmdir (fixture->folder));
  g_free (fixture->folder);
  g_free (fixture->file);
}

static void
renew (Fixture *fixture, const char *common_name)
{
  tls_fixture_write (fixture->folder, "a", &(TlsFixtureCertificate){ .common_name = common_name });
}

static void
look_twice (Fixture *fixture)
{
  trust_look (fixture->trust);
  trust_look (fixture->trust);
}

/* Returns: (transfer full): what is in force; some certificate is good by it or none. */
static TlsContext *
get (Fixture *fixture, gboolean is_good)
{
  g_autofree char *problem = NULL;
  TlsContext *context = trust_get (fixture->trust, &problem);

  g_assert_nonnull (context);
  if (is_good)
    g_assert_null (problem);
  else
    g_assert_true (g_str_has_prefix (problem, fixture->file));
  return context;
}

/* @beginning: (nullable), @end: (nullable) */
static void
assert_trouble (Fixture *fixture, const char *beginning, const char *end)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  trust_troubles (fixture->trust, builder);
  g_auto (GStrv) troubles = g_strv_builder_end (builder);
  g_assert_cmpuint (g_strv_length (troubles), ==, beginning != NULL);
  if (beginning == NULL)
    return;
  g_assert_true (g_str_has_prefix (troubles[0], beginning));
  g_assert_true (g_str_has_suffix (troubles[0], end));
}

/* Read when it has not changed since the last look, and only once. */
static void
test_replaced (Fixture *fixture, gconstpointer unused)
{
  renew (fixture, "first");
  trust_apply (fixture->trust, fixture->file);
  g_autoptr (TlsContext) first = get (fixture, TRUE);
  look_twice (fixture);
  g_autoptr (TlsContext) same = get (fixture, TRUE);
  g_assert_true (same == first);

  renew (fixture, "second");
  trust_look (fixture->trust);
  g_autoptr (TlsContext) not_yet = get (fixture, TRUE);
  g_assert_true (not_yet == first);
  trust_look (fixture->trust);
  g_autoptr (TlsContext) second = get (fixture, TRUE);
  g_assert_true (second != first);
  look_twice (fixture);
  g_autoptr (TlsContext) still = get (fixture, TRUE);
  g_assert_true (still == second);
  g_assert_cmpuint (warnings, ==, 0);
}

static void
test_replaced_badly (Fixture *fixture, gconstpointer unused)
{
  renew (fixture, "first");
  trust_apply (fixture->trust, fixture->file);
  g_autoptr (TlsContext) first = get (fixture, TRUE);

  g_assert_no_errno (g_remove (fixture->file));
  look_twice (fixture);
  look_twice (fixture);
  g_autoptr (TlsContext) without_file = get (fixture, TRUE);
  g_assert_true (without_file == first);
  assert_trouble (fixture, "smtp.delivery.ca-file: ", "; the former authorities stay in use");
  g_assert_cmpuint (warnings, ==, 1);

  renew (fixture, "second");
  look_twice (fixture);
  g_autoptr (TlsContext) second = get (fixture, TRUE);
  g_assert_true (second != first);
  assert_trouble (fixture, NULL, NULL);
}

/* From the beginning: no certificate is good until it can be read. */
static void
test_absent (Fixture *fixture, gconstpointer unused)
{
  trust_apply (fixture->trust, fixture->file);
  g_autoptr (TlsContext) without_file = get (fixture, FALSE);
  look_twice (fixture);
  g_assert_cmpuint (warnings, ==, 1);
  assert_trouble (fixture,
                  "no other host's certificate can be verified: ", "No such file or directory");

  g_assert_true (g_file_set_contents (fixture->file, "half", -1, NULL));
  look_twice (fixture);
  g_autoptr (TlsContext) half = get (fixture, FALSE);
  g_assert_cmpuint (warnings, ==, 2);

  renew (fixture, "first");
  look_twice (fixture);
  g_autoptr (TlsContext) first = get (fixture, TRUE);
  assert_trouble (fixture, NULL, NULL);
}

/* The system's authorities are OpenSSL's to look after. */
static void
test_system (Fixture *fixture, gconstpointer unused)
{
  renew (fixture, "first");
  trust_apply (fixture->trust, fixture->file);
  trust_apply (fixture->trust, "");
  g_autoptr (TlsContext) system = get (fixture, TRUE);
  renew (fixture, "second");
  look_twice (fixture);
  g_autoptr (TlsContext) same = get (fixture, TRUE);
  g_assert_true (same == system);
}

#define ADD(name, function) g_test_add ("/trust/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_log_set_writer_func (count_warnings, NULL, NULL);
  ADD ("replaced", test_replaced);
  ADD ("replaced-badly", test_replaced_badly);
  ADD ("absent", test_absent);
  ADD ("system", test_system);
  return g_test_run ();
}
