/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/confinement/confinement.h"

#include "temporary-folder.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Of the children, who find it in their environment: each test shuts itself in in one. */
#define STATE "POSTERN_TEST_CONFINEMENT"
#define NOBODY 65534

static const char *const PROGRAMS[]
    = { "posternd", "postern-smtpd", "postern-pop3d", "postern-deliverd" };

static gboolean
has_landlock (void)
{
  return syscall (SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION) >= 2;
}

static gboolean
has_filter (void)
{
  g_autofree char *status = NULL;

  g_assert_true (g_file_get_contents ("/proc/self/status", &status, NULL, NULL));
  return g_pattern_match_simple ("*\nSeccomp:\t2\n*", status);
}

static char *
in_state (const char *name)
{
  return g_build_filename (g_getenv (STATE), name, NULL);
}

static void
enter (const ConfinementProfile *profile)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (confinement_enter (profile, g_getenv (STATE), NULL, &error));
  g_assert_no_error (error);
  g_print ("entered\n");
}

/* Not exit(): whoever looks for leaks at the end would look into memory that is shut now. */
static void
leave (void)
{
  fflush (stdout);
  _exit (0);
}

/* Returns: 0, or why a file could not be made there. */
static int
make_file (const char *path)
{
  int fd = open (path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

  if (fd < 0)
    return errno;
  close (fd);
  return 0;
}

/* In a child: this test again, with a state folder of OWNER. */
static void
run_child (uid_t owner)
{
  g_autofree char *folder = temporary_folder_new ();

  if (geteuid () == 0)
    g_assert_cmpint (chown (folder, owner, (gid_t) -1), ==, 0);
  g_setenv (STATE, folder, TRUE);
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  temporary_folder_remove (folder);
}

static void
test_profiles (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (PROGRAMS); i++)
    {
      const ConfinementProfile *profile = confinement_profile (PROGRAMS[i]);
      g_assert_nonnull (profile);
      g_assert_cmpstr (profile->program, ==, PROGRAMS[i]);
      g_assert_nonnull (profile->writable[0]);
      for (gsize j = 0; j < i; j++)
        g_assert_cmpstr (profile->user, !=, confinement_profile (PROGRAMS[j])->user);
    }
  g_assert_null (confinement_profile ("posternctl"));
  g_assert_null (confinement_profile (""));
  g_assert_null (confinement_profile ("/usr/sbin/posternd"));
}

static void
try_files (const char *program)
{
  g_autofree char *elsewhere = in_state ("elsewhere");
  g_autofree char *kept = in_state ("elsewhere/kept");
  g_autofree char *foreign = in_state ("elsewhere/made");
  g_autofree char *beside = in_state ("made");
  const ConfinementProfile *profile = confinement_profile (program);

  g_assert_cmpint (mkdir (elsewhere, 0700), ==, 0);
  g_assert_cmpint (make_file (kept), ==, 0);
  enter (profile);
  for (const char *const *part = profile->writable; *part != NULL; part++)
    {
      g_autofree char *folder = in_state (*part);
      g_autofree char *own = g_build_filename (folder, "made", NULL);
      g_assert_cmpint (make_file (own), ==, 0);
      g_assert_cmpint (unlink (own), ==, 0);
      g_assert_cmpint (rename (kept, own), ==, -1);
    }
  g_assert_cmpint (make_file (foreign), ==, EACCES);
  g_assert_cmpint (make_file (beside), ==, EACCES);
  g_assert_cmpint (make_file (kept), ==, EACCES);
  g_assert_cmpint (unlink (kept), ==, -1);
  g_assert_true (g_file_test (kept, G_FILE_TEST_EXISTS)); /* what may be read is not fenced */
  leave ();
}

static void
test_files (gconstpointer program)
{
  if (g_test_subprocess ())
    try_files (program);
  if (!has_landlock ())
    {
      g_test_skip ("this kernel has no Landlock");
      return;
    }
  run_child (geteuid ());
  g_test_trap_assert_passed ();
}

