/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/auth/system-users.h"

#include <pwd.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "servers/auth/credentials.h"
#include "tests/core/temporary-folder.h"

/* PAM with a service of our own: a program gets the password, and no account of the system is
 * touched. The people are those of the system that runs the test: where it has none, what needs one
 * is left out. */
#define PASSWORD "geheim w\xc3\xb6rt"

typedef struct
{
  char *folder; /* (owned) */
  char *asked;  /* (owned) the file where the program notes whom PAM asked for */
} Fixture;

static char *person; /* (owned) (nullable) a user of this system who may get mail */
static guint
    warnings; /* since the start of the program, as the minute is that trouble is said once in */

static GLogWriterOutput
count_warnings (GLogLevelFlags level, const GLogField *fields, gsize length, gpointer data)
{
  if (level == G_LOG_LEVEL_WARNING)
    warnings++;
  return temporary_folder_log (level, fields, length, data);
}

static void
write_file (Fixture *fixture, const char *name, const char *content, mode_t mode)
{
  g_autofree char *path = g_build_filename (fixture->folder, name, NULL);

  g_assert_true (g_file_set_contents (path, content, -1, NULL));
  g_assert_no_errno (chmod (path, mode));
}

/* @first: lines before the one that asks for the password
 * @account: the line that says whether the account may be used */
static void
write_service (Fixture *fixture, const char *first, const char *account)
{
  g_autofree char *service
      = g_strdup_printf ("%sauth sufficient pam_exec.so expose_authtok quiet %s/check\n"
                         "auth required pam_deny.so\n%s\n",
                         first, fixture->folder, account);

  write_file (fixture, "postern", service, 0600);
}

static void
set_up (Fixture *fixture, gconstpointer unused)
{
  g_autofree char *script = NULL;

  fixture->folder = temporary_folder_new ();
  fixture->asked = g_build_filename (fixture->folder, "asked", NULL);
  script = g_strdup_printf ("#!/bin/sh\n"
                            "echo \"$PAM_USER $PAM_SERVICE\" >> %s\n"
                            "[ \"$(tr -d '\\0')\" = '" PASSWORD "' ]\n",
                            fixture->asked);
  write_file (fixture, "check", script, 0700);
  write_file (fixture, "asked", "", 0600);
  write_service (fixture, "", "account required pam_permit.so");
}

static void
tear_down (Fixture *fixture, gconstpointer unused)
{
  temporary_folder_remove (fixture->folder);
  g_free (fixture->asked);
  g_free (fixture->folder);
}

/* The first user of this system who is a person, by the numbers that the header names. */
static char *
find_person (void)
{
  char *found = NULL;

  setpwent ();
  for (struct passwd *entry = getpwent (); entry != NULL && found == NULL; entry = getpwent ())
    if (entry->pw_uid >= 1000 && entry->pw_uid < 60000
        && system_users_contain (entry->pw_name, NULL))
      found = g_strdup (entry->pw_name);
  endpwent ();
  return found;
}

static gboolean
has_person (void)
{
  if (person == NULL)
    g_test_skip ("this system has no user with an id of 1000 or more");
  return person != NULL;
}

static char *
asked (Fixture *fixture)
{
  char *content = NULL;

  g_assert_true (g_file_get_contents (fixture->asked, &content, NULL, NULL));
  return g_strstrip (content);
}

static void
assert_asked (Fixture *fixture, const char *expected)
{
  g_autofree char *text = asked (fixture);

  g_assert_cmpstr (text, ==, expected);
  write_file (fixture, "asked", "", 0600);
}

static void
test_names (void)
{
  static const char *const nobodies[] = {
    "",    "-",   "-root",  "root",   "daemon", "nobody",         "no-such-user-here", "Root",
    "a b", "a/b", "../etc", "root\n", ".root",  "root@a.example", "\xc3\xa4",          "1000",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (nobodies); i++)
    {
      g_test_message ("\"%s\"", nobodies[i]);
      g_assert_false (system_users_contain (nobodies[i], NULL));
    }
}

