/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/pop3/maildrop-listing.h"

#include <string.h>

MaildropListing *
maildrop_listing_new (void)
{
  MaildropListing *listing = g_new (MaildropListing, 1);

  listing->mails = g_array_new (FALSE, FALSE, sizeof (MaildropMail));
  listing->texts = g_string_chunk_new (4096);
  return listing;
}

void
maildrop_listing_free (MaildropListing *listing)
{
  if (listing == NULL)
    return;
  g_array_unref (listing->mails);
  g_string_chunk_free (listing->texts);
  g_free (listing);
}

static gboolean
is_unique_id (const char *text, gsize length)
{
  if (length == 0 || length > UNIQUE_ID_MAX)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    if (text[i] < '!' || text[i] > '~')
      return FALSE;
  return TRUE;
}

/* The mail's own name where that may be a unique id, else its digest. */
static const char *
unique_id_of (MaildropListing *listing, const char *name)
{
  gsize length = strcspn (name, ":");
  g_autofree char *digest = NULL;

  if (is_unique_id (name, length))
    return g_string_chunk_insert_len (listing->texts, name, length);
  digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, name, length);
  return g_string_chunk_insert (listing->texts, digest);
}

void
maildrop_listing_add (MaildropListing *listing,
                      const char *folder,
                      const char *name,
                      guint64 octets)
{
  g_autofree char *file = g_strconcat (folder, "/", name, NULL);
  MaildropMail mail = { .file = g_string_chunk_insert (listing->texts, file),
                        .unique_id = unique_id_of (listing, name),
                        .octets = octets };

  g_array_append_val (listing->mails, mail);
}

static const char *
name_of (const MaildropMail *mail)
{
  return strchr (mail->file, '/') + 1;
}

static int
compare_mails (gconstpointer a, gconstpointer b)
{
  const char *left = name_of (a), *right = name_of (b);
  gsize left_length = strcspn (left, ":"), right_length = strcspn (right, ":");
  int order = memcmp (left, right, MIN (left_length, right_length));

  return order != 0 ? order : (left_length > right_length) - (left_length < right_length);
}

void
maildrop_listing_sort (MaildropListing *listing)
{
  GArray *mails = listing->mails;
  guint kept = 0;

  g_array_sort (mails, compare_mails); /* stable */
  for (guint i = 0; i < mails->len; i++)
    {
      const MaildropMail *mail = &g_array_index (mails, MaildropMail, i);

      if (i + 1 < mails->len && compare_mails (mail, mail + 1) == 0)
        continue;
      g_array_index (mails, MaildropMail, kept++) = *mail;
    }
  g_array_set_size (mails, kept);
}

guint
maildrop_listing_length (const MaildropListing *listing)
{
  return listing->mails->len;
}

const MaildropMail *
maildrop_listing_mail (const MaildropListing *listing, guint index)
{
  return &g_array_index (listing->mails, MaildropMail, index);
}
