/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/queue/queue-wake.h"

#include <errno.h>
#include <gio/gio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static struct sockaddr_un
address_in (int folder_fd)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  g_snprintf (address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d/wake", folder_fd);
  return address;
}

int
queue_wake_open (GError **error)
{
  int fd = socket (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0)
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno),
                 "cannot make the wake socket: %s", g_strerror (errno));
  return fd;
}

int
queue_wake_bind (int folder_fd, GError **error)
{
  int fd = queue_wake_open (error);
  if (fd < 0)
    return -1;
  struct sockaddr_un address = address_in (folder_fd);
  unlinkat (folder_fd, "wake", 0);
  if (bind (fd, (struct sockaddr *) &address, sizeof address) == 0)
    return fd;
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "cannot bind the wake socket: %s",
               g_strerror (errno));
  close (fd);
  return -1;
}

void
queue_wake_send (int fd, int folder_fd)
{
  struct sockaddr_un address = address_in (folder_fd);
  /* Nobody there, or a nudge waiting already: both are fine. */
  (void) !sendto (fd, "", 1, MSG_DONTWAIT | MSG_NOSIGNAL, (struct sockaddr *) &address,
                  sizeof address);
}

void
queue_wake_drain (int fd)
{
  char byte;
  while (recv (fd, &byte, sizeof byte, MSG_DONTWAIT) >= 0 || errno == EINTR)
    ;
}