/* Without a descriptor the name service can't look: that is not "no such user". */
static void
test_no_descriptor (void)
{
  struct rlimit former, none;
  gboolean is_unsure = TRUE;

  g_assert_false (system_users_contain ("no-such-user-here", &is_unsure));
  g_assert_false (is_unsure);
  g_assert_no_errno (getrlimit (RLIMIT_NOFILE, &former));
  none = (struct rlimit){ .rlim_cur = 3, .rlim_max = former.rlim_max };
  g_assert_no_errno (setrlimit (RLIMIT_NOFILE, &none));
  gboolean is_there = system_users_contain ("no-such-user-here", &is_unsure);
  g_assert_no_errno (setrlimit (RLIMIT_NOFILE, &former));
  g_assert_false (is_there);
  g_assert_true (is_unsure);
}

static void
test_password (Fixture *fixture, gconstpointer unused)
{
  g_autofree char *expected = NULL;

  if (!has_person ())
    return;
  expected = g_strdup_printf ("%s postern", person);
  g_assert_true (system_users_check (fixture->folder, person, PASSWORD));
  assert_asked (fixture, expected);
  g_assert_false (system_users_check (fixture->folder, person, PASSWORD "x"));
  assert_asked (fixture, expected);
  g_assert_false (system_users_check (fixture->folder, person, ""));
  assert_asked (fixture, "");
}

/* Who is no mail user is not even asked for, root least of all. */
static void
test_nobody (Fixture *fixture, gconstpointer unused)
{
  g_assert_false (system_users_check (fixture->folder, "root", PASSWORD));
  g_assert_false (system_users_check (fixture->folder, "no-such-user-here", PASSWORD));
  g_assert_false (system_users_check (fixture->folder, "-x", PASSWORD));
  assert_asked (fixture, "");
}

static void
test_account (Fixture *fixture, gconstpointer unused)
{
  if (!has_person ())
    return;
  write_service (fixture, "", "account required pam_deny.so");
  g_assert_false (system_users_check (fixture->folder, person, PASSWORD));
}

/* A module may say what it likes; but one that asks a second time, or for something that is no
 * password, gets no answer. The modules are those of pam_wrapper. */
static void
test_questions (Fixture *fixture, gconstpointer unused)
{
  const char *modules = g_getenv ("PAM_WRAPPER_MODULES");
  g_autofree char *passwords = g_build_filename (fixture->folder, "passwords", NULL);
  g_autofree char *row = NULL, *matrix = NULL, *echo = NULL;

  if (!has_person ())
    return;
  if (modules == NULL || *modules == '\0')
    {
      g_test_skip ("there is no pam_wrapper");
      return;
    }
  row = g_strdup_printf ("%s:" PASSWORD ":postern\n", person);
  write_file (fixture, "passwords", row, 0600);
  matrix = g_strdup_printf ("auth required %s/pam_matrix.so passdb=%s\n", modules, passwords);
  echo = g_strdup_printf ("auth required %s/pam_matrix.so passdb=%s echo\n"
                          "account required pam_permit.so\n",
                          modules, passwords);

  write_service (fixture, "auth optional pam_exec.so stdout /bin/echo be welcome\n",
                 "account required pam_permit.so");
  g_assert_true (system_users_check (fixture->folder, person, PASSWORD));
  write_file (fixture, "postern", echo, 0600);
  g_assert_false (system_users_check (fixture->folder, person, PASSWORD));

  g_autofree char *once = g_strconcat (matrix, "account required pam_permit.so\n", NULL);
  g_autofree char *twice = g_strconcat (matrix, once, NULL);
  write_file (fixture, "postern", once, 0600);
  g_assert_true (system_users_check (fixture->folder, person, PASSWORD));
  g_assert_false (system_users_check (fixture->folder, person, "wrong"));
  write_file (fixture, "postern", twice, 0600);
  g_assert_false (system_users_check (fixture->folder, person, PASSWORD));
}

/* What is wrong with the service is said, but not each time, this test and the one above together. */
static void
test_trouble (Fixture *fixture, gconstpointer unused)
{
  if (!has_person ())
    return;
  write_file (fixture, "postern", "auth required pam_no_such_module.so\n", 0600);
  for (guint i = 0; i < 3; i++)
    g_assert_false (system_users_check (fixture->folder, person, PASSWORD));
  g_assert_cmpuint (warnings, ==, 1);
}

