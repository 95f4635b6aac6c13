/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/servers/tls-fixture.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

typedef struct
{
  char *folder;
  GStrvBuilder *rows;
  SecuritySettings security; /* certificates are set by build() */
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;

  fixture->folder = g_dir_make_tmp ("postern-tls-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->rows = g_strv_builder_new ();
  fixture->security.minimum_tls = TLS_VERSION_1_2;
  fixture->security.ciphers = (char *) "";
}

static void
tear_down (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GDir) folder = g_dir_open (fixture->folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *path = g_build_filename (fixture->folder, name, NULL);
      g_remove (path);
    }
  g_rmdir (fixture->folder);
  g_free (fixture->folder);
  g_strv_builder_unref (fixture->rows);
}

static char *
path_of (Fixture *fixture, const char *file)
{
  return g_build_filename (fixture->folder, file, NULL);
}

static void
add_row (Fixture *fixture, const char *certificate_file, const char *key_file)
{
  g_autofree char *row = g_strdup_printf ("%s/%s %s/%s", fixture->folder, certificate_file,
                                          fixture->folder, key_file);
  g_strv_builder_add (fixture->rows, row);
}

static void
add (Fixture *fixture, const char *name, const TlsFixtureCertificate *certificate)
{
  g_autofree char *certificate_file = g_strdup_printf ("%s.pem", name);
  g_autofree char *key_file = g_strdup_printf ("%s.key", name);

  tls_fixture_write (fixture->folder, name, certificate);
  add_row (fixture, certificate_file, key_file);
}

static TlsContext *
build (Fixture *fixture, GError **error)
{
  g_auto (GStrv) rows = g_strv_builder_end (fixture->rows);
  SecuritySettings security = fixture->security;

  security.certificates = rows;
  return tls_context_new_server (&security, error);
}

static TlsContext *
build_well (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  TlsContext *context = build (fixture, &error);

  g_assert_no_error (error);
  g_assert_nonnull (context);
  return context;
}

static void
expect (TlsContext *context, const char *name, int maximum, const char *ciphers, const char *shown)
{
  g_autofree char *got = tls_fixture_try (context, name, maximum, ciphers);
  g_assert_cmpstr (got, ==, shown);
}

/* Not built, and the error says all of @words. */
static void
expect_error (Fixture *fixture, const char *const *words)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TlsContext) context = build (fixture, &error);

  g_assert_null (context);
  g_assert_nonnull (error);
  for (guint i = 0; words[i] != NULL; i++)
    if (strstr (error->message, words[i]) == NULL)
      g_error ("\"%s\" does not say \"%s\"", error->message, words[i]);
}

#define EXPECT_ERROR(fixture, ...)                                                                 \
  expect_error (fixture, (const char *const[]){ __VA_ARGS__, NULL })

static void
test_names (Fixture *fixture, gconstpointer unused)
{
  add (fixture, "one", &(TlsFixtureCertificate){ .common_name = "one.example.org" });
  add (fixture, "two",
       &(TlsFixtureCertificate){ .common_name = "two",
                                 .names = "DNS:two.example.org,DNS:*.example.net" });
  add (fixture, "three", &(TlsFixtureCertificate){ .common_name = "three.example.org" });
  g_autoptr (TlsContext) context = build_well (fixture);

  expect (context, NULL, 0, NULL, "one.example.org TLSv1.3");
  expect (context, "one.example.org", 0, NULL, "one.example.org TLSv1.3");
  expect (context, "two.example.org", 0, NULL, "two TLSv1.3");
  expect (context, "TWO.Example.ORG", TLS1_2_VERSION, NULL, "two TLSv1.2");
  expect (context, "a.example.net", 0, NULL, "two TLSv1.3");
  expect (context, "three.example.org", 0, NULL, "three.example.org TLSv1.3");
  /* "*" is one label; a common name does not count beside alternative names. */
  expect (context, "a.b.example.net", 0, NULL, "one.example.org TLSv1.3");
  expect (context, "example.net", 0, NULL, "one.example.org TLSv1.3");
  expect (context, "two", 0, NULL, "one.example.org TLSv1.3");
}

/* Two kinds of key for the same names: each client gets the one that it understands. */
static void
test_twins (Fixture *fixture, gconstpointer unused)
{
  TlsFixtureCertificate twin = { .common_name = "ecdsa", .names = "DNS:mail.example.org" };

  add (fixture, "ecdsa", &twin);
  twin.common_name = "rsa";
  twin.is_rsa = TRUE;
  add (fixture, "rsa", &twin);
  twin.common_name = "rsa again";
  add (fixture, "again", &twin);
  g_autoptr (TlsContext) context = build_well (fixture);

  expect (context, "mail.example.org", TLS1_2_VERSION, "ECDHE-RSA-AES128-GCM-SHA256",
          "rsa TLSv1.2");
  expect (context, "mail.example.org", TLS1_2_VERSION, "ECDHE-ECDSA-AES128-GCM-SHA256",
          "ecdsa TLSv1.2");
}

