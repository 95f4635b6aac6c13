/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/pop3/listing-cache.h"

typedef struct
{
  ListingStamp stamp; /* its first folder is the key */
  MaildropListing *listing;
  gsize size;
  GList link; /* its place in ListingCache.entries; data: the entry itself */
} Entry;

struct _ListingCache
{
  gsize room;
  GMutex lock;       /* of all below */
  GHashTable *table; /* (owned) (element-type Entry) a set */
  GQueue entries;    /* (element-type Entry) the one asked for last in front */
  gsize size;        /* of all entries */
};

static guint
entry_hash (gconstpointer data)
{
  const ListingFolder *folder = &((const Entry *) data)->stamp.folders[0];
  guint64 mixed = folder->inode * G_GUINT64_CONSTANT (0x9E3779B97F4A7C15) ^ folder->device;

  return (guint) (mixed >> 32);
}

static gboolean
entry_equal (gconstpointer a, gconstpointer b)
{
  const ListingFolder *left = &((const Entry *) a)->stamp.folders[0];
  const ListingFolder *right = &((const Entry *) b)->stamp.folders[0];

  return left->inode == right->inode && left->device == right->device;
}

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  maildrop_listing_unref (entry->listing);
  g_free (entry);
}

ListingCache *
listing_cache_new (gsize room)
{
  ListingCache *cache = g_new0 (ListingCache, 1);

  cache->room = room;
  g_mutex_init (&cache->lock);
  cache->table = g_hash_table_new_full (entry_hash, entry_equal, entry_free, NULL);
  return cache;
}

void
listing_cache_free (ListingCache *cache)
{
  if (cache == NULL)
    return;
  g_hash_table_unref (cache->table);
  g_mutex_clear (&cache->lock);
  g_free (cache);
}

/* --- With the lock held --- */

static Entry *
look_up (ListingCache *cache, const ListingStamp *stamp)
{
  Entry key = { .stamp = *stamp };

  return g_hash_table_lookup (cache->table, &key);
}

static void
drop (ListingCache *cache, Entry *entry)
{
  g_queue_unlink (&cache->entries, &entry->link);
  cache->size -= entry->size;
  g_hash_table_remove (cache->table, entry);
}

/* --- What others call --- */

MaildropListing *
listing_cache_find (ListingCache *cache, const ListingStamp *stamp)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&cache->lock);
  Entry *entry = look_up (cache, stamp);

  if (entry == NULL)
    return NULL;
  if (!listing_stamp_equal (&entry->stamp, stamp))
    {
      drop (cache, entry);
      return NULL;
    }
  g_queue_unlink (&cache->entries, &entry->link);
  g_queue_push_head_link (&cache->entries, &entry->link);
  return maildrop_listing_ref (entry->listing);
}

void
listing_cache_put (ListingCache *cache, const ListingStamp *stamp, MaildropListing *listing)
{
  gsize size = sizeof (Entry) + maildrop_listing_size (listing);
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&cache->lock);
  Entry *former = look_up (cache, stamp);
  Entry *entry;

  if (former != NULL)
    drop (cache, former);
  if (size > cache->room)
    return;
  while (cache->size + size > cache->room)
    drop (cache, g_queue_peek_tail (&cache->entries));

  entry = g_new0 (Entry, 1);
  entry->stamp = *stamp;
  entry->listing = maildrop_listing_ref (listing);
  entry->size = size;
  entry->link.data = entry;
  g_hash_table_add (cache->table, entry);
  g_queue_push_head_link (&cache->entries, &entry->link);
  cache->size += size;
}
