/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "servers/pop3/maildrop-listing.h"

static void
test_order (void)
{
  g_autoptr (MaildropListing) listing = maildrop_listing_new ();

  maildrop_listing_add (listing, "cur", "3:2,S", 30);
  maildrop_listing_add (listing, "new", "2", 20);
  maildrop_listing_add (listing, "new", "10", 10);
  maildrop_listing_add (listing, "cur", "2-longer:2,", 25);
  maildrop_listing_sort (listing);
  g_assert_cmpuint (maildrop_listing_length (listing), ==, 4);
  g_assert_cmpstr (maildrop_listing_mail (listing, 0)->file, ==, "new/10");
  g_assert_cmpstr (maildrop_listing_mail (listing, 1)->file, ==, "new/2");
  g_assert_cmpstr (maildrop_listing_mail (listing, 2)->file, ==, "cur/2-longer:2,");
  g_assert_cmpstr (maildrop_listing_mail (listing, 3)->file, ==, "cur/3:2,S");
  g_assert_cmpstr (maildrop_listing_mail (listing, 3)->unique_id, ==, "3");
  g_assert_cmpuint (maildrop_listing_mail (listing, 3)->octets, ==, 30);
}

/* Seen in new/, then moved to cur/ and seen again. */
static void
test_moved (void)
{
  g_autoptr (MaildropListing) listing = maildrop_listing_new ();

  maildrop_listing_add (listing, "new", "a", 1);
  maildrop_listing_add (listing, "new", "b", 2);
  maildrop_listing_add (listing, "cur", "a:2,S", 1);
  maildrop_listing_sort (listing);
  g_assert_cmpuint (maildrop_listing_length (listing), ==, 2);
  g_assert_cmpstr (maildrop_listing_mail (listing, 0)->file, ==, "cur/a:2,S");
  g_assert_cmpstr (maildrop_listing_mail (listing, 1)->file, ==, "new/b");
}

static void
assert_unique_id (const char *name, const char *expected)
{
  g_autoptr (MaildropListing) listing = maildrop_listing_new ();
  const char *unique_id;

  maildrop_listing_add (listing, "new", name, 1);
  unique_id = maildrop_listing_mail (listing, 0)->unique_id;
  if (expected != NULL)
    {
      g_assert_cmpstr (unique_id, ==, expected);
      return;
    }
  g_assert_cmpuint (strlen (unique_id), ==, 64);
  g_assert_cmpuint (strspn (unique_id, "0123456789abcdef"), ==, 64);
}

static void
test_unique_ids (void)
{
  g_autofree char *longest = g_strnfill (UNIQUE_ID_MAX, 'a');
  g_autofree char *too_long = g_strnfill (UNIQUE_ID_MAX + 1, 'a');

  assert_unique_id ("5f3a.joe@example.org,W=38", "5f3a.joe@example.org,W=38");
  assert_unique_id ("5f3a.joe@example.org,W=38:2,RS", "5f3a.joe@example.org,W=38");
  assert_unique_id (longest, longest);
  assert_unique_id (too_long, NULL);
  assert_unique_id ("with space", NULL);
  assert_unique_id ("\xc3\xa4", NULL);
  assert_unique_id ("a\nb", NULL);
  assert_unique_id (":2,S", NULL);
}

static void
test_many (void)
{
  g_autoptr (MaildropListing) listing = maildrop_listing_new ();

  for (int i = 99999; i >= 0; i--)
    {
      g_autofree char *name = g_strdup_printf ("%06d", i);
      maildrop_listing_add (listing, "new", name, i);
    }
  maildrop_listing_sort (listing);
  g_assert_cmpuint (maildrop_listing_length (listing), ==, 100000);
  for (guint i = 0; i < 100000; i++)
    g_assert_cmpuint (maildrop_listing_mail (listing, i)->octets, ==, i);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/maildrop-listing/order", test_order);
  g_test_add_func ("/maildrop-listing/moved", test_moved);
  g_test_add_func ("/maildrop-listing/unique-ids", test_unique_ids);
  g_test_add_func ("/maildrop-listing/many", test_many);
  return g_test_run ();
}
