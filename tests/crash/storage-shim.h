/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the shims share. To be included before anything else: open and open64, pwrite and pwrite64 are
 * two functions each here. */
#pragma once

#undef _FILE_OFFSET_BITS
#undef _FORTIFY_SOURCE

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define PATH_SIZE 4096
#define NEXT(name) ((__typeof__ (&name)) dlsym (RTLD_NEXT, #name))
#define EXPORT __attribute__ ((visibility ("default")))

/* Where a descriptor leads to; "" for nowhere. */
static inline void
path_of (int fd, char path[PATH_SIZE])
{
  char link[32];
  int problem = errno;

  snprintf (link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink (link, path, PATH_SIZE - 1);
  errno = problem;
  path[length > 0 ? length : 0] = '\0';
}
