/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "storage-shim.h"

#include <sys/socket.h>

/* storage-recorder.so: in LD_PRELOAD, writes down in RECORDER_LOG whatever a process does to storage
 * below the folder RECORDER_FOLDER, and what it sends to its clients. Several processes share a log.
 * A write is in it after it was done, a flush when it begins (FLUSH) and when it has ended well
 * (FLUSHED), a reply before it is sent: so what the log says was on the disk before a reply, was. */

enum kind
{
  CREATE = 'C',   /* @first: path; @offset: whether it is empty now */
  FOLDER = 'D',   /* @first: path */
  WRITE = 'W',    /* @second: bytes */
  SIZE = 'T',     /* @offset: the new size */
  RENAME = 'R',   /* @first, @second: paths */
  EXCHANGE = 'X', /* @first, @second: paths, whose files are exchanged */
  LINK = 'L',     /* @first, @second: paths */
  UNLINK = 'U',   /* @first: path, of a folder, too */
  FLUSH = 'B',    /* begins */
  FLUSHED = 'F',  /* has ended */
  REPLY = 'S',    /* @second: bytes */
  MARK = 'M'      /* @second: words; of a test, which knows more */
};

/* In front of each record, in the machine's byte order. */
struct head
{
  uint32_t kind;
  uint32_t process;
  uint64_t file; /* its inode */
  uint64_t offset;
  uint32_t first;  /* so many bytes follow, */
  uint32_t second; /* and so many more */
};

static int record_fd = -1;
static const char *folder;
static int (*next_openat) (int, const char *, int, ...);

