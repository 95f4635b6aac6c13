/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/**
 * SECTION: row-key
 *
 * What a row of a list stands for, as far as sorting, filtering and finding doubles need it.
 * Whether a row is right is not said here: that is the authority's to judge.
 */

typedef struct
{
  guint8 bytes[16]; /* network order, host bits are zero; IPv4 as ::ffff:a.b.c.d */
  guint8 prefix;    /* 0..128, counted in the IPv6 form */
} RowKey;

/** Reads "192.0.2.7", "192.0.2.0/24", "192.0.2.0/255.255.255.0", the same with a space, or
 * "2001:db8::/32". Returns FALSE, and leaves @key alone, for a row that is no network. */
gboolean row_key_read (const char *text, RowKey *key);

/** Orders by address, then the wider network first. */
int row_key_compare (const RowKey *a, const RowKey *b);

/** Whether all of @inner is in @outer. No IPv6 network that is wider than /96 holds an IPv4
 * address. */
gboolean row_key_contains (const RowKey *outer, const RowKey *inner);

/** Returns: (transfer full): a text that is the same for rows that mean the same, such as
 * 192.0.2.7/24 and 192.0.2.0/255.255.255.0, or Example.com and example.com */
char *row_key_canonical (const char *text);
