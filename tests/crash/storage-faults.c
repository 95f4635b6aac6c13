/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "storage-shim.h"

#include <signal.h>
#include <sys/file.h>

/* storage-faults.so: in LD_PRELOAD, counts the calls by which a process reads and changes storage below
 * the folder FAULTS_FOLDER, and lets one of them fail, or all from that one on, or ends the process at
 * one. FAULTS_CONTROL is a file that holds what a test wants, and that both have mapped. */

struct control
{
  uint32_t at;      /* the call that is meant, from 1; 0: none, and nothing is counted */
  uint32_t count;   /* how many there were */
  int32_t fault;    /* its errno, or one of those below */
  uint32_t lasting; /* whether each later call fails, too */
  char call[24];    /* only calls whose name contains this are meant, */
  char path[64];    /* and only where the file's path contains this */
  char met_call[24];
  char met_path[128]; /* what was met last */
};

enum
{
  KILL = 0,           /* the process ends */
  KILL_HALF_WAY = -1, /* after half of the bytes, where the call is a write */
  HALF = -2           /* a write writes half of its bytes, and says so; other calls: EIO */
};

static struct control *control;
static const char *folder;

__attribute__ ((constructor)) static void
begin (void)
{
  const char *path = getenv ("FAULTS_CONTROL");
  int (*next_open) (const char *, int, ...)
      = (int (*) (const char *, int, ...)) dlsym (RTLD_NEXT, "open");
  folder = getenv ("FAULTS_FOLDER");
  int fd = path && folder ? next_open (path, O_RDWR | O_CLOEXEC) : -1;
  if (fd < 0)
    return;
  void *map = mmap (NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  control = map == MAP_FAILED ? NULL : map;
}

static void
end_process (void)
{
  kill (getpid (), SIGKILL);
}

/* Whether the call is to fail; does not return where it is the last one. */
static int
meet (const char *call, const char *path)
{
  if (strncmp (path, folder, strlen (folder)) != 0 || !strstr (call, control->call)
      || !strstr (path, control->path))
    return 0;
  uint32_t number = __atomic_add_fetch (&control->count, 1, __ATOMIC_SEQ_CST);
  if (number != control->at && !(control->lasting && number > control->at))
    return 0;
  strncpy (control->met_call, call, sizeof control->met_call - 1);
  strncpy (control->met_path, path + strlen (folder), sizeof control->met_path - 1);
  if (control->fault == KILL)
    end_process ();
  errno = control->fault > 0 ? control->fault : EIO;
  return 1;
}

static int
fail (void)
{
  if (control->fault == KILL_HALF_WAY)
    end_process ();
  return -1;
}

static int
meet_descriptor (const char *call, int fd)
{
  char path[PATH_SIZE];

  if (!control || !control->at || fd <= STDERR_FILENO) /* the log may lie there, too */
    return 0;
  path_of (fd, path);
  return meet (call, path);
}

static int
meet_name (const char *call, int folder_fd, const char *name)
{
  char parent[PATH_SIZE], path[2 * PATH_SIZE];

  if (!control || !control->at)
    return 0;
  if (name[0] == '/' || folder_fd == AT_FDCWD)
    return meet (call, name);
  path_of (folder_fd, parent);
  snprintf (path, sizeof path, "%s/%s", parent, name);
  return meet (call, path);
}

#define CALL(type, name, parameters, arguments, is_met)                                            \
  EXPORT type name parameters;                                                                     \
  type name parameters                                                                             \
  {                                                                                                \
    return (is_met) ? (type) fail () : NEXT (name) arguments;                                      \
  }

/* --- Contents --- */

/* @half: the arguments that write half of it */
#define WRITE(name, parameters, arguments, half)                                                   \
  EXPORT ssize_t name parameters;                                                                  \
  ssize_t name parameters                                                                          \
  {                                                                                                \
    if (!meet_descriptor (#name, fd))                                                              \
      return NEXT (name) arguments;                                                                \
    ssize_t written = control->fault <= 0 && n > 1 ? NEXT (name) half : -1;                        \
    return control->fault == HALF ? written : fail ();                                             \
  }

WRITE (write, (int fd, const void *b, size_t n), (fd, b, n), (fd, b, n / 2))
WRITE (pwrite, (int fd, const void *b, size_t n, off_t at), (fd, b, n, at), (fd, b, n / 2, at))
WRITE (pwrite64, (int fd, const void *b, size_t n, off64_t at), (fd, b, n, at), (fd, b, n / 2, at))
WRITE (writev, (int fd, const struct iovec *v, int n), (fd, v, n), (fd, v, n / 2))
WRITE (pwritev,
       (int fd, const struct iovec *v, int n, off_t at),
       (fd, v, n, at),
       (fd, v, n / 2, at))
WRITE (pwritev64,
       (int fd, const struct iovec *v, int n, off64_t at),
       (fd, v, n, at),
       (fd, v, n / 2, at))

#define DESCRIPTOR(name, parameters, arguments)                                                    \
  CALL (int, name, parameters, arguments, meet_descriptor (#name, fd))

CALL (ssize_t, read, (int fd, void *b, size_t n), (fd, b, n), meet_descriptor ("read", fd))
DESCRIPTOR (fsync, (int fd), (fd))
DESCRIPTOR (fdatasync, (int fd), (fd))
DESCRIPTOR (ftruncate, (int fd, off_t size), (fd, size))
DESCRIPTOR (ftruncate64, (int fd, off64_t size), (fd, size))
DESCRIPTOR (flock, (int fd, int operation), (fd, operation))
DESCRIPTOR (fchmod, (int fd, mode_t mode), (fd, mode))
DESCRIPTOR (fchown, (int fd, uid_t user, gid_t group), (fd, user, group))

#define MAP(name, type)                                                                            \
  EXPORT void *name (void *at, size_t n, int protection, int flags, int fd, type offset);          \
  void *name (void *at, size_t n, int protection, int flags, int fd, type offset)                  \
  {                                                                                                \
    if (!(flags & MAP_ANONYMOUS) && meet_descriptor (#name, fd) && fail ())                        \
      return MAP_FAILED;                                                                           \
    return NEXT (name) (at, n, protection, flags, fd, offset);                                     \
  }

MAP (mmap, off_t)
MAP (mmap64, off64_t)

/* --- Names --- */

#define OPEN(name, parameters, arguments, fd)                                                      \
  EXPORT int name parameters;                                                                      \
  int name parameters                                                                              \
  {                                                                                                \
    va_list rest;                                                                                  \
    va_start (rest, flags);                                                                        \
    mode_t mode = va_arg (rest, mode_t);                                                           \
    va_end (rest);                                                                                 \
    return meet_name (#name, fd, path) ? fail () : NEXT (name) arguments;                          \
  }

OPEN (open, (const char *path, int flags, ...), (path, flags, mode), AT_FDCWD)
OPEN (open64, (const char *path, int flags, ...), (path, flags, mode), AT_FDCWD)
OPEN (openat, (int fd, const char *path, int flags, ...), (fd, path, flags, mode), fd)
OPEN (openat64, (int fd, const char *path, int flags, ...), (fd, path, flags, mode), fd)

#define NAME(name, parameters, arguments, fd, path)                                                \
  CALL (int, name, parameters, arguments, meet_name (#name, fd, path))

NAME (rename, (const char *from, const char *to), (from, to), AT_FDCWD, to)
NAME (renameat, (int fd, const char *from, int fd2, const char *to), (fd, from, fd2, to), fd2, to)
NAME (renameat2,
      (int fd, const char *from, int fd2, const char *to, unsigned flags),
      (fd, from, fd2, to, flags),
      fd2,
      to)
NAME (link, (const char *from, const char *to), (from, to), AT_FDCWD, to)
NAME (linkat,
      (int fd, const char *from, int fd2, const char *to, int flags),
      (fd, from, fd2, to, flags),
      fd2,
      to)
NAME (unlink, (const char *path), (path), AT_FDCWD, path)
NAME (unlinkat, (int fd, const char *path, int flags), (fd, path, flags), fd, path)
NAME (mkdir, (const char *path, mode_t mode), (path, mode), AT_FDCWD, path)
NAME (mkdirat, (int fd, const char *path, mode_t mode), (fd, path, mode), fd, path)