static void
test_privileges (gconstpointer program)
{
  if (g_test_subprocess ())
    {
      enter (confinement_profile (program));
      g_assert_cmpint (prctl (PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0), ==, 1);
      g_assert_cmpint (prctl (PR_GET_DUMPABLE, 0, 0, 0, 0), ==, 0);
      g_assert_cmpint (socket (AF_INET, SOCK_RAW, 1), ==, -1);
      g_assert_cmpint (socket (AF_PACKET, SOCK_DGRAM, 0), ==, -1);
      g_assert_cmpint (setuid (geteuid () + 1), ==, -1);
      leave ();
    }
  run_child (geteuid ());
  g_test_trap_assert_passed ();
}

/* The child ends in order wherever execve() comes back, or the program ran. */
static void
test_run_ends_it (gconstpointer program)
{
  if (g_test_subprocess ())
    {
      char *const arguments[] = { (char *) "true", NULL };
      enter (confinement_profile (program));
      if (!has_filter ())
        g_print ("no filter\n");
      fflush (stdout);
      (void) execv ("/bin/true", arguments);
      leave ();
    }
  run_child (geteuid ());
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  g_test_trap_assert_stdout ("*no filter*");
  g_test_skip ("there is no filter for system calls in a program that is built with sanitizers");
#else
  g_test_trap_assert_stdout ("*entered*");
  g_test_trap_assert_stdout_unmatched ("*no filter*");
  g_test_trap_assert_failed ();
#endif
}

static void
test_root_stays_in_its_own_folder (void)
{
  if (g_test_subprocess ())
    {
      enter (confinement_profile ("posternd"));
      g_assert_cmpint (geteuid (), ==, 0);
      leave ();
    }
  if (geteuid () != 0)
    {
      g_test_skip ("only root can be root");
      return;
    }
  run_child (0);
  g_test_trap_assert_passed ();
}

static void
test_root_becomes_a_user (void)
{
  static const char *const none[] = { NULL };
  const ConfinementProfile nobody = { "postern-test", "nobody", CONFINEMENT_NETWORK, none };

  if (g_test_subprocess ())
    {
      enter (&nobody);
      g_assert_cmpint (geteuid (), ==, NOBODY);
      g_assert_cmpint (getuid (), ==, NOBODY);
      g_assert_cmpint (getgroups (0, NULL), <=, 1);
      g_assert_cmpint (setuid (0), ==, -1);
      leave ();
    }
  if (geteuid () != 0)
    {
      g_test_skip ("only root can become another user");
      return;
    }
  run_child (NOBODY);
  g_test_trap_assert_passed ();
}

static void
test_root_needs_a_user (void)
{
  static const char *const none[] = { NULL };
  const ConfinementProfile profiles[] = {
    { "postern-test", "postern-no-such-user", CONFINEMENT_NETWORK, none },
    { "postern-test", "root", CONFINEMENT_NETWORK, none }, /* is no way out */
  };

  if (g_test_subprocess ())
    {
      for (gsize i = 0; i < G_N_ELEMENTS (profiles); i++)
        {
          g_autoptr (GError) error = NULL;
          g_assert_false (confinement_enter (&profiles[i], g_getenv (STATE), NULL, &error));
          g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
        }
      leave ();
    }
  if (geteuid () != 0)
    {
      g_test_skip ("only root has somebody to become");
      return;
    }
  run_child (NOBODY);
  g_test_trap_assert_passed ();
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/confinement/profiles", test_profiles);
  for (gsize i = 0; i < G_N_ELEMENTS (PROGRAMS); i++)
    {
      g_autofree char *files = g_strconcat ("/confinement/files/", PROGRAMS[i], NULL);
      g_autofree char *privileges = g_strconcat ("/confinement/privileges/", PROGRAMS[i], NULL);
      g_test_add_data_func (files, PROGRAMS[i], test_files);
      g_test_add_data_func (privileges, PROGRAMS[i], test_privileges);
    }
  g_test_add_data_func ("/confinement/run/posternd", "posternd", test_run_ends_it);
  g_test_add_data_func ("/confinement/run/postern-deliverd", "postern-deliverd", test_run_ends_it);
  g_test_add_func ("/confinement/root-stays", test_root_stays_in_its_own_folder);
  g_test_add_func ("/confinement/root-becomes", test_root_becomes_a_user);
  g_test_add_func ("/confinement/root-needs-a-user", test_root_needs_a_user);
  return g_test_run ();
}
