/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/dns/blocklist-memory.h"

#define SILENCE_SECONDS 3600 /* between two complaints about the same list */

/* Lists come from the settings; who changes those for months does not fill the memory. */
#define LISTS_MAX 1000

typedef struct
{
  char *name; /* (owned), also the key */
  BlocklistRecord record;
  gint64 end;
  GList link; /* in the queue of ages */
} Answer;

typedef struct
{
  guint failures;     /* in a row */
  gint64 rest_end;    /* while failures >= BLOCKLIST_FAILURES_MAX */
  gint64 silence_end; /* until then nothing is said of its answers */
} ListState;

struct _BlocklistMemory
{
  GMutex lock;
  GHashTable *answers; /* (owned) name -> Answer */
  GQueue ages;         /* (element-type Answer): the one that was learnt first is the head */
  GHashTable *lists;   /* (owned) list -> ListState */
  BlocklistClock clock;
  gpointer clock_data;
};

static gint64
system_clock (gpointer user_data)
{
  return g_get_monotonic_time () / G_USEC_PER_SEC;
}

static void
answer_free (Answer *answer)
{
  g_free (answer->name);
  g_free (answer);
}

BlocklistMemory *
blocklist_memory_new (void)
{
  BlocklistMemory *memory = g_new0 (BlocklistMemory, 1);

  g_mutex_init (&memory->lock);
  memory->answers
      = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) answer_free);
  g_queue_init (&memory->ages);
  memory->lists = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  memory->clock = system_clock;
  return memory;
}

void
blocklist_memory_free (BlocklistMemory *memory)
{
  if (memory == NULL)
    return;
  g_hash_table_unref (memory->answers);
  g_hash_table_unref (memory->lists);
  g_mutex_clear (&memory->lock);
  g_free (memory);
}

static gint64
now (BlocklistMemory *memory)
{
  return memory->clock (memory->clock_data);
}

/* --- Answers --- */

static void
forget (BlocklistMemory *memory, Answer *answer)
{
  g_queue_unlink (&memory->ages, &answer->link);
  g_hash_table_remove (memory->answers, answer->name);
}

gboolean
blocklist_memory_look_up (BlocklistMemory *memory, const char *name, BlocklistRecord *record)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&memory->lock);
  Answer *answer = g_hash_table_lookup (memory->answers, name);

  if (answer == NULL)
    return FALSE;
  if (answer->end <= now (memory))
    {
      forget (memory, answer);
      return FALSE;
    }
  *record = answer->record;
  return TRUE;
}

void
blocklist_memory_learn (BlocklistMemory *memory,
                        const char *name,
                        const BlocklistRecord *record,
                        guint seconds)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&memory->lock);
  Answer *former = g_hash_table_lookup (memory->answers, name);
  Answer *answer;

  if (former != NULL)
    forget (memory, former);
  if (memory->ages.length >= BLOCKLIST_MEMORY_MAX)
    forget (memory, memory->ages.head->data);

  answer = g_new0 (Answer, 1);
  answer->name = g_strdup (name);
  answer->record = *record;
  answer->end = now (memory) + MIN (seconds, BLOCKLIST_MEMORY_SECONDS_MAX);
  answer->link.data = answer;
  g_queue_push_tail_link (&memory->ages, &answer->link);
  g_hash_table_insert (memory->answers, answer->name, answer);
}

/* --- Lists --- */

static ListState *
state_of (BlocklistMemory *memory, const char *list)
{
  ListState *state = g_hash_table_lookup (memory->lists, list);

  if (state != NULL)
    return state;
  if (g_hash_table_size (memory->lists) >= LISTS_MAX)
    g_hash_table_remove_all (memory->lists);
  state = g_new0 (ListState, 1);
  g_hash_table_insert (memory->lists, g_strdup (list), state);
  return state;
}

gboolean
blocklist_memory_admits (BlocklistMemory *memory, const char *list)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&memory->lock);
  ListState *state = state_of (memory, list);
  gint64 time = now (memory);

  if (state->failures < BLOCKLIST_FAILURES_MAX)
    return TRUE;
  if (time < state->rest_end)
    return FALSE;
  state->rest_end = time + BLOCKLIST_REST_SECONDS; /* for all but this one */
  return TRUE;
}

void
blocklist_memory_answered (BlocklistMemory *memory, const char *list)
{
  guint failures;

  g_mutex_lock (&memory->lock);
  failures = state_of (memory, list)->failures;
  state_of (memory, list)->failures = 0;
  g_mutex_unlock (&memory->lock);

  if (failures >= BLOCKLIST_FAILURES_MAX)
    g_message ("blocklist %s answers again", list);
}

void
blocklist_memory_failed (BlocklistMemory *memory, const char *list)
{
  gboolean begins_to_rest;

  g_mutex_lock (&memory->lock);
  ListState *state = state_of (memory, list);
  state->failures = MIN (state->failures + 1, BLOCKLIST_FAILURES_MAX + 1);
  begins_to_rest = state->failures == BLOCKLIST_FAILURES_MAX;
  if (state->failures >= BLOCKLIST_FAILURES_MAX)
    state->rest_end = now (memory) + BLOCKLIST_REST_SECONDS;
  g_mutex_unlock (&memory->lock);

  if (begins_to_rest)
    g_warning ("blocklist %s does not answer; until it does, it is asked once a minute, and nobody "
               "is on it",
               list);
}

void
blocklist_memory_refused (BlocklistMemory *memory, const char *list, const IpAddress *answer)
{
  char text[IP_NETWORK_TEXT_MAX];
  gboolean is_silent;

  g_mutex_lock (&memory->lock);
  ListState *state = state_of (memory, list);
  is_silent = now (memory) < state->silence_end;
  if (!is_silent)
    state->silence_end = now (memory) + SILENCE_SECONDS;
  g_mutex_unlock (&memory->lock);

  if (!is_silent)
    g_warning ("blocklist %s answers with %s, which lists nobody: it does not serve this system or "
               "its resolver, or exists no more; take it out of smtp.connection.blocklists",
               list, ip_address_to_string (answer, text));
}

void
blocklist_memory_set_clock (BlocklistMemory *memory, BlocklistClock clock, gpointer user_data)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&memory->lock);

  memory->clock = clock;
  memory->clock_data = user_data;
}
