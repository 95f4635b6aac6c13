/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/** The longest unique id (RFC 1939, section 7, UIDL), without its NUL. */
#define UNIQUE_ID_MAX 70

/** One mail of a maildrop. */
typedef struct
{
  const char *file;      /* (unowned) below the Maildir: "new/5f3a.joe,W=38" */
  const char *name;      /* (unowned) its end, behind the folder */
  const char *unique_id; /* (unowned) 1 to 70 bytes from "!" to "~"; the same in each session */
  guint64 octets;        /* on the wire, with CR LF at each line's end, without dot-stuffing */
} MaildropMail;

/**
 * MaildropListing:
 *
 * The mails of a maildrop as they were when it was opened, in their order; message number n is row
 * n - 1. Fixed once sorted; from then on any thread may read it. Reference-counted.
 */
typedef struct
{
  GArray *mails;       /* (owned) (element-type MaildropMail) */
  GStringChunk *texts; /* (owned) of the rows */
  gsize texts_size;    /* in bytes */
} MaildropListing;

MaildropListing *maildrop_listing_new (void);
MaildropListing *maildrop_listing_ref (MaildropListing *listing);
void maildrop_listing_unref (MaildropListing *listing);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MaildropListing, maildrop_listing_unref)

/** @folder: "new" or "cur"; @name: the file's name there, whose part before any ":" is the mail's
 * own (Maildir) */
void maildrop_listing_add (MaildropListing *listing,
                           const char *folder,
                           const char *name,
                           guint64 octets);

/** Brings the mails into the order of their names. Of two files of one mail (it was moved while the
 * folders were read) the one added last stays. */
void maildrop_listing_sort (MaildropListing *listing);

guint maildrop_listing_length (const MaildropListing *listing);
const MaildropMail *maildrop_listing_mail (const MaildropListing *listing, guint index);

/** About how many bytes of memory it takes. */
gsize maildrop_listing_size (const MaildropListing *listing);