__attribute__ ((constructor)) static void
begin (void)
{
  const char *path = getenv ("RECORDER_LOG");
  folder = getenv ("RECORDER_FOLDER");
  if (path && folder)
    record_fd = open (path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
}

/* One write each: records of several processes do not mix. */
static void
put (struct head head, const char *first, const struct iovec *second, int count)
{
  struct iovec parts[2 + 1024];
  int problem = errno;

  head.process = (uint32_t) getpid ();
  head.first = first ? (uint32_t) strlen (first) : 0;
  parts[0] = (struct iovec){ &head, sizeof head };
  parts[1] = (struct iovec){ (void *) first, head.first };
  for (int i = 0; i < count; i++)
    {
      parts[2 + i] = second[i];
      head.second += (uint32_t) second[i].iov_len;
    }
  if (NEXT (writev) (record_fd, parts, 2 + count) < 0)
    abort ();
  errno = problem;
}

static int
is_ours (const char *path)
{
  size_t length = folder ? strlen (folder) : 0;
  return record_fd >= 0 && strncmp (path, folder, length) == 0
         && (path[length] == '/' || !path[length]);
}

static int
is_our_descriptor (int fd)
{
  char path[PATH_SIZE];

  if (record_fd < 0)
    return 0;
  path_of (fd, path);
  return is_ours (path);
}

static void
resolve (int folder_fd, const char *name, char path[PATH_SIZE])
{
  char parent[PATH_SIZE];

  if (name[0] == '/' || folder_fd == AT_FDCWD)
    snprintf (path, PATH_SIZE, "%s", name);
  else
    {
      path_of (folder_fd, parent);
      snprintf (path, PATH_SIZE, "%.*s/%s", PATH_SIZE / 2, parent, name);
    }
}

static uint64_t
inode_of (int fd)
{
  struct stat status;
  return fstat (fd, &status) == 0 ? status.st_ino : 0;
}

/* --- Files --- */

static int
recorded_open (int folder_fd, const char *name, int flags, mode_t mode)
{
  char path[PATH_SIZE];
  if (!next_openat) /* another library's beginning */
    next_openat = (int (*) (int, const char *, int, ...)) dlsym (RTLD_NEXT, "openat");
  int fd = next_openat (folder_fd, name, flags, mode);

  if (fd < 0 || !(flags & (O_CREAT | O_TRUNC)))
    return fd;
  resolve (folder_fd, name, path);
  if (is_ours (path))
    put ((struct head){ .kind = CREATE, .file = inode_of (fd), .offset = !!(flags & O_TRUNC) },
         path, NULL, 0);
  return fd;
}

#define OPEN(name, parameters, folder_fd)                                                          \
  EXPORT int name parameters;                                                                      \
  int name parameters                                                                              \
  {                                                                                                \
    va_list rest;                                                                                  \
    va_start (rest, flags);                                                                        \
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg (rest, mode_t) : 0;                       \
    va_end (rest);                                                                                 \
    return recorded_open (folder_fd, path, flags, mode);                                           \
  }

OPEN (open, (const char *path, int flags, ...), AT_FDCWD)
OPEN (open64, (const char *path, int flags, ...), AT_FDCWD)
OPEN (openat, (int fd, const char *path, int flags, ...), fd)
OPEN (openat64, (int fd, const char *path, int flags, ...), fd)

/* @at: -1: where the descriptor stands */
static void
recorded_write (int fd, const struct iovec *parts, int count, ssize_t written, off64_t at)
{
  struct iovec done = { NULL, 0 };
  char *all;

  if (written <= 0 || !is_our_descriptor (fd))
    return;
  all = malloc ((size_t) written);
  for (int i = 0; i < count && done.iov_len < (size_t) written; i++)
    {
      size_t rest = (size_t) written - done.iov_len;
      size_t length = parts[i].iov_len < rest ? parts[i].iov_len : rest;
      memcpy (all + done.iov_len, parts[i].iov_base, length);
      done.iov_len += length;
    }
  done.iov_base = all;
  if (at < 0)
    at = lseek64 (fd, 0, SEEK_CUR) - written;
  put ((struct head){ .kind = WRITE, .file = inode_of (fd), .offset = (uint64_t) at }, NULL, &done,
       1);
  free (all);
  /* Each write of such a descriptor is a flush of what it wrote. */
  if (fcntl (fd, F_GETFL) & O_DSYNC)
    put ((struct head){ .kind = FLUSHED, .file = inode_of (fd), .offset = 1 }, NULL, NULL, 0);
}

#define WRITES(name, parameters, arguments, at, ...)                                               \
  EXPORT ssize_t name parameters;                                                                  \
  ssize_t name parameters                                                                          \
  {                                                                                                \
    ssize_t written = NEXT (name) arguments;                                                       \
    recorded_write (fd, __VA_ARGS__, written, at);                                                 \
    return written;                                                                                \
  }
#define ONE(b, n) (&(struct iovec){ (void *) (b), n }), 1

WRITES (write, (int fd, const void *b, size_t n), (fd, b, n), -1, ONE (b, n))
WRITES (pwrite, (int fd, const void *b, size_t n, off_t at), (fd, b, n, at), at, ONE (b, n))
WRITES (pwrite64, (int fd, const void *b, size_t n, off64_t at), (fd, b, n, at), at, ONE (b, n))
WRITES (writev, (int fd, const struct iovec *v, int n), (fd, v, n), -1, v, n)
WRITES (pwritev, (int fd, const struct iovec *v, int n, off_t at), (fd, v, n, at), at, v, n)
WRITES (pwritev64, (int fd, const struct iovec *v, int n, off64_t at), (fd, v, n, at), at, v, n)

#define SIZES(name, type)                                                                          \
  EXPORT int name (int fd, type size);                                                             \
  int name (int fd, type size)                                                                     \
  {                                                                                                \
    int result = NEXT (name) (fd, size);                                                           \
    if (result == 0 && is_our_descriptor (fd))                                                     \
      put ((struct head){ .kind = SIZE, .file = inode_of (fd), .offset = (uint64_t) size }, NULL,  \
           NULL, 0);                                                                               \
    return result;                                                                                 \
  }

SIZES (ftruncate, off_t)
SIZES (ftruncate64, off64_t)

#define FLUSHES(name)                                                                              \
  EXPORT int name (int fd);                                                                        \
  int name (int fd)                                                                                \
  {                                                                                                \
    int is_met = is_our_descriptor (fd);                                                           \
    if (is_met)                                                                                    \
      put ((struct head){ .kind = FLUSH, .file = inode_of (fd) }, NULL, NULL, 0);                  \
    int result = NEXT (name) (fd);                                                                 \
    if (is_met && result == 0)                                                                     \
      put ((struct head){ .kind = FLUSHED, .file = inode_of (fd) }, NULL, NULL, 0);                \
    return result;                                                                                 \
  }

FLUSHES (fsync)
FLUSHES (fdatasync)

/* --- Names --- */

static void
put_names (enum kind kind, int fd, const char *first, int fd2, const char *second)
{
  char path[PATH_SIZE], path2[PATH_SIZE] = "";
  struct stat status = { 0 };
  int problem = errno;

  if (record_fd < 0)
    return;
  resolve (fd, first, path);
  if (second)
    resolve (fd2, second, path2);
  if (!is_ours (path))
    return;
  if (kind == FOLDER)
    stat (path, &status);
  errno = problem;
  put ((struct head){ .kind = kind, .file = status.st_ino }, path,
       &(struct iovec){ path2, strlen (path2) }, 1);
}

#define NAMES(name, parameters, arguments, kind, fd, first, fd2, second)                           \
  EXPORT int name parameters;                                                                      \
  int name parameters                                                                              \
  {                                                                                                \
    int result = NEXT (name) arguments;                                                            \
    if (result == 0)                                                                               \
      put_names (kind, fd, first, fd2, second);                                                    \
    return result;                                                                                 \
  }

NAMES (mkdir, (const char *path, mode_t mode), (path, mode), FOLDER, AT_FDCWD, path, 0, NULL)
NAMES (
    mkdirat, (int fd, const char *path, mode_t mode), (fd, path, mode), FOLDER, fd, path, 0, NULL)
NAMES (rename, (const char *a, const char *b), (a, b), RENAME, AT_FDCWD, a, AT_FDCWD, b)
NAMES (renameat,
       (int fd, const char *a, int fd2, const char *b),
       (fd, a, fd2, b),
       RENAME,
       fd,
       a,
       fd2,
       b)
NAMES (renameat2,
       (int fd, const char *a, int fd2, const char *b, unsigned int flags),
       (fd, a, fd2, b, flags),
       flags &RENAME_EXCHANGE ? EXCHANGE : RENAME,
       fd,
       a,
       fd2,
       b)
NAMES (link, (const char *a, const char *b), (a, b), LINK, AT_FDCWD, a, AT_FDCWD, b)
NAMES (unlink, (const char *path), (path), UNLINK, AT_FDCWD, path, 0, NULL)
NAMES (
    unlinkat, (int fd, const char *path, int flags), (fd, path, flags), UNLINK, fd, path, 0, NULL)
NAMES (rmdir, (const char *path), (path), UNLINK, AT_FDCWD, path, 0, NULL)

/* --- Replies --- */

EXPORT ssize_t send (int fd, const void *bytes, size_t length, int flags);
ssize_t
send (int fd, const void *bytes, size_t length, int flags)
{
  if (record_fd >= 0)
    put ((struct head){ .kind = REPLY }, NULL, &(struct iovec){ (void *) bytes, length }, 1);
  return NEXT (send) (fd, bytes, length, flags);
}
