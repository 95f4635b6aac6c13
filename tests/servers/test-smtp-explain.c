/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/bus/bus.h"
#include "servers/smtp/smtp-explain.h"

#include <glib/gstdio.h>

typedef struct
{
  char *folder; /* (owned) */
  SmtpServices *services;
} Fixture;

static Settings *
make_settings (Fixture *fixture, const char *smtp)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (fixture->folder, "settings.xml", NULL);
  g_autofree char *text
      = g_strdup_printf ("<server-properties xmlns='urn:postern:server-properties' version='2'>"
                         "<general><local-domains><domain>example.org</domain></local-domains>"
                         "<near-domains><domain>near.example</domain></near-domains></general>"
                         "<smtp>%s</smtp></server-properties>",
                         smtp);
  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
  Settings *settings = settings_load (path, &error);
  g_assert_no_error (error);
  return settings;
}

static void
set_up (Fixture *fixture, gconstpointer smtp)
{
  g_autoptr (GError) error = NULL;
  fixture->folder = g_dir_make_tmp ("postern-explain-XXXXXX", &error);
  g_assert_no_error (error);
  g_autofree char *users = g_build_filename (fixture->folder, "users", NULL);
  g_file_set_contents (users, "ann:{PLAIN}secret\n", -1, &error);
  g_assert_no_error (error);
  g_autoptr (Settings) settings = make_settings (fixture, smtp);
  fixture->services = smtp_services_new (fixture->folder, NULL, settings, &error);
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

static void
tear_down (Fixture *fixture, gconstpointer smtp)
{
  smtp_services_free (fixture->services);
  remove_folder (fixture->folder);
  g_free (fixture->folder);
}

static void
assert_explains (Fixture *fixture,
                 const SmtpExplainQuestion *question,
                 gboolean allowed,
                 const char *rule,
                 const char *reply)
{
  g_autoptr (GError) error = NULL;
  g_auto (SmtpExplanation) found = { 0 };
  SmtpExplainQuestion asked = *question;

  asked.door = question->door != NULL ? question->door : "smtp";
  g_assert_true (smtp_explain_find (fixture->services, NULL, &asked, &found, &error));
  g_assert_no_error (error);
  g_assert_cmpint (found.allowed, ==, allowed);
  g_assert_cmpstr (found.rule, ==, rule);
  g_assert_nonnull (found.setting);
  g_assert_cmpstr (found.reason, !=, "");
  g_assert_cmpstr (found.reply, ==, reply);
}

#define STRANGER "192.0.2.9"

static void
test_relay (Fixture *fixture, gconstpointer smtp)
{
  assert_explains (fixture,
                   &(SmtpExplainQuestion){ STRANGER, "a@b.example", "ann@example.org", "" }, TRUE,
                   "local-domain", "250 2.1.5 Recipient ok");
  assert_explains (fixture, &(SmtpExplainQuestion){ STRANGER, "", "x@near.example", "" }, TRUE,
                   "near-domain", "250 2.1.5 Recipient ok");
  assert_explains (fixture, &(SmtpExplainQuestion){ STRANGER, "a@b.example", "x@far.example", "" },
                   FALSE, "no-rule", "550 5.7.1 Relaying denied: log on to the POP server first");
  assert_explains (fixture,
                   &(SmtpExplainQuestion){ STRANGER, "a@b.example", "x@far.example", "ann" }, TRUE,
                   "authenticated", "250 2.1.5 Recipient ok");
  assert_explains (fixture,
                   &(SmtpExplainQuestion){ STRANGER, "a@b.example", "bob@example.org", "" }, FALSE,
                   "unknown-user", "550 5.1.1 Unknown user: there is no such mailbox here");
}

static void
test_addresses (Fixture *fixture, gconstpointer smtp)
{
  assert_explains (fixture, &(SmtpExplainQuestion){ STRANGER, "nobody", "ann@example.org", "" },
                   FALSE, "bad-address", "501 5.1.7 The sender is not a mail address");
  assert_explains (fixture, &(SmtpExplainQuestion){ STRANGER, "", "ann", "" }, FALSE, "bad-address",
                   "501 5.1.3 The recipient is not a mail address");
  assert_explains (fixture, &(SmtpExplainQuestion){ STRANGER, "", "", "" }, FALSE, "bad-address",
                   "501 5.1.3 The recipient is not a mail address");
  assert_explains (fixture, &(SmtpExplainQuestion){ STRANGER, "", "a@b.example> SIZE=1", "" },
                   FALSE, "bad-address", "555 5.5.4 Unknown parameter: EHLO lists the extensions");
}

static void
test_connection (Fixture *fixture, gconstpointer smtp)
{
  assert_explains (fixture, &(SmtpExplainQuestion){ "198.51.100.7", "", "ann@example.org", "" },
                   FALSE, "refused-address",
                   "554 5.7.1 Connection refused: ask the administrator to allow this address");
  assert_explains (fixture, &(SmtpExplainQuestion){ STRANGER, "", "ann@example.org", "" }, TRUE,
                   "local-domain", "250 2.1.5 Recipient ok");
}

static void
test_local_host (Fixture *fixture, gconstpointer smtp)
{
  assert_explains (fixture, &(SmtpExplainQuestion){ "::1", "", "x@far.example", "" }, TRUE,
                   "local-host", "250 2.1.5 Recipient ok");
  assert_explains (fixture, &(SmtpExplainQuestion){ STRANGER, "", "x@far.example", "" }, FALSE,
                   "nobody", "550 5.7.1 Relaying denied: this system relays for nobody");
}

/* At the doors for submission, a message is taken from those alone who may relay. */
static void
test_doors (Fixture *fixture, gconstpointer smtp)
{
  static const char *const doors[] = { "submission", "submission-tls" };

  for (gsize i = 0; i < G_N_ELEMENTS (doors); i++)
    {
      assert_explains (
          fixture,
          &(SmtpExplainQuestion){ STRANGER, "a@b.example", "ann@example.org", "", doors[i] }, FALSE,
          "submission-only",
          "530 5.7.0 Authentication required: log on with SMTP AUTH, or to the POP server first");
      assert_explains (
          fixture,
          &(SmtpExplainQuestion){ STRANGER, "ann@example.org", "x@far.example", "ann", doors[i] },
          TRUE, "authenticated", "250 2.1.5 Recipient ok");
    }
}

static void
test_invalid (Fixture *fixture, gconstpointer smtp)
{
  static const SmtpExplainQuestion questions[] = {
    { "", "", "ann@example.org", "", "smtp" },
    { "host.example", "", "ann@example.org", "", "smtp" },
    { "192.0.2.300", "", "ann@example.org", "", "smtp" },
    { STRANGER, "a\r\nQUIT", "ann@example.org", "", "smtp" },
    { STRANGER, "", "ann@example.org>\r\nDATA", "", "smtp" },
    { STRANGER, "", "ann@example.org", "", "" },
    { STRANGER, "", "ann@example.org", "", "pop3" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (questions); i++)
    {
      g_autoptr (GError) error = NULL;
      g_auto (SmtpExplanation) found = { 0 };
      g_assert_false (smtp_explain_find (fixture->services, NULL, &questions[i], &found, &error));
      g_assert_error (error, BUS_ERROR, BUS_ERROR_INVALID);
    }
}

#define ADD(name, smtp, function)                                                                  \
  g_test_add ("/smtp-explain/" name, Fixture, smtp, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  static const char near[] = "<relay><near-domains>true</near-domains></relay>";
  static const char refused[]
      = "<connection><allow>specified</allow><refused><network>198.51.100.0/24</network></refused>"
        "</connection>";
  static const char nobody[] = "<relay><allow>none</allow></relay>";

  g_test_init (&argc, &argv, NULL);
  ADD ("relay", near, test_relay);
  ADD ("addresses", near, test_addresses);
  ADD ("connection", refused, test_connection);
  ADD ("local-host", nobody, test_local_host);
  ADD ("doors", near, test_doors);
  ADD ("invalid", near, test_invalid);
  return g_test_run ();
}
