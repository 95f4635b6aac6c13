/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pwrite and pwrite64 are two functions here. */
#undef _FILE_OFFSET_BITS

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

/* slow-flush.so: in LD_PRELOAD, makes a disk of whatever there is on which each flush takes
 * SLOW_FLUSH_MS (5) longer, as on a busy one or one behind a network. Only whoever flushes waits. */

/* For programs that clear their environment. */
#define DEFAULT_US 5000

static void
wait_longer (void)
{
  const char *words = getenv ("SLOW_FLUSH_MS");
  long us = words ? (long) (strtod (words, NULL) * 1000) : DEFAULT_US;
  struct timespec rest = { us / 1000000, us % 1000000 * 1000 };
  int problem = errno;
  while (clock_nanosleep (CLOCK_MONOTONIC, 0, &rest, &rest) == EINTR)
    ;
  errno = problem;
}

/* The next definition of the function that stands here, which is the system's. */
#define NEXT(name) ((__typeof__ (&name)) dlsym (RTLD_NEXT, #name))

#define FLUSHES(type, name, parameters, arguments, is_flush)                                       \
  __attribute__ ((visibility ("default"))) type name parameters;                                   \
  type name parameters                                                                             \
  {                                                                                                \
    static __typeof__ (&name) next;                                                                \
    if (!next)                                                                                     \
      next = NEXT (name);                                                                          \
    type result = next arguments;                                                                  \
    if (result >= 0 && (is_flush))                                                                 \
      wait_longer ();                                                                              \
    return result;                                                                                 \
  }

/* Whether each write to @fd is a flush. */
static int
is_synchronous (int fd)
{
  int problem = errno;
  int flags = fcntl (fd, F_GETFL);
  errno = problem;
  return flags >= 0 && (flags & O_DSYNC); /* a part of O_SYNC */
}

FLUSHES (int, fsync, (int fd), (fd), 1)
FLUSHES (int, fdatasync, (int fd), (fd), 1)
FLUSHES (int, syncfs, (int fd), (fd), 1)
FLUSHES (int, msync, (void *at, size_t n, int flags), (at, n, flags), flags &MS_SYNC)
FLUSHES (int,
         sync_file_range,
         (int fd, off64_t at, off64_t n, unsigned flags),
         (fd, at, n, flags),
         flags &SYNC_FILE_RANGE_WAIT_AFTER)
FLUSHES (ssize_t, write, (int fd, const void *b, size_t n), (fd, b, n), is_synchronous (fd))
FLUSHES (ssize_t,
         pwrite,
         (int fd, const void *b, size_t n, off_t at),
         (fd, b, n, at),
         is_synchronous (fd))
FLUSHES (ssize_t,
         pwrite64,
         (int fd, const void *b, size_t n, off64_t at),
         (fd, b, n, at),
         is_synchronous (fd))
FLUSHES (ssize_t, writev, (int fd, const struct iovec *v, int n), (fd, v, n), is_synchronous (fd))
FLUSHES (ssize_t,
         pwritev,
         (int fd, const struct iovec *v, int n, off_t at),
         (fd, v, n, at),
         is_synchronous (fd))
FLUSHES (ssize_t,
         pwritev64,
         (int fd, const struct iovec *v, int n, off64_t at),
         (fd, v, n, at),
         is_synchronous (fd))