static void
assert_password (Credentials *credentials,
                 const char *user,
                 const char *password,
                 const char *mailbox)
{
  g_autofree char *found = credentials_check_password (credentials, user, password);

  g_assert_cmpstr (found, ==, mailbox);
}

static void
assert_mailbox (Credentials *credentials, const char *local_part, const char *mailbox)
{
  g_autofree char *found = credentials_find_mailbox (credentials, local_part, "a.example", NULL);

  g_assert_cmpstr (found, ==, mailbox);
}

/* Together with the users of the file, who win. */
static void
test_credentials (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (fixture->folder, "users", NULL);
  CredentialsSource source = { .path = path, .system_users = TRUE, .pam_folder = fixture->folder };
  CredentialsSource file_alone = { .path = path, .pam_folder = fixture->folder };
  g_autoptr (Credentials) credentials = NULL;
  g_autofree char *upper = NULL, *line = NULL;

  /* No file is as good as an empty one here. */
  credentials = credentials_new (&source, &error);
  g_assert_no_error (error);
  g_assert_true (credentials_is_of (credentials, &source));
  g_assert_false (credentials_is_of (credentials, &file_alone));
  g_assert_null (credentials_new (&file_alone, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
  assert_mailbox (credentials, "root", NULL);
  assert_password (credentials, "root", PASSWORD, NULL);
  assert_mailbox (credentials, "Postmaster", "postmaster");

  write_file (fixture, "users", "joe:{PLAIN}one\n", 0600);
  assert_mailbox (credentials, "joe", "joe");
  assert_password (credentials, "joe", "one", "joe");
  if (!has_person ())
    return;
  upper = g_ascii_strup (person, -1);
  assert_mailbox (credentials, upper, person);
  assert_password (credentials, upper, PASSWORD, person);
  assert_password (credentials, person, "one", NULL);

  line = g_strdup_printf ("%s:{PLAIN}two\n", person);
  write_file (fixture, "users", line, 0600);
  write_file (fixture, "asked", "", 0600);
  assert_password (credentials, person, "two", person);
  assert_password (credentials, person, PASSWORD, NULL);
  assert_asked (fixture, "");
}

/* Off, the system's users are nobody. */
static void
test_off (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (fixture->folder, "users", NULL);
  CredentialsSource source = { .path = path, .pam_folder = fixture->folder };
  g_autoptr (Credentials) credentials = NULL;

  if (!has_person ())
    return;
  write_file (fixture, "users", "", 0600);
  credentials = credentials_new (&source, &error);
  g_assert_no_error (error);
  assert_mailbox (credentials, person, NULL);
  assert_password (credentials, person, PASSWORD, NULL);
  assert_asked (fixture, "");
}

static gpointer
check_often (gpointer data)
{
  Fixture *fixture = data;

  for (guint i = 0; i < 10; i++)
    g_assert_cmpint (system_users_check (fixture->folder, person, i % 2 == 0 ? PASSWORD : "wrong"),
                     ==, i % 2 == 0);
  return NULL;
}

static void
test_threads (Fixture *fixture, gconstpointer unused)
{
  GThread *threads[4];

  if (!has_person ())
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("asker", check_often, fixture);
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  g_log_set_always_fatal (G_LOG_FATAL_MASK);
  g_log_set_writer_func (count_warnings, NULL, NULL);
  person = find_person ();
  g_test_add_func ("/system-users/names", test_names);
  g_test_add_func ("/system-users/no-descriptor", test_no_descriptor);
#define ADD(name, function)                                                                        \
  g_test_add ("/system-users/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("password", test_password);
  ADD ("nobody", test_nobody);
  ADD ("account", test_account);
  ADD ("questions", test_questions);
  ADD ("trouble", test_trouble);
  ADD ("credentials", test_credentials);
  ADD ("off", test_off);
  ADD ("threads", test_threads);
  result = g_test_run ();
  g_free (person);
  return result;
}
