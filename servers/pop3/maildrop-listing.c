/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/pop3/maildrop-listing.h"

#include <string.h>

/* Most mailboxes are small, and many are kept. */
#define CHUNK_BYTES 1024

MaildropListing *
maildrop_listing_new (void)
{
  MaildropListing *listing = g_atomic_rc_box_new0 (MaildropListing);

  listing->mails = g_array_new (FALSE, FALSE, sizeof (MaildropMail));
  listing->texts = g_string_chunk_new (CHUNK_BYTES);
  return listing;
}

MaildropListing *
maildrop_listing_ref (MaildropListing *listing)
{
  return g_atomic_rc_box_acquire (listing);
}

static void
listing_clear (gpointer data)
{
  MaildropListing *listing = data;

  g_array_unref (listing->mails);
  g_string_chunk_free (listing->texts);
}

void
maildrop_listing_unref (MaildropListing *listing)
{
  if (listing != NULL)
    g_atomic_rc_box_release_full (listing, listing_clear);
}

static const char *
add_text (MaildropListing *listing, const char *text, gsize length)
{
  listing->texts_size += length + 1;
  return g_string_chunk_insert_len (listing->texts, text, length);
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

/* The mail's own name where that may be a unique id, else its digest. @name: behind the folder in a
 * text of the listing */
static const char *
unique_id_of (MaildropListing *listing, const char *name)
{
  gsize length = strcspn (name, ":");
  g_autofree char *digest = NULL;

  if (is_unique_id (name, length))
    return name[length] == '\0' ? name : add_text (listing, name, length);
  digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, name, length);
  return add_text (listing, digest, strlen (digest));
}

void
maildrop_listing_add (MaildropListing *listing,
                      const char *folder,
                      const char *name,
                      guint64 octets)
{
  g_autofree char *file = g_strconcat (folder, "/", name, NULL);
  MaildropMail mail = { .file = add_text (listing, file, strlen (file)), .octets = octets };

  mail.name = mail.file + strlen (folder) + 1;
  mail.unique_id = unique_id_of (listing, mail.name);
  g_array_append_val (listing->mails, mail);
}

/* A byte of a mail's own name; 0 at its end. */
static guchar
byte_of (const char *at)
{
  return *at == ':' ? '\0' : (guchar) *at;
}

static int
compare_mails (gconstpointer a, gconstpointer b)
{
  const char *left = ((const MaildropMail *) a)->name;
  const char *right = ((const MaildropMail *) b)->name;

  while (byte_of (left) == byte_of (right) && byte_of (left) != '\0')
    {
      left++;
      right++;
    }
  return (int) byte_of (left) - (int) byte_of (right);
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

gsize
maildrop_listing_size (const MaildropListing *listing)
{
  return sizeof *listing + listing->mails->len * sizeof (MaildropMail)
         + MAX (listing->texts_size, CHUNK_BYTES);
}
