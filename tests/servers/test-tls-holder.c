/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/net/tls-holder.h"

#include "tests/servers/tls-fixture.h"

#include <gio/gio.h>
#include <glib/gstdio.h>

typedef struct
{
  char *folder;
  char *row;
  TlsHolder *holder;
} Fixture;

/* Warnings of the last step. */
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
  fixture->folder = g_dir_make_tmp ("postern-tls-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->row = g_strdup_printf ("%s/a.pem %s/a.key", fixture->folder, fixture->folder);
  fixture->holder = tls_holder_new ();
}

static void
tear_down (Fixture *fixture, gconstpointer unused)
{
  g_autofree char *certificate = g_build_filename (fixture->folder, "a.pem", NULL);
  g_autofree char *key = g_build_filename (fixture->folder, "a.key", NULL);

  tls_holder_free (fixture->holder);
  g_remove (certificate);
  g_remove (key);
  g_assert_no_errno (g_rmdir (fixture->folder));
  g_free (fixture->folder);
  g_free (fixture->row);
}

static void
renew (Fixture *fixture, const char *common_name)
{
  tls_fixture_write (fixture->folder, "a", &(TlsFixtureCertificate){ .common_name = common_name });
}

static gboolean
apply (Fixture *fixture, gboolean with_certificate, GError **error)
{
  char *rows[] = { with_certificate ? fixture->row : NULL, NULL };
  SecuritySettings security
      = { .certificates = rows, .minimum_tls = TLS_VERSION_1_2, .ciphers = (char *) "" };

  return tls_holder_apply (fixture->holder, &security, error);
}

/* The certificate in force is @common_name's; %NULL for none. */
static void
expect (Fixture *fixture, const char *common_name)
{
  g_autoptr (TlsContext) context = tls_holder_get (fixture->holder);

  if (common_name == NULL)
    {
      g_assert_null (context);
      return;
    }
  g_autofree char *expected = g_strdup_printf ("%s TLSv1.3", common_name);
  g_autofree char *shown = tls_fixture_try (context, NULL, 0, NULL);
  g_assert_cmpstr (shown, ==, expected);
}

static void
expect_trouble (Fixture *fixture, const char *beginning)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  tls_holder_troubles (fixture->holder, builder);
  g_auto (GStrv) troubles = g_strv_builder_end (builder);
  g_assert_cmpuint (g_strv_length (troubles), ==, beginning != NULL ? 1 : 0);
  if (beginning != NULL)
    g_assert_true (g_str_has_prefix (troubles[0], beginning));
}

static void
test_apply (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;

  expect (fixture, NULL);
  g_assert_true (apply (fixture, FALSE, &error));
  expect (fixture, NULL);

  renew (fixture, "first");
  g_assert_true (apply (fixture, TRUE, &error));
  expect (fixture, "first");
  renew (fixture, "second");
  expect (fixture, "first");
  g_assert_true (apply (fixture, TRUE, &error));
  g_assert_no_error (error);
  expect (fixture, "second");

  g_assert_true (apply (fixture, FALSE, &error));
  expect (fixture, NULL);
}

static void
test_all_or_nothing (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *key = g_build_filename (fixture->folder, "a.key", NULL);

  renew (fixture, "first");
  g_assert_true (apply (fixture, TRUE, &error));
  g_remove (key);
  g_assert_false (apply (fixture, TRUE, &error));
  g_assert_nonnull (error);
  g_assert_cmpuint (warnings, ==, 0);
  expect (fixture, "first");
}

/* What was prepared and not published changes nothing. */
static void
test_prepare (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  char *rows[] = { fixture->row, NULL };
  SecuritySettings security
      = { .certificates = rows, .minimum_tls = TLS_VERSION_1_2, .ciphers = (char *) "" };
  SecuritySettings none = { .certificates = rows + 1, .ciphers = (char *) "" };

  renew (fixture, "first");
  g_assert_true (tls_holder_prepare (fixture->holder, &security, &error));
  expect (fixture, NULL);
  tls_holder_publish (fixture->holder);
  expect (fixture, "first");

  g_assert_true (tls_holder_prepare (fixture->holder, &none, &error));
  expect (fixture, "first");
  renew (fixture, "second");
  tls_holder_look (fixture->holder);
  tls_holder_look (fixture->holder);
  expect (fixture, "second");
  g_assert_true (tls_holder_prepare (fixture->holder, &none, &error));
  tls_holder_publish (fixture->holder);
  expect (fixture, NULL);
}

/* Taken when nothing has changed since the last look. */
static void
test_renewed (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;

  renew (fixture, "first");
  g_assert_true (apply (fixture, TRUE, &error));
  tls_holder_look (fixture->holder);
  tls_holder_look (fixture->holder);
  g_autoptr (TlsContext) former = tls_holder_get (fixture->holder);

  renew (fixture, "second");
  tls_holder_look (fixture->holder);
  expect (fixture, "first");
  tls_holder_look (fixture->holder);
  expect (fixture, "second");
  g_assert_cmpuint (warnings, ==, 0);

  /* Who holds the former one still can use it. */
  g_autofree char *shown = tls_fixture_try (former, NULL, 0, NULL);
  g_assert_cmpstr (shown, ==, "first TLSv1.3");
}

/* Certificate and key that do not belong together are said once, and cured by the next change. */
static void
test_renewed_badly (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *certificate = g_build_filename (fixture->folder, "a.pem", NULL);

  expect_trouble (fixture, NULL);
  renew (fixture, "first");
  g_assert_true (apply (fixture, TRUE, &error));
  g_assert_true (g_file_set_contents (certificate, "half", -1, NULL));
  for (guint i = 0; i < 5; i++)
    tls_holder_look (fixture->holder);
  expect (fixture, "first");
  g_assert_cmpuint (warnings, ==, 1);

  g_remove (certificate);
  for (guint i = 0; i < 5; i++)
    tls_holder_look (fixture->holder);
  expect (fixture, "first");
  g_assert_cmpuint (warnings, ==, 2);
  g_autofree char *trouble = g_strdup_printf ("TLS: %s: can't be opened: ", certificate);
  expect_trouble (fixture, trouble);

  renew (fixture, "third");
  tls_holder_look (fixture->holder);
  tls_holder_look (fixture->holder);
  expect (fixture, "third");
  expect_trouble (fixture, NULL);
  g_assert_cmpuint (warnings, ==, 2);
}

static gpointer
use (gpointer data)
{
  for (guint i = 0; i < 20000; i++)
    {
      g_autoptr (TlsContext) context = tls_holder_get (data);
      g_assert_nonnull (context);
    }
  return NULL;
}

static void
test_threads (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;

  renew (fixture, "first");
  g_assert_true (apply (fixture, TRUE, &error));
  GThread *thread = g_thread_new ("user", use, fixture->holder);
  for (guint i = 0; i < 20; i++)
    g_assert_true (apply (fixture, TRUE, &error));
  g_thread_join (thread);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_log_set_writer_func (count_warnings, NULL, NULL);
#define ADD(name, test) g_test_add ("/tls-holder/" name, Fixture, NULL, set_up, test, tear_down)
  ADD ("apply", test_apply);
  ADD ("all-or-nothing", test_all_or_nothing);
  ADD ("prepare", test_prepare);
  ADD ("renewed", test_renewed);
  ADD ("renewed-badly", test_renewed_badly);
  ADD ("threads", test_threads);
  return g_test_run ();
}