static void
test_versions (Fixture *fixture, gconstpointer unused)
{
  static const struct
  {
    TlsVersion minimum;
    int client;
    const char *shown;
  } cases[] = {
    { TLS_VERSION_1_2, TLS1_VERSION, NULL },
    { TLS_VERSION_1_2, TLS1_1_VERSION, NULL },
    { TLS_VERSION_1_2, TLS1_2_VERSION, "rsa TLSv1.2" },
    { TLS_VERSION_1_2, 0, "rsa TLSv1.3" },
    { TLS_VERSION_1_3, TLS1_2_VERSION, NULL },
    { TLS_VERSION_1_3, 0, "rsa TLSv1.3" },
    { TLS_VERSION_1_1, TLS1_VERSION, NULL },
    { TLS_VERSION_1_1, TLS1_1_VERSION, "rsa TLSv1.1" },
    { TLS_VERSION_1_0, TLS1_VERSION, "rsa TLSv1" },
    { TLS_VERSION_1_0, 0, "rsa TLSv1.3" },
  };

  add (fixture, "rsa", &(TlsFixtureCertificate){ .common_name = "rsa", .is_rsa = TRUE });
  g_auto (GStrv) rows = g_strv_builder_end (fixture->rows);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_strv_builder_add (fixture->rows, rows[0]);
      fixture->security.minimum_tls = cases[i].minimum;
      g_autoptr (TlsContext) context = build_well (fixture);
      expect (context, NULL, cases[i].client, "ALL:@SECLEVEL=0", cases[i].shown);
    }
}

static void
test_ciphers (Fixture *fixture, gconstpointer unused)
{
  add (fixture, "rsa", &(TlsFixtureCertificate){ .common_name = "rsa", .is_rsa = TRUE });
  g_auto (GStrv) rows = g_strv_builder_end (fixture->rows);

  /* What old devices know stands open for them alone. */
  g_strv_builder_add (fixture->rows, rows[0]);
  g_autoptr (TlsContext) safe = build_well (fixture);
  expect (safe, NULL, TLS1_2_VERSION, "AES128-SHA", NULL);
  expect (safe, NULL, TLS1_2_VERSION, "ECDHE-RSA-AES256-GCM-SHA384", "rsa TLSv1.2");

  g_strv_builder_add (fixture->rows, rows[0]);
  fixture->security.minimum_tls = TLS_VERSION_1_0;
  g_autoptr (TlsContext) old = build_well (fixture);
  expect (old, NULL, TLS1_VERSION, "AES128-SHA", "rsa TLSv1");
  expect (old, NULL, TLS1_2_VERSION, "aNULL", NULL);

  g_strv_builder_add (fixture->rows, rows[0]);
  fixture->security.minimum_tls = TLS_VERSION_1_2;
  fixture->security.ciphers = (char *) "AES128-SHA256";
  g_autoptr (TlsContext) chosen = build_well (fixture);
  expect (chosen, NULL, TLS1_2_VERSION, "AES128-SHA256", "rsa TLSv1.2");
  expect (chosen, NULL, TLS1_2_VERSION, "ECDHE-RSA-AES256-GCM-SHA384", NULL);

  g_strv_builder_add (fixture->rows, rows[0]);
  fixture->security.ciphers = (char *) "NO-SUCH-CIPHER";
  EXPECT_ERROR (fixture, "security.ciphers", "\"NO-SUCH-CIPHER\"");
}

