/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/client/child-pipe.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

/* A program whose pipe has ended says why and goes; one that does not is told to go. */
#define PATIENCE_SECONDS 2
#define COMPLAINT_BYTES 4096

struct _ChildPipe
{
  GSubprocess *process; /* (owned) */
  GIOStream *stream;    /* (owned) */
  int complaints;       /* descriptor of a file without a name */
  GCancellable *cancellable;
  guint source; /* the end of patience; 0 for none */
  ChildPipeEnded ended;
  gpointer user_data;
};

static char *
last_line (int descriptor)
{
  char buffer[COMPLAINT_BYTES + 1];
  off_t end = lseek (descriptor, 0, SEEK_END);
  ssize_t length = pread (descriptor, buffer, COMPLAINT_BYTES, MAX (end - COMPLAINT_BYTES, 0));
  const char *line;

  buffer[MAX (length, 0)] = '\0';
  g_strchomp (buffer);
  line = strrchr (buffer, '\n');
  return g_utf8_make_valid (line != NULL ? line + 1 : buffer, -1);
}

static void
on_ended (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!g_subprocess_wait_finish (G_SUBPROCESS (source), result, &error))
    return; /* cancelled: self is gone */

  ChildPipe *self = user_data;
  g_clear_handle_id (&self->source, g_source_remove);
  self->ended (last_line (self->complaints), self->user_data);
}

static gboolean
lose_patience (gpointer user_data)
{
  ChildPipe *self = user_data;

  self->source = 0;
  g_subprocess_send_signal (self->process, SIGTERM);
  return G_SOURCE_REMOVE;
}

/* In the child: it goes with this program, however that ends. */
static void
follow_parent (gpointer user_data)
{
  prctl (PR_SET_PDEATHSIG, SIGTERM);
}

ChildPipe *
child_pipe_new (const char *const *argv, const char *const *environment, GError **error)
{
  g_autoptr (GSubprocessLauncher) launcher
      = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  int complaints = memfd_create ("complaints", MFD_CLOEXEC);
  g_autoptr (GSubprocess) process = NULL;

  for (; environment != NULL && *environment != NULL; environment += 2)
    g_subprocess_launcher_setenv (launcher, environment[0], environment[1], TRUE);
  if (complaints >= 0)
    g_subprocess_launcher_take_stderr_fd (launcher, fcntl (complaints, F_DUPFD_CLOEXEC, 3));
  g_subprocess_launcher_set_child_setup (launcher, follow_parent, NULL, NULL);
  process = g_subprocess_launcher_spawnv (launcher, argv, error);
  if (process == NULL)
    {
      if (complaints >= 0)
        close (complaints);
      return NULL;
    }

  ChildPipe *self = g_new0 (ChildPipe, 1);
  self->process = g_steal_pointer (&process);
  self->complaints = complaints;
  self->cancellable = g_cancellable_new ();
  self->stream = g_simple_io_stream_new (g_subprocess_get_stdout_pipe (self->process),
                                         g_subprocess_get_stdin_pipe (self->process));
  return self;
}

GIOStream *
child_pipe_get_stream (ChildPipe *self)
{
  return self->stream;
}

void
child_pipe_end (ChildPipe *self, ChildPipeEnded ended, gpointer user_data)
{
  self->ended = ended;
  self->user_data = user_data;
  self->source = g_timeout_add_seconds (PATIENCE_SECONDS, lose_patience, self);
  g_subprocess_wait_async (self->process, self->cancellable, on_ended, self);
}

void
child_pipe_free (ChildPipe *self)
{
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  g_clear_handle_id (&self->source, g_source_remove);
  g_subprocess_send_signal (self->process, SIGTERM);
  g_object_unref (self->stream);
  g_object_unref (self->process);
  if (self->complaints >= 0)
    close (self->complaints);
  g_free (self);
}
