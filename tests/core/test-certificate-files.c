/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/settings/certificate-files.h"
#include "tests/core/row-cases.h"

static const RowCase cases[] = {
  { "a.pem", "a.pem" },
  { " a.pem   b.pem ", "a.pem b.pem" },
  { "a.pem a.pem", "a.pem" },
  { "my\\ certificate.pem my\\ key.pem", "my\\ certificate.pem my\\ key.pem" },
  { "/etc/ssl/\xc3\xa4.pem", "/etc/ssl/\xc3\xa4.pem" },
  { "", NULL },
  { " ", NULL },
  { "a b c", NULL },
  { "a b\\", NULL },
};

ROW_CASES_TEST (cases, CertificateFiles, certificate_files)

static void
test_absolute (void)
{
  g_auto (CertificateFiles) files = { 0 };
  g_autofree char *text = NULL;

  g_assert_true (certificate_files_parse ("a.pem /etc/ssl/../key.pem", &files));
  certificate_files_make_absolute (&files, "/etc/my postern");
  g_assert_cmpstr (files.certificate, ==, "/etc/my postern/a.pem");
  g_assert_cmpstr (files.key, ==, "/etc/key.pem");
  text = certificate_files_to_text (&files);
  g_assert_cmpstr (text, ==, "/etc/my\\ postern/a.pem /etc/key.pem");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/certificate-files/texts", test_texts);
  g_test_add_func ("/certificate-files/absolute", test_absolute);
  return g_test_run ();
}
