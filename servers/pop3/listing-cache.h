/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "servers/pop3/listing-stamp.h"
#include "servers/pop3/maildrop-listing.h"

/**
 * SECTION: listing-cache
 *
 * The listings of the Maildirs that were read of late: who comes again and has no new mail costs no
 * second reading, however many mails there are. Sessions share them.
 *
 * They are in memory, and nowhere else: a file would have to be doubted (whose is it, is it whole,
 * is it of this Maildir?), and flushed, to save one reading after a restart. Where there are too
 * many, those go that were asked for longest ago. Any thread.
 */
typedef struct _ListingCache ListingCache;

/** @room: for so many bytes of listings */
ListingCache *listing_cache_new (gsize room);
void listing_cache_free (ListingCache *cache);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ListingCache, listing_cache_free)

/** Returns: (transfer full) (nullable): the listing of the Maildir whose stamp is @stamp now */
MaildropListing *listing_cache_find (ListingCache *cache, const ListingStamp *stamp);

/** Keeps @listing, in place of an older one of that Maildir. @stamp: taken before it was read, and
 * settled */
void listing_cache_put (ListingCache *cache, const ListingStamp *stamp, MaildropListing *listing);
