/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Processes that die, and processes that write side by side. No thread may run here when a child is
 * forked. */
#include "queue-fixture.h"
#include "servers/queue/queue-body.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#define LARGE (QUEUE_BODY_SMALL_MAX + 1000)

/* A child process that adds messages and writes the id of each one that was acknowledged. */
static int ack_fd;
static GMutex window_lock;
static GCond window_changed;
static guint in_flight;

static void
on_added_in_child (gpointer user_data, guint64 id, const GError *error)
{
  if (error == NULL && write (ack_fd, &id, sizeof id) != sizeof id)
    _exit (2);
  g_mutex_lock (&window_lock);
  in_flight--;
  g_cond_signal (&window_changed);
  g_mutex_unlock (&window_lock);
}

static gsize
size_of_message (guint number)
{
  return number % 8 == 7 ? LARGE : 200 + number % 3000;
}

static void
run_child (const QueueFixture *fixture, guint messages, gboolean has_journal)
{
  Queue *queue = queue_open (fixture->folder, NULL);
  if (queue == NULL || (has_journal && !queue_use_journal (queue, NULL)))
    _exit (3);
  for (guint i = 0; i < messages; i++)
    {
      g_mutex_lock (&window_lock);
      while (in_flight >= 32)
        g_cond_wait (&window_changed, &window_lock);
      in_flight++;
      g_mutex_unlock (&window_lock);
      guint64 id = queue_reserve_id (queue);
      Envelope *envelope = queue_fixture_envelope (id);
      envelope->next_attempt = 1 + (gint64) size_of_message (i); /* tells the reader what to find */
      queue_add (queue, envelope, queue_fixture_body (queue, id, size_of_message (i)),
                 on_added_in_child, NULL);
    }
  queue_close (queue);
  _exit (0);
}

static pid_t
start_child (const QueueFixture *fixture, guint messages, gboolean has_journal, int *read_fd)
{
  int fds[2];
  g_assert_cmpint (pipe (fds), ==, 0);
  pid_t child = fork ();
  if (child == 0)
    {
      close (fds[0]);
      ack_fd = fds[1];
      run_child (fixture, messages, has_journal);
    }
  close (fds[1]);
  *read_fd = fds[0];
  return child;
}

static guint
check_acknowledged (Queue *queue, GArray *acknowledged)
{
  for (guint i = 0; i < acknowledged->len; i++)
    {
      guint64 id = g_array_index (acknowledged, guint64, i);
      g_autoptr (Envelope) envelope = queue_fixture_get (queue, id);
      g_assert_nonnull (envelope);
      queue_fixture_assert_content (queue, id, (gsize) envelope->next_attempt - 1);
    }
  return acknowledged->len;
}

static void
test_kill (QueueFixture *fixture, gconstpointer has_journal)
{
  g_autoptr (GArray) acknowledged = g_array_new (FALSE, FALSE, sizeof (guint64));
  for (guint round = 0; round < 20; round++)
    {
      int fd;
      pid_t child = start_child (fixture, 100000, has_journal != NULL, &fd);
      guint64 id;
      for (guint i = 0; i < 20 + round * 17; i++)
        {
          g_assert_cmpint (read (fd, &id, sizeof id), ==, sizeof id);
          g_array_append_val (acknowledged, id);
        }
      kill (child, SIGKILL);
      g_assert_cmpint (waitpid (child, NULL, 0), ==, child);
      while (read (fd, &id, sizeof id) == sizeof id)
        g_array_append_val (acknowledged, id);
      close (fd);
    }

  g_autoptr (Queue) queue = queue_fixture_open (fixture);
  g_assert_true (queue_clean (queue, NULL));
  g_test_message ("%u acknowledged", check_acknowledged (queue, acknowledged));
  /* What else is there is whole, too: committed, but the child died before it could say so. */
  g_autoptr (GPtrArray) list = queue_list (queue, NULL, 0, NULL);
  g_assert_cmpuint (list->len, >=, acknowledged->len);
  guint large = 0;
  for (guint i = 0; i < list->len; i++)
    {
      const Envelope *envelope = g_ptr_array_index (list, i);
      queue_fixture_assert_content (queue, envelope->id, (gsize) envelope->next_attempt - 1);
      large += envelope->size > QUEUE_BODY_SMALL_MAX;
    }
  g_assert_cmpuint (queue_fixture_count_files (fixture), ==, large);
}

static void
test_two_processes (QueueFixture *fixture, gconstpointer data)
{
  int fds[2];
  pid_t children[2];
  for (guint i = 0; i < 2; i++)
    children[i] = start_child (fixture, 300, i == 0, &fds[i]);
  g_autoptr (GArray) acknowledged = g_array_new (FALSE, FALSE, sizeof (guint64));
  for (guint i = 0; i < 2; i++)
    {
      guint64 id;
      int status;
      while (read (fds[i], &id, sizeof id) == sizeof id)
        g_array_append_val (acknowledged, id);
      close (fds[i]);
      g_assert_cmpint (waitpid (children[i], &status, 0), ==, children[i]);
      g_assert_cmpint (status, ==, 0);
    }
  g_assert_cmpuint (acknowledged->len, ==, 600);
  g_autoptr (Queue) queue = queue_fixture_open (fixture);
  g_assert_cmpuint (queue_count (queue), ==, 600);
  check_acknowledged (queue, acknowledged);
}

#define ADD(name, has_journal, function)                                                           \
  g_test_add ("/queue-crash/" name, QueueFixture, has_journal, queue_fixture_set_up, function,     \
              queue_fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("kill", NULL, test_kill);
  ADD ("kill-with-journal", "", test_kill);
  ADD ("two-processes", NULL, test_two_processes);
  return g_test_run ();
}