static void
write_file (Fixture *fixture, const char *name, const char *text)
{
  g_autofree char *path = path_of (fixture, name);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static void
test_wrong_files (Fixture *fixture, gconstpointer unused)
{
  TlsFixtureCertificate good = { .common_name = "good" };

  tls_fixture_write (fixture->folder, "good", &good);
  tls_fixture_write (fixture->folder, "other", &good);
  tls_fixture_write (fixture->folder, "locked", &(TlsFixtureCertificate){ .passphrase = "secret" });
  write_file (fixture, "text", "hello\n");
  write_file (fixture, "torn", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");

  add_row (fixture, "absent.pem", "good.key");
  EXPECT_ERROR (fixture, "absent.pem", "No such file");
  add_row (fixture, "good.pem", "absent.key");
  EXPECT_ERROR (fixture, "absent.key", "No such file");
  add_row (fixture, "text", "good.key");
  EXPECT_ERROR (fixture, "/text", "there is no certificate in it");
  add_row (fixture, "torn", "good.key");
  EXPECT_ERROR (fixture, "/torn");
  add_row (fixture, "good.pem", "text");
  EXPECT_ERROR (fixture, "/text", "there is no private key in it");
  add_row (fixture, "good.pem", "other.key");
  EXPECT_ERROR (fixture, "other.key", "does not belong to the first certificate in", "good.pem");
  add_row (fixture, "locked.pem", "locked.key");
  EXPECT_ERROR (fixture, "locked.key", "passphrase", "openssl pkey");
  add_row (fixture, ".", "good.key");
  EXPECT_ERROR (fixture, "not a regular file");

  /* One wrong row is one too many. */
  add_row (fixture, "good.pem", "good.key");
  add_row (fixture, "good.pem", "other.key");
  EXPECT_ERROR (fixture, "other.key");
}

/* Certificate, its issuer's and the key in one file, in this order. */
static void
test_one_file (Fixture *fixture, gconstpointer unused)
{
  const char *parts[] = { "good.pem", "other.pem", "good.key" };
  g_autoptr (GString) all = g_string_new (NULL);
  g_autofree char *path = path_of (fixture, "all.pem");

  tls_fixture_write (fixture->folder, "good", &(TlsFixtureCertificate){ .common_name = "good" });
  tls_fixture_write (fixture->folder, "other", &(TlsFixtureCertificate){ 0 });
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      g_autofree char *part = path_of (fixture, parts[i]);
      g_autofree char *text = NULL;
      g_assert_true (g_file_get_contents (part, &text, NULL, NULL));
      g_string_append (all, text);
    }
  write_file (fixture, "all.pem", all->str);
  g_strv_builder_add (fixture->rows, path);
  g_autoptr (TlsContext) context = build_well (fixture);
  expect (context, NULL, 0, NULL, "good TLSv1.3");

  g_string_append (all, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
  write_file (fixture, "all.pem", all->str);
  g_strv_builder_add (fixture->rows, path);
  EXPECT_ERROR (fixture, "all.pem");
}

static void
expect_warning (TlsContext *context, guint place, const char *words)
{
  g_auto (GStrv) warnings = tls_context_warnings (context);

  g_assert_cmpuint (g_strv_length (warnings), >, place);
  g_assert_nonnull (strstr (warnings[place], words));
}

static void
test_days_left (Fixture *fixture, gconstpointer unused)
{
  add (fixture, "good", &(TlsFixtureCertificate){ .common_name = "good", .last_day = 90 });
  g_autoptr (TlsContext) good = build_well (fixture);
  g_auto (GStrv) none = tls_context_warnings (good);
  g_assert_cmpint (tls_context_days_left (good), ==, 90);
  g_assert_cmpuint (g_strv_length (none), ==, 0);

  add (fixture, "good", &(TlsFixtureCertificate){ .common_name = "good", .last_day = 90 });
  add (fixture, "soon", &(TlsFixtureCertificate){ .common_name = "soon", .last_day = 3 });
  g_autoptr (TlsContext) soon = build_well (fixture);
  g_assert_cmpint (tls_context_days_left (soon), ==, 3);
  expect_warning (soon, 0, "soon.pem: the certificate ends in less than 4 days");

  add (fixture, "late",
       &(TlsFixtureCertificate){ .common_name = "late", .first_day = -20, .last_day = -2 });
  g_autoptr (TlsContext) late = build_well (fixture);
  g_assert_cmpint (tls_context_days_left (late), ==, -2);
  expect_warning (late, 0, "late.pem: the certificate is out of date");
  expect (late, NULL, 0, NULL, "late TLSv1.3");

  add (fixture, "early", &(TlsFixtureCertificate){ .first_day = 2 });
  g_autoptr (TlsContext) early = build_well (fixture);
  expect_warning (early, 0, "early.pem: the certificate is not valid yet");
}

static void
test_open_key (Fixture *fixture, gconstpointer unused)
{
  g_autofree char *key = path_of (fixture, "good.key");

  add (fixture, "good", &(TlsFixtureCertificate){ .common_name = "good" });
  g_assert_no_errno (g_chmod (key, 0644));
  g_autoptr (TlsContext) context = build_well (fixture);
  expect_warning (context, 0, "good.key: every user of this system can read the key");
}

static void
test_client (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TlsContext) by_system = tls_context_new_client ("", &error);
  g_autofree char *absent = path_of (fixture, "absent.pem");

  g_assert_no_error (error);
  g_assert_nonnull (by_system);
  g_assert_null (tls_context_new_client (absent, &error));
  g_assert_nonnull (error);
  g_assert_nonnull (strstr (error->message, "absent.pem"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, test) g_test_add ("/tls-context/" name, Fixture, NULL, set_up, test, tear_down)
  ADD ("names", test_names);
  ADD ("twins", test_twins);
  ADD ("versions", test_versions);
  ADD ("ciphers", test_ciphers);
  ADD ("wrong-files", test_wrong_files);
  ADD ("one-file", test_one_file);
  ADD ("days-left", test_days_left);
  ADD ("open-key", test_open_key);
  ADD ("client", test_client);
  return g_test_run ();
}
