/* SPDX-License-Identifier: GPL-3.0-or-later */
/* open and open64, pwrite and pwrite64 are two functions each here. */
#undef _FILE_OFFSET_BITS
#undef _FORTIFY_SOURCE

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* kill-at-call.so: in LD_PRELOAD, counts the calls by which a process reads or changes files below
 * the folder KILL_AT_FOLDER, and ends it, or lets the call fail, at one of them. KILL_AT_CONTROL
 * is a file that holds what a test wants, and that both have mapped. */

struct control
{
  uint32_t at;    /* the call that is meant, from 1; 0: none, and nothing is counted */
  uint32_t count; /* how many there were */
  int32_t fault;  /* the errno of the call; KILL, or KILL_HALF_WAY for a write of half the bytes */
  uint32_t lasting; /* whether each later call fails, too */
  char name[32];    /* of the call that was met */
};

enum
{
  KILL = 0,
  KILL_HALF_WAY = -1
};

#define NEXT(name) ((__typeof__ (&name)) dlsym (RTLD_NEXT, #name))
#define EXPORT __attribute__ ((visibility ("default")))

static struct control *control;
static const char *folder;
static int (*next_open) (const char *, int, ...);

__attribute__ ((constructor)) static void
begin (void)
{
  const char *path = getenv ("KILL_AT_CONTROL");
  folder = getenv ("KILL_AT_FOLDER");
  next_open = (int (*) (const char *, int, ...)) dlsym (RTLD_NEXT, "open");
  int fd = path && folder ? next_open (path, O_RDWR | O_CLOEXEC) : -1;
  if (fd < 0)
    return;
  void *map = mmap (NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  control = map == MAP_FAILED ? NULL : map;
}

static int
is_ours (const char *path)
{
  return control && control->at && path && strncmp (path, folder, strlen (folder)) == 0;
}

static int
is_our_descriptor (int fd)
{
  char link[32], path[4096];
  int problem = errno;

  if (!control || !control->at || fd <= STDERR_FILENO) /* the log may lie there, too */
    return 0;
  snprintf (link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink (link, path, sizeof path - 1);
  errno = problem;
  path[length > 0 ? length : 0] = '\0';
  return is_ours (path);
}

/* Whether the call is to fail; does not return where it is the last one. */
static int
meet (const char *name)
{
  uint32_t number = __atomic_add_fetch (&control->count, 1, __ATOMIC_SEQ_CST);

  if (number != control->at && !(control->lasting && number > control->at))
    return 0;
  strncpy (control->name, name, sizeof control->name - 1);
  if (control->fault <= 0)
    kill (getpid (), SIGKILL);
  errno = control->fault;
  return 1;
}

static int
is_half_way (void)
{
  return control->fault == KILL_HALF_WAY && control->count + 1 == control->at;
}

#define CALL(type, name, parameters, arguments, is_met)                                            \
  EXPORT type name parameters;                                                                     \
  type name parameters                                                                             \
  {                                                                                                \
    return (is_met) && meet (#name) ? (type) -1 : NEXT (name) arguments;                           \
  }

#define WRITE(name, parameters, arguments, half)                                                   \
  EXPORT ssize_t name parameters;                                                                  \
  ssize_t name parameters                                                                          \
  {                                                                                                \
    int is_met = is_our_descriptor (fd);                                                           \
    if (is_met && is_half_way ())                                                                  \
      (void) !NEXT (name) half;                                                                    \
    return is_met && meet (#name) ? -1 : NEXT (name) arguments;                                    \
  }

#define OPEN(name)                                                                                 \
  EXPORT int name (const char *path, int flags, ...);                                              \
  int name (const char *path, int flags, ...)                                                      \
  {                                                                                                \
    va_list rest;                                                                                  \
    va_start (rest, flags);                                                                        \
    mode_t mode = va_arg (rest, mode_t);                                                           \
    va_end (rest);                                                                                 \
    return is_ours (path) && meet (#name) ? -1 : NEXT (name) (path, flags, mode);                  \
  }

OPEN (open)
OPEN (open64)
WRITE (write, (int fd, const void *b, size_t n), (fd, b, n), (fd, b, n / 2))
WRITE (pwrite, (int fd, const void *b, size_t n, off_t at), (fd, b, n, at), (fd, b, n / 2, at))
WRITE (pwrite64, (int fd, const void *b, size_t n, off64_t at), (fd, b, n, at), (fd, b, n / 2, at))
CALL (ssize_t, read, (int fd, void *b, size_t n), (fd, b, n), is_our_descriptor (fd))
CALL (int, fsync, (int fd), (fd), is_our_descriptor (fd))
CALL (int, fdatasync, (int fd), (fd), is_our_descriptor (fd))
CALL (int, fchmod, (int fd, mode_t mode), (fd, mode), is_our_descriptor (fd))
CALL (int, fchown, (int fd, uid_t user, gid_t group), (fd, user, group), is_our_descriptor (fd))
CALL (int, rename, (const char *from, const char *to), (from, to), is_ours (to))
CALL (int,
      renameat2,
      (int fd, const char *from, int fd2, const char *to, unsigned flags),
      (fd, from, fd2, to, flags),
      is_ours (to))
CALL (int, link, (const char *from, const char *to), (from, to), is_ours (to))
CALL (int, unlink, (const char *path), (path), is_ours (path))
CALL (int, mkdir, (const char *path, mode_t mode), (path, mode), is_ours (path))
