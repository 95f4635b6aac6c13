/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Linked to all programs in front of GLib, where they are built with ThreadSanitizer. GLib's locks are futexes, which the sanitizer can't see: without this, all that
 * they guard looks like a race. Here each lock is one of POSIX threads, which it does see; for the other means
 * of GLib by which one thread hands something to another, it is told what happened before what. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <glib.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

/* ThreadSanitizer's own: all that was done before the release of @what has happened before what
 * follows its acquisition. */
void __tsan_acquire (void *what);
void __tsan_release (void *what);

#undef g_atomic_ref_count_dec
#undef g_free
#undef g_malloc
#undef g_malloc0
#undef g_malloc_n
#undef g_malloc0_n
#undef g_realloc
#undef g_once_init_enter
#undef g_once_init_leave

/* GLib's own function of this name. */
static void *
next_symbol (const char *name)
{
  void *symbol = dlsym (RTLD_NEXT, name);
  if (symbol == NULL)
    abort ();
  return symbol;
}

/* Calls GLib's own function NAME: the one that the program would have without this file. */
#define NEXT(name)                                                                                 \
  ({                                                                                               \
    static gpointer known;                                                                         \
    gpointer next = __atomic_load_n (&known, __ATOMIC_ACQUIRE);                                    \
    if (next == NULL)                                                                              \
      __atomic_store_n (&known, next = next_symbol (#name), __ATOMIC_RELEASE);                     \
    (typeof (&name)) next;                                                                         \
  })

/* A lock that is all zeros is one that nobody has used: it gets its pthread's part now. */
#define LAZILY(Type, place, init)                                                                  \
  ({                                                                                               \
    Type *made = __atomic_load_n ((Type **) (place), __ATOMIC_ACQUIRE);                            \
    if (made == NULL)                                                                              \
      {                                                                                            \
        Type *mine = malloc (sizeof *mine), *none = NULL;                                          \
        init (mine, NULL);                                                                         \
        if (__atomic_compare_exchange_n ((Type **) (place), &none, mine, FALSE, __ATOMIC_ACQ_REL,  \
                                         __ATOMIC_ACQUIRE))                                        \
          made = mine;                                                                             \
        else                                                                                       \
          {                                                                                        \
            free (mine);                                                                           \
            made = none;                                                                           \
          }                                                                                        \
      }                                                                                            \
    made;                                                                                          \
  })

static pthread_mutex_t *
mutex_of (GMutex *mutex)
{
  return LAZILY (pthread_mutex_t, &mutex->p, pthread_mutex_init);
}

void
g_mutex_init (GMutex *mutex)
{
  mutex->p = NULL;
}

void
g_mutex_clear (GMutex *mutex)
{
  if (mutex->p != NULL)
    pthread_mutex_destroy (mutex->p);
  free (mutex->p);
  mutex->p = NULL;
}

void
g_mutex_lock (GMutex *mutex)
{
  pthread_mutex_lock (mutex_of (mutex));
}

gboolean
g_mutex_trylock (GMutex *mutex)
{
  return pthread_mutex_trylock (mutex_of (mutex)) == 0;
}

void
g_mutex_unlock (GMutex *mutex)
{
  pthread_mutex_unlock (mutex_of (mutex));
}

static int
init_recursive (pthread_mutex_t *mutex, const pthread_mutexattr_t *defaults)
{
  g_assert (defaults == NULL);
  pthread_mutexattr_t attributes;

  pthread_mutexattr_init (&attributes);
  pthread_mutexattr_settype (&attributes, PTHREAD_MUTEX_RECURSIVE);
  return pthread_mutex_init (mutex, &attributes);
}

static pthread_mutex_t *
rec_mutex_of (GRecMutex *mutex)
{
  return LAZILY (pthread_mutex_t, &mutex->p, init_recursive);
}

void
g_rec_mutex_init (GRecMutex *mutex)
{
  mutex->p = NULL;
}

void
g_rec_mutex_clear (GRecMutex *mutex)
{
  if (mutex->p != NULL)
    pthread_mutex_destroy (mutex->p);
  free (mutex->p);
  mutex->p = NULL;
}

void
g_rec_mutex_lock (GRecMutex *mutex)
{
  pthread_mutex_lock (rec_mutex_of (mutex));
}

gboolean
g_rec_mutex_trylock (GRecMutex *mutex)
{
  return pthread_mutex_trylock (rec_mutex_of (mutex)) == 0;
}

void
g_rec_mutex_unlock (GRecMutex *mutex)
{
  pthread_mutex_unlock (rec_mutex_of (mutex));
}

static int
init_monotonic (pthread_cond_t *cond, const pthread_condattr_t *defaults)
{
  g_assert (defaults == NULL);
  pthread_condattr_t attributes;

  pthread_condattr_init (&attributes);
  pthread_condattr_setclock (&attributes, CLOCK_MONOTONIC);
  return pthread_cond_init (cond, &attributes);
}

static pthread_cond_t *
cond_of (GCond *cond)
{
  return LAZILY (pthread_cond_t, &cond->p, init_monotonic);
}

void
g_cond_init (GCond *cond)
{
  cond->p = NULL;
}

void
g_cond_clear (GCond *cond)
{
  if (cond->p != NULL)
    pthread_cond_destroy (cond->p);
  free (cond->p);
  cond->p = NULL;
}

void
g_cond_wait (GCond *cond, GMutex *mutex)
{
  pthread_cond_wait (cond_of (cond), mutex_of (mutex));
}

gboolean
g_cond_wait_until (GCond *cond, GMutex *mutex, gint64 end_us)
{
  struct timespec end
      = { .tv_sec = end_us / G_USEC_PER_SEC, .tv_nsec = end_us % G_USEC_PER_SEC * 1000 };
  return pthread_cond_timedwait (cond_of (cond), mutex_of (mutex), &end) != ETIMEDOUT;
}

void
g_cond_signal (GCond *cond)
{
  pthread_cond_signal (cond_of (cond));
}

void
g_cond_broadcast (GCond *cond)
{
  pthread_cond_broadcast (cond_of (cond));
}

static pthread_rwlock_t *
rw_lock_of (GRWLock *lock)
{
  return LAZILY (pthread_rwlock_t, &lock->p, pthread_rwlock_init);
}

void
g_rw_lock_init (GRWLock *lock)
{
  lock->p = NULL;
}

void
g_rw_lock_clear (GRWLock *lock)
{
  if (lock->p != NULL)
    pthread_rwlock_destroy (lock->p);
  free (lock->p);
  lock->p = NULL;
}

void
g_rw_lock_reader_lock (GRWLock *lock)
{
  pthread_rwlock_rdlock (rw_lock_of (lock));
}

void
g_rw_lock_reader_unlock (GRWLock *lock)
{
  pthread_rwlock_unlock (rw_lock_of (lock));
}

void
g_rw_lock_writer_lock (GRWLock *lock)
{
  pthread_rwlock_wrlock (rw_lock_of (lock));
}

void
g_rw_lock_writer_unlock (GRWLock *lock)
{
  pthread_rwlock_unlock (rw_lock_of (lock));
}

/* Who lets go last sees all that the others have done. */
gboolean
g_atomic_ref_count_dec (gatomicrefcount *count)
{
  return __atomic_fetch_sub (count, 1, __ATOMIC_ACQ_REL) == 1;
}

#define RELEASE_BOX(name, parameters, arguments, box)                                              \
  void name parameters                                                                             \
  {                                                                                                \
    if (box != NULL)                                                                               \
      {                                                                                            \
        __tsan_release (box);                                                                      \
        __tsan_acquire (box);                                                                      \
      }                                                                                            \
    NEXT (name) arguments;                                                                         \
  }

RELEASE_BOX (g_atomic_rc_box_release_full, (gpointer box, GDestroyNotify clear), (box, clear), box)
RELEASE_BOX (g_atomic_rc_box_release, (gpointer box), (box), box)
RELEASE_BOX (g_bytes_unref, (GBytes * bytes), (bytes), bytes)

/* What is done once has happened before all who find it done: they read the very place. */
void
g_once_init_leave (void volatile *place, gsize result)
{
  __tsan_release ((void *) place);
  NEXT (g_once_init_leave) (place, result);
}

gboolean
g_once_init_enter (void volatile *place)
{
  gboolean is_first = NEXT (g_once_init_enter) (place);
  __tsan_acquire ((void *) place);
  return is_first;
}

gpointer
g_once_impl (GOnce *once, GThreadFunc func, gpointer data)
{
  gpointer result = NEXT (g_once_impl) (once, func, data);
  __tsan_acquire ((void *) &once->status);
  __tsan_release ((void *) &once->status);
  return result;
}

void
g_async_queue_push (GAsyncQueue *queue, gpointer data)
{
  __tsan_release (queue);
  NEXT (g_async_queue_push) (queue, data);
}

#define POP(name, parameters, arguments)                                                           \
  gpointer name parameters                                                                         \
  {                                                                                                \
    gpointer data = NEXT (name) arguments;                                                         \
    __tsan_acquire (queue);                                                                        \
    return data;                                                                                   \
  }

POP (g_async_queue_pop, (GAsyncQueue * queue), (queue))
POP (g_async_queue_try_pop, (GAsyncQueue * queue), (queue))
POP (g_async_queue_timeout_pop, (GAsyncQueue * queue, guint64 timeout_us), (queue, timeout_us))

/* What a pool does: @func, after all that happened before the push, and before the pool's end. */
typedef struct
{
  GFunc func;
  gpointer data;
} PoolDeed;

static void
pool_deed_run (gpointer item, gpointer data)
{
  PoolDeed *deed = data;

  __tsan_acquire (deed);
  deed->func (item, deed->data);
  __tsan_release (deed);
}

GThreadPool *
g_thread_pool_new (GFunc func, gpointer data, gint threads, gboolean exclusive, GError **error)
{
  PoolDeed *deed = malloc (sizeof *deed);

  *deed = (PoolDeed){ func, data };
  return NEXT (g_thread_pool_new) (pool_deed_run, deed, threads, exclusive, error);
}

gboolean
g_thread_pool_push (GThreadPool *pool, gpointer item, GError **error)
{
  __tsan_release (pool->user_data);
  return NEXT (g_thread_pool_push) (pool, item, error);
}

void
g_thread_pool_free (GThreadPool *pool, gboolean immediate, gboolean wait)
{
  PoolDeed *deed = pool->user_data;

  NEXT (g_thread_pool_free) (pool, immediate, wait);
  __tsan_acquire (deed);
  if (wait)
    free (deed);
}

/* Memory that our code asks GLib for, or gives back. What GLib does with memory by itself is left out
 * (see suppressions), as its own order of things can't be seen. */

static gpointer
or_abort (gpointer memory, gsize size)
{
  if (memory == NULL && size > 0)
    abort ();
  return memory;
}

gpointer
g_malloc (gsize size)
{
  return size == 0 ? NULL : or_abort (malloc (size), size);
}

gpointer
g_malloc0 (gsize size)
{
  return size == 0 ? NULL : or_abort (calloc (1, size), size);
}

gpointer
g_malloc_n (gsize count, gsize size)
{
  return count == 0 || size == 0 ? NULL : or_abort (reallocarray (NULL, count, size), size);
}

gpointer
g_malloc0_n (gsize count, gsize size)
{
  return count == 0 || size == 0 ? NULL : or_abort (calloc (count, size), size);
}

gpointer
g_realloc (gpointer memory, gsize size)
{
  if (size > 0)
    return or_abort (realloc (memory, size), size);
  free (memory);
  return NULL;
}

void
g_free (gpointer memory)
{
  free (memory);
}
