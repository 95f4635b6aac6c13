/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/pop3/listing-cache.h"

static ListingStamp
make_stamp (guint64 inode, gint64 changed_ns)
{
  return (ListingStamp){ .folders = { { 1, inode, changed_ns, changed_ns },
                                      { 1, inode + 1, changed_ns, changed_ns } } };
}

static MaildropListing *
make_listing (void)
{
  MaildropListing *listing = maildrop_listing_new ();

  maildrop_listing_add (listing, "new", "1", 1);
  return listing;
}

/* Puts a listing of its own in for the stamp. Returns: (transfer none): it, while it is kept */
static MaildropListing *
put (ListingCache *cache, const ListingStamp *stamp)
{
  g_autoptr (MaildropListing) listing = make_listing ();

  listing_cache_put (cache, stamp, listing);
  return listing;
}

static gboolean
has (ListingCache *cache, const ListingStamp *stamp)
{
  g_autoptr (MaildropListing) found = listing_cache_find (cache, stamp);

  return found != NULL;
}

static void
test_found (void)
{
  g_autoptr (ListingCache) cache = listing_cache_new (1 << 20);
  ListingStamp stamp = make_stamp (10, 1), other = make_stamp (20, 1);
  MaildropListing *listing;

  g_assert_false (has (cache, &stamp));
  listing = put (cache, &stamp);
  g_autoptr (MaildropListing) found = listing_cache_find (cache, &stamp);
  g_assert_true (found == listing);
  g_assert_false (has (cache, &other));
}

static void
test_changed (void)
{
  g_autoptr (ListingCache) cache = listing_cache_new (1 << 20);
  ListingStamp stamp = make_stamp (10, 1), later = make_stamp (10, 2);

  put (cache, &stamp);
  g_assert_false (has (cache, &later));
  put (cache, &later);
  g_assert_true (has (cache, &later));
  g_assert_false (has (cache, &stamp));
}

/* Who has a listing keeps it, whatever happens to the cache. */
static void
test_shared (void)
{
  ListingCache *cache = listing_cache_new (1 << 20);
  ListingStamp stamp = make_stamp (10, 1);

  put (cache, &stamp);
  g_autoptr (MaildropListing) found = listing_cache_find (cache, &stamp);
  listing_cache_free (cache);
  g_assert_cmpuint (maildrop_listing_length (found), ==, 1);
}

static void
test_room (void)
{
  g_autoptr (MaildropListing) listing = make_listing ();
  g_autoptr (ListingCache) none = listing_cache_new (maildrop_listing_size (listing));
  g_autoptr (ListingCache) cache = listing_cache_new (maildrop_listing_size (listing) * 3);
  ListingStamp stamps[] = { make_stamp (10, 1), make_stamp (20, 1), make_stamp (30, 1) };

  put (none, &stamps[0]);
  g_assert_false (has (none, &stamps[0]));

  put (cache, &stamps[0]);
  put (cache, &stamps[1]);
  g_assert_true (has (cache, &stamps[0]));
  put (cache, &stamps[2]);
  g_assert_true (has (cache, &stamps[0]));
  g_assert_false (has (cache, &stamps[1]));
  g_assert_true (has (cache, &stamps[2]));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/listing-cache/found", test_found);
  g_test_add_func ("/listing-cache/changed", test_changed);
  g_test_add_func ("/listing-cache/shared", test_shared);
  g_test_add_func ("/listing-cache/room", test_room);
  return g_test_run ();
}
