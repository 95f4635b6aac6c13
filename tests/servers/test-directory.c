/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/auth/directory.h"

#include <string.h>

#include "tests/core/temporary-folder.h"

/* Users "joe", "ann", "bob@b.example"; local domains a.example, b.example and *.c.example. */
#define USERS "joe:{PLAIN}1\nann:{PLAIN}2\nbob@b.example:{PLAIN}3\n"

typedef struct
{
  char *folder; /* (owned) */
  Credentials *credentials;
} Fixture;

static const char *const local_domains[] = { "*.c.example", "a.example", "b.example", NULL };

static void
write_users (Fixture *fixture, const char *users)
{
  g_autofree char *path = g_build_filename (fixture->folder, "users", NULL);

  g_assert_true (g_file_set_contents (path, users, -1, NULL));
}

static void
set_up (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;

  fixture->folder = temporary_folder_new ();
  path = g_build_filename (fixture->folder, "users", NULL);
  write_users (fixture, USERS);
  fixture->credentials = credentials_new (&(CredentialsSource){ .path = path }, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *fixture, gconstpointer unused)
{
  credentials_unref (fixture->credentials);
  temporary_folder_remove (fixture->folder);
  g_free (fixture->folder);
}

/* A directory with these settings; its texts are not kept. */
static Directory *
make (Fixture *fixture, const char *const *aliases, const char *postmaster, const char *catch_all)
{
  Settings settings = { .general = {
                            .local_domains = (DomainList) local_domains,
                            .aliases = (TextList) aliases,
                            .postmaster = (char *) postmaster,
                            .catch_all = (char *) catch_all,
                        } };

  return directory_new (&settings, fixture->credentials);
}

static MailAddress *
address (const char *text)
{
  MailAddress *parsed = mail_address_parse (text, strlen (text));

  g_assert_nonnull (parsed);
  return parsed;
}

static void
assert_kind (Directory *directory, const char *text, DirectoryKind kind)
{
  g_autoptr (MailAddress) local = address (text);

  g_test_message ("%s", text);
  g_assert_cmpint (directory_look_up (directory, local), ==, kind);
}

/* @expected: the addresses with blanks between them */
static void
assert_expands (Directory *directory, const char *text, const char *expected)
{
  g_autoptr (MailAddress) local = address (text);
  g_autoptr (GPtrArray) addresses = directory_expand (directory, local);
  g_autofree char *joined = NULL;

  g_ptr_array_add (addresses, NULL);
  joined = g_strjoinv (" ", (char **) addresses->pdata);
  g_test_message ("%s", text);
  g_assert_cmpstr (joined, ==, expected);
}

static gboolean
is_senders (Directory *directory, const char *mailbox, const char *text)
{
  g_autoptr (MailAddress) sender = address (text);

  return directory_is_senders (directory, mailbox, sender);
}

static const char *const no_aliases[] = { NULL };

static void
test_users (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (Directory) directory = make (fixture, no_aliases, "", "");

  assert_kind (directory, "joe@a.example", DIRECTORY_MAILBOX);
  assert_kind (directory, "JOE@x.c.example", DIRECTORY_MAILBOX);
  assert_kind (directory, "bob@b.example", DIRECTORY_MAILBOX);
  assert_kind (directory, "bob@a.example", DIRECTORY_UNKNOWN);
  assert_kind (directory, "joe+list@a.example", DIRECTORY_UNKNOWN);
  assert_kind (directory, "\"joe@a.example\"@a.example", DIRECTORY_UNKNOWN);
  assert_expands (directory, "Joe@A.example", "joe@a.example");
  assert_expands (directory, "Bob@b.example", "bob@b.example");
  assert_expands (directory, "nobody@a.example", "");

  /* Users come and go. */
  write_users (fixture, USERS "eve:{PLAIN}4\n");
  assert_expands (directory, "eve@a.example", "eve@a.example");
}

static void
test_aliases (Fixture *fixture, gconstpointer unused)
{
  static const char *const aliases[] = {
    "sales: joe, ann@far.example",
    "sales@b.example: ann",
    "Team: sales, ann, sales@b.example, ANN@b.example",
    "ann: joe",
    "boss: Joe@Far.example, joe@far.example",
    NULL,
  };
  g_autoptr (Directory) directory = make (fixture, aliases, "", "");

  assert_kind (directory, "Sales@a.example", DIRECTORY_ALIAS);
  assert_expands (directory, "Sales@a.example", "joe@a.example ann@far.example");
  /* The whole address before the name alone; an alias wins over a user. */
  assert_expands (directory, "sales@b.example", "joe@b.example");
  assert_kind (directory, "ann@a.example", DIRECTORY_ALIAS);
  assert_expands (directory, "ann@a.example", "joe@a.example");
  /* Each mailbox once, whichever way leads to it. */
  assert_expands (directory, "team@a.example", "joe@a.example ann@far.example");
  /* Elsewhere, the case of a name may matter; what is the same but for it is sent once. */
  assert_expands (directory, "boss@a.example", "Joe@far.example");
  assert_kind (directory, "\"sales@b.example\"@a.example", DIRECTORY_UNKNOWN);
}

static void
test_circles (Fixture *fixture, gconstpointer unused)
{
  static const char *const aliases[] = {
    "joe: joe, ann", /* means the mailbox */
    "one: two",      /* leads nowhere */
    "two: three, one",
    "three: one",
    "four: five, bob@b.example",
    "five: four",
    "ann@a.example: ann",
    "six: six",
    NULL,
  };
  g_autoptr (Directory) directory = make (fixture, aliases, "", "");

  assert_expands (directory, "joe@a.example", "joe@a.example ann@a.example");
  assert_expands (directory, "ann@a.example", "ann@a.example");
  assert_kind (directory, "one@a.example", DIRECTORY_ALIAS);
  assert_expands (directory, "one@a.example", "");
  assert_expands (directory, "five@a.example", "bob@b.example");
  assert_expands (directory, "six@a.example", "");
}

/* Where somebody takes the mail, who does not exist is in the queue, and bounces. */
static void
test_unknown_targets (Fixture *fixture, gconstpointer unused)
{
  static const char *const aliases[] = { "half: joe, carl", "none: carl, dora@b.example", NULL };
  g_autoptr (Directory) directory = make (fixture, aliases, "", "");

  assert_expands (directory, "half@a.example", "joe@a.example carl@a.example");
  assert_expands (directory, "none@a.example", "");
}

static void
test_postmaster (Fixture *fixture, gconstpointer unused)
{
  static const char *const aliases[] = { "postmaster@b.example: ann", NULL };
  static const char *const circle[] = { "postmaster: one", "one: postmaster", NULL };
  g_autoptr (Directory) plain = make (fixture, no_aliases, "", "");
  g_autoptr (Directory) set = make (fixture, aliases, "Joe", "ann");
  g_autoptr (Directory) elsewhere = make (fixture, no_aliases, "admin@far.example", "");
  g_autoptr (Directory) nobody = make (fixture, no_aliases, "carl", "");
  g_autoptr (Directory) circular = make (fixture, circle, "", "");

  assert_kind (plain, "postmaster", DIRECTORY_POSTMASTER);
  assert_kind (plain, "PostMaster@b.example", DIRECTORY_POSTMASTER);
  assert_expands (plain, "postmaster", "postmaster");
  assert_expands (plain, "PostMaster@b.example", "postmaster@b.example");

  assert_kind (set, "postmaster@a.example", DIRECTORY_POSTMASTER);
  assert_expands (set, "postmaster@x.c.example", "joe@x.c.example");
  assert_expands (set, "POSTMASTER", "joe@a.example");
  assert_kind (set, "postmaster@b.example", DIRECTORY_ALIAS);
  assert_expands (set, "postmaster@b.example", "ann@b.example");
  assert_expands (elsewhere, "postmaster", "admin@far.example");

  /* Whatever the settings say, there is a place for it (RFC 5321, section 4.5.1). */
  assert_expands (nobody, "postmaster@a.example", "postmaster@a.example");
  assert_expands (circular, "postmaster@a.example", "postmaster@a.example");
  assert_expands (circular, "Postmaster", "Postmaster");

  /* A user of that name is the postmaster, unless the settings name one. */
  write_users (fixture, USERS "postmaster:{PLAIN}5\n");
  assert_expands (plain, "postmaster@a.example", "postmaster@a.example");
  assert_expands (set, "postmaster@a.example", "joe@a.example");
}

static void
test_catch_all (Fixture *fixture, gconstpointer unused)
{
  static const char *const aliases[] = { "all: carl, ann", NULL };
  g_autoptr (Directory) user = make (fixture, aliases, "", "joe");
  g_autoptr (Directory) alias = make (fixture, aliases, "", "all@b.example");
  g_autoptr (Directory) nobody = make (fixture, no_aliases, "", "carl");

  assert_kind (user, "nobody@a.example", DIRECTORY_CATCH_ALL);
  assert_kind (user, "ann@a.example", DIRECTORY_MAILBOX);
  assert_kind (user, "postmaster@a.example", DIRECTORY_POSTMASTER);
  assert_expands (user, "nobody@x.c.example", "joe@x.c.example");
  assert_expands (user, "all@a.example", "ann@a.example joe@a.example");
  assert_expands (alias, "nobody@a.example", "ann@b.example");
  assert_expands (nobody, "nobody@a.example", "");
}

static void
test_senders (Fixture *fixture, gconstpointer unused)
{
  static const char *const aliases[]
      = { "sales: joe, ann", "team: sales", "ann@b.example: joe", NULL };
  g_autoptr (Directory) directory = make (fixture, aliases, "joe", "ann");
  g_autoptr (MailAddress) null_sender = g_new0 (MailAddress, 1);

  null_sender->local_part = g_strdup ("");
  null_sender->domain = g_strdup ("");
  g_assert_true (is_senders (directory, "joe", "joe@a.example"));
  g_assert_true (is_senders (directory, "joe", "Joe@x.c.example"));
  g_assert_true (is_senders (directory, "joe", "sales@a.example"));
  g_assert_true (is_senders (directory, "joe", "team@b.example"));
  g_assert_true (is_senders (directory, "joe", "postmaster@a.example"));
  g_assert_true (is_senders (directory, "joe", "ann@b.example"));
  g_assert_true (is_senders (directory, "bob@b.example", "BOB@b.example"));

  g_assert_false (is_senders (directory, "joe", "ann@a.example"));
  g_assert_false (is_senders (directory, "ann", "ann@b.example"));
  g_assert_false (is_senders (directory, "ann", "postmaster@a.example"));
  g_assert_false (is_senders (directory, "joe", "joe@far.example"));
  g_assert_false (is_senders (directory, "bob@b.example", "bob@a.example"));
  /* What the catch-all gets is not hers to send by. */
  g_assert_false (is_senders (directory, "ann", "anybody@a.example"));
  g_assert_false (directory_is_senders (directory, "joe", null_sender));
  g_assert_false (directory_is_senders (directory, "", null_sender));
  /* A name that is an address elsewhere. */
  g_assert_true (is_senders (directory, "eve@far.example", "Eve@Far.example"));
  g_assert_false (is_senders (directory, "eve", "eve@far.example"));
}

static void
test_many (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GString) all = g_string_new ("all: joe");
  g_autoptr (GString) too_many = g_string_new ("too-many: joe");
  g_autoptr (Directory) directory = NULL;

  for (guint i = 0; i < 100000; i++)
    g_ptr_array_add (rows, g_strdup_printf ("name%u: user%u@far.example", i, i));
  for (guint i = 1; i < DIRECTORY_EXPANSION_MAX; i++)
    g_string_append_printf (all, ", user%u@far.example", i);
  g_string_append_printf (too_many, ", one@far.example, all");
  g_ptr_array_add (rows, g_strdup (all->str));
  g_ptr_array_add (rows, g_strdup (too_many->str));
  g_ptr_array_add (rows, g_strdup ("not an alias"));
  g_ptr_array_add (rows, NULL);
  directory = make (fixture, (const char *const *) rows->pdata, "", "");

  for (guint i = 0; i < 100000; i++)
    {
      g_autofree char *text = g_strdup_printf ("name%u@a.example", i);
      g_autoptr (MailAddress) local = address (text);

      g_assert_cmpint (directory_look_up (directory, local), ==, DIRECTORY_ALIAS);
    }
  assert_expands (directory, "name99999@b.example", "user99999@far.example");

  g_autoptr (MailAddress) whole = address ("all@a.example");
  g_autoptr (GPtrArray) addresses = directory_expand (directory, whole);
  g_assert_cmpuint (addresses->len, ==, DIRECTORY_EXPANSION_MAX);
  assert_expands (directory, "too-many@a.example", "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_log_set_always_fatal (G_LOG_FATAL_MASK);
  temporary_folder_calm_log ();
#define ADD(name, function)                                                                        \
  g_test_add ("/directory/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("users", test_users);
  ADD ("aliases", test_aliases);
  ADD ("circles", test_circles);
  ADD ("unknown-targets", test_unknown_targets);
  ADD ("postmaster", test_postmaster);
  ADD ("catch-all", test_catch_all);
  ADD ("senders", test_senders);
  ADD ("many", test_many);
  return g_test_run ();
}
