/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/settings/host-credential.h"
#include "tests/core/row-cases.h"

static const RowCase cases[] = {
  { "Mail.example.net:587  plain joe secret", "mail.example.net:587 plain joe secret" },
  { "mail.example.net login EXAMPLE\\joe my\\ secret",
    "mail.example.net login EXAMPLE\\joe my\\ secret" },
  { "[2001:DB8::7]:587 plain joe /etc/secret", "[2001:db8::7]:587 plain joe /etc/secret" },
  { "a xoauth2 joe s c https://login.example/t?a=b one\\ two",
    "a xoauth2 joe s c https://login.example/t?a=b one\\ two" },
  { "a xoauth2 joe s c http://127.0.0.1:8080/t x", "a xoauth2 joe s c http://127.0.0.1:8080/t x" },
  { "a xoauth2 joe s c http://[::1]:8080/t x", "a xoauth2 joe s c http://[::1]:8080/t x" },
  { "a xoauth2 joe s c http://localhost/t x", "a xoauth2 joe s c http://localhost/t x" },
  { "", NULL },
  { "a", NULL },
  { "a plain", NULL },
  { "a plain joe", NULL },
  { "a plain joe s more", NULL },
  { "a Plain joe s", NULL },
  { "a cram-md5 joe s", NULL },
  { "a:0 plain joe s", NULL },
  { "300.1.1.1 plain joe s", NULL },
  { "a_b plain joe s", NULL },
  { "a xoauth2 joe s", NULL },
  { "a xoauth2 joe s c https://login.example/t", NULL },
  { "a xoauth2 joe s c http://login.example/t x", NULL },
  { "a xoauth2 joe s c http://127.0.0.1.example/t x", NULL },
  { "a xoauth2 joe s c http://localhost.example/t x", NULL },
  { "a xoauth2 joe s c ftp://login.example/t x", NULL },
  { "a xoauth2 joe s c file:///etc/passwd x", NULL },
  { "a xoauth2 joe s c https:///t x", NULL },
  { "a xoauth2 joe s c https://joe@login.example/t x", NULL },
  { "a xoauth2 joe s c https://login.example/t#here x", NULL },
  { "a xoauth2 joe s c login.example x", NULL },
};

ROW_CASES_TEST (cases, HostCredential, host_credential)

static void
test_members (void)
{
  g_auto (HostCredential) credential = { 0 };

  g_assert_true (host_credential_parse (
      "mail.example.net:587 xoauth2 joe@example.org secret client https://login.example/t scope",
      &credential));
  g_assert_cmpint (credential.method, ==, HOST_CREDENTIAL_XOAUTH2);
  g_assert_cmpstr (credential.host.host, ==, "mail.example.net");
  g_assert_cmpuint (credential.host.port, ==, 587);
  g_assert_cmpstr (credential.user, ==, "joe@example.org");
  g_assert_cmpstr (credential.client_id, ==, "client");
  g_assert_cmpstr (credential.token_address, ==, "https://login.example/t");
  g_assert_cmpstr (credential.scope, ==, "scope");
  host_credential_make_absolute (&credential, "/etc/postern");
  g_assert_cmpstr (credential.secret_file, ==, "/etc/postern/secret");
}

static void
test_passwords (void)
{
  g_auto (HostCredential) credential = { 0 };

  g_assert_true (host_credential_parse ("mail.example.net login joe secret", &credential));
  g_assert_cmpint (credential.method, ==, HOST_CREDENTIAL_LOGIN);
  g_assert_cmpuint (credential.host.port, ==, 25);
  g_assert_null (credential.client_id);
  g_assert_null (credential.token_address);
  g_assert_null (credential.scope);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/host-credential/texts", test_texts);
  g_test_add_func ("/host-credential/members", test_members);
  g_test_add_func ("/host-credential/passwords", test_passwords);
  return g_test_run ();
}
