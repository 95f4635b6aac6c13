/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/servers/smtp-bench.h"

#include <glib/gstdio.h>

static Settings *
make_settings (SmtpBench *bench, const char *content)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (bench->folder, "settings.xml", NULL);
  g_autofree char *text
      = g_strdup_printf ("<server-properties xmlns='urn:postern:server-properties' version='2'>%s"
                         "</server-properties>",
                         content ? content : "");
  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
  Settings *settings = settings_load (path, &error);
  g_assert_no_error (error);
  return settings;
}

void
smtp_bench_set_up (SmtpBench *bench, gconstpointer settings)
{
  g_autoptr (GError) error = NULL;
  bench->folder = g_dir_make_tmp ("postern-bench-XXXXXX", &error);
  g_assert_no_error (error);
  g_autofree char *users = g_build_filename (bench->folder, "users", NULL);
  g_file_set_contents (users, "ann:{PLAIN}secret\n", -1, &error);
  g_assert_no_error (error);
  bench->dns = fake_dns_new ();
  bench->worker = worker_new ("test", &error);
  g_assert_no_error (error);
  g_autoptr (Settings) snapshot = make_settings (bench, settings);
  bench->services
      = smtp_services_new (bench->folder, fake_dns_endpoint (bench->dns), snapshot, &error);
  g_assert_no_error (error);
}

static void
remove_folder (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;
  while (dir && (name = g_dir_read_name (dir)))
    {
      g_autofree char *inner = g_build_filename (path, name, NULL);
      if (g_file_test (inner, G_FILE_TEST_IS_DIR))
        remove_folder (inner);
      else
        g_unlink (inner);
    }
  g_rmdir (path);
}

void
smtp_bench_tear_down (SmtpBench *bench, gconstpointer settings)
{
  smtp_services_close (bench->services);
  worker_free (bench->worker);
  smtp_services_free (bench->services);
  fake_dns_free (bench->dns);
  remove_folder (bench->folder);
  g_free (bench->folder);
}
