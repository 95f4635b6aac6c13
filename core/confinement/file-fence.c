/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/confinement/file-fence.h"

#include <fcntl.h>
#include <link.h>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define LOWEST_VERSION 2 /* LANDLOCK_ACCESS_FS_REFER: from tmp/ to new/ of a mailbox */

/* Newer than the oldest kernel's headers that this is built with. */
#define FS_TRUNCATE (1ULL << 14)  /* 3 */
#define FS_IOCTL_DEV (1ULL << 15) /* 5 */
#define SCOPE_SIGNAL (1ULL << 1)  /* 6 */

/* struct landlock_ruleset_attr, as of version 6; a kernel takes as much of it as it knows. */
typedef struct
{
  guint64 files, network, scoped;
} Ruleset;

#define IN_FILES (LANDLOCK_ACCESS_FS_WRITE_FILE | FS_TRUNCATE)
#define IN_FOLDERS                                                                                 \
  (LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_DIR    \
   | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_REFER)
/* To rename one is to make it; to make a device takes a privilege besides. */
#define ODD_KINDS                                                                                  \
  (LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_SYM | LANDLOCK_ACCESS_FS_MAKE_CHAR       \
   | LANDLOCK_ACCESS_FS_MAKE_BLOCK)
#define NOWHERE (LANDLOCK_ACCESS_FS_EXECUTE | FS_IOCTL_DEV)

static const char *const HELPERS[] = { "/usr/sbin/unix_chkpwd", "/sbin/unix_chkpwd" };

static guint64
known_rights (int version)
{
  guint64 rights = IN_FILES | IN_FOLDERS | ODD_KINDS | NOWHERE;

  if (version < 3)
    rights &= ~FS_TRUNCATE;
  if (version < 5)
    rights &= ~FS_IOCTL_DEV;
  return rights;
}

static int
make_ruleset (int version)
{
  Ruleset ruleset = { .files = known_rights (version), .scoped = SCOPE_SIGNAL };
  gsize size = version < 4   ? G_STRUCT_OFFSET (Ruleset, network)
               : version < 6 ? G_STRUCT_OFFSET (Ruleset, scoped)
                             : sizeof ruleset;

  return (int) syscall (SYS_landlock_create_ruleset, &ruleset, size, 0);
}

/* What is not there needs no gate. */
static void
allow (int ruleset, const char *path, guint64 rights)
{
  struct landlock_path_beneath_attr rule = {
    .allowed_access = rights,
    .parent_fd = open (path, O_PATH | O_CLOEXEC),
  };

  if (rule.parent_fd < 0)
    return;
  if (syscall (SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) != 0)
    g_warning ("%s stays behind the fence: %m", path);
  close (rule.parent_fd);
}

/* Of the first object, which is the program itself: the loader that the kernel runs with it. */
static int
find_loader (struct dl_phdr_info *object, size_t size, void *loader)
{
  for (guint i = 0; i < object->dlpi_phnum; i++)
    if (object->dlpi_phdr[i].p_type == PT_INTERP)
      *(const char **) loader = (const char *) (object->dlpi_addr + object->dlpi_phdr[i].p_vaddr);
  return 1;
}

static void
allow_helper (int ruleset)
{
  const char *loader = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (HELPERS); i++)
    allow (ruleset, HELPERS[i], LANDLOCK_ACCESS_FS_EXECUTE);
  (void) dl_iterate_phdr (find_loader, &loader);
  if (loader != NULL)
    allow (ruleset, loader, LANDLOCK_ACCESS_FS_EXECUTE);
}

int
file_fence_raise (const char *const *writable, ConfinementNeeds needs)
{
  int version
      = (int) syscall (SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
  int ruleset = version < LOWEST_VERSION ? -1 : make_ruleset (version);

  if (ruleset < 0)
    return 0;

  guint64 rights = IN_FILES | IN_FOLDERS | ((needs & CONFINEMENT_PUTS_ASIDE) ? ODD_KINDS : 0);
  for (; *writable != NULL; writable++)
    allow (ruleset, *writable, rights & known_rights (version));
  allow (ruleset, "/dev/null", IN_FILES & known_rights (version));
  if (needs & CONFINEMENT_ASKS_PAM)
    allow_helper (ruleset);

  gboolean done = prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
                  && syscall (SYS_landlock_restrict_self, ruleset, 0) == 0;
  close (ruleset);
  return done ? version : 0;
}
