/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gui/lists/row-key.h"

#include <arpa/inet.h>
#include <string.h>

#define IPV4_BITS 96 /* before the IPv4 address in the IPv6 form */
#define ADDRESS_MAX_CHARACTERS 45

static const guint8 ipv4_start[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };

static gboolean
is_ipv4 (const guint8 bytes[16])
{
  return memcmp (bytes, ipv4_start, sizeof ipv4_start) == 0;
}

/* Returns the bits of the mask, or -1 when it has holes. */
static int
bits_of_mask (const guint8 mask[4])
{
  guint32 bits = (guint32) mask[0] << 24 | mask[1] << 16 | mask[2] << 8 | mask[3];
  guint32 holes = ~bits;

  return (holes & (holes + 1)) == 0 ? __builtin_popcount (bits) : -1;
}

/* @text: "24" or "255.255.255.0". Returns the prefix in the IPv6 form, or -1. */
static int
read_prefix (const char *text, gboolean ipv4)
{
  guint8 mask[4];
  guint64 number;
  int bits;

  if (g_ascii_string_to_unsigned (text, 10, 0, ipv4 ? 32 : 128, &number, NULL))
    return (int) number + (ipv4 ? IPV4_BITS : 0);
  if (!ipv4 || inet_pton (AF_INET, text, mask) != 1)
    return -1;
  bits = bits_of_mask (mask);
  return bits < 0 ? -1 : bits + IPV4_BITS;
}

static void
clear_host_bits (RowKey *key)
{
  for (guint i = 0; i < 16; i++)
    {
      int kept = (int) key->prefix - (int) i * 8;

      if (kept < 8)
        key->bytes[i] &= kept <= 0 ? 0 : (guint8) (0xff << (8 - kept));
    }
}

gboolean
row_key_read (const char *text, RowKey *key)
{
  char address[ADDRESS_MAX_CHARACTERS + 1];
  gsize length = strcspn (text, "/ \t");
  const char *rest = text + length;
  RowKey read = { { 0 }, 128 };
  gboolean ipv4;
  int prefix;

  if (length == 0 || length > ADDRESS_MAX_CHARACTERS)
    return FALSE;
  memcpy (address, text, length);
  address[length] = '\0';
  ipv4 = inet_pton (AF_INET, address, read.bytes + sizeof ipv4_start) == 1;
  if (ipv4)
    memcpy (read.bytes, ipv4_start, sizeof ipv4_start);
  else if (inet_pton (AF_INET6, address, read.bytes) != 1)
    return FALSE;

  if (*rest != '\0')
    {
      prefix = read_prefix (rest + (*rest == '/' ? 1 : strspn (rest, " \t")), ipv4);
      if (prefix < 0)
        return FALSE;
      read.prefix = (guint8) prefix;
      clear_host_bits (&read);
    }
  *key = read;
  return TRUE;
}

int
row_key_compare (const RowKey *a, const RowKey *b)
{
  int order = memcmp (a->bytes, b->bytes, sizeof a->bytes);

  return order != 0 ? order : (int) a->prefix - (int) b->prefix;
}

gboolean
row_key_contains (const RowKey *outer, const RowKey *inner)
{
  RowKey cut = *inner;

  if (outer->prefix > inner->prefix || (outer->prefix < IPV4_BITS && is_ipv4 (inner->bytes)))
    return FALSE;
  cut.prefix = outer->prefix;
  clear_host_bits (&cut);
  return memcmp (cut.bytes, outer->bytes, sizeof cut.bytes) == 0;
}

/* Rows are compared as the settings file holds them: white space is one space, and case of ASCII
 * letters is none. */
static char *
canonical_text (const char *text)
{
  GString *canonical = g_string_sized_new (strlen (text));

  for (const char *next = text; *next != '\0'; next++)
    {
      if (!g_ascii_isspace (*next))
        g_string_append_c (canonical, g_ascii_tolower (*next));
      else if (next[1] != '\0' && !g_ascii_isspace (next[1]))
        g_string_append_c (canonical, ' ');
    }
  return g_string_free (canonical, FALSE);
}

char *
row_key_canonical (const char *text)
{
  static const char digits[] = "0123456789abcdef";
  RowKey key;
  char *canonical;

  if (!row_key_read (text, &key))
    return canonical_text (text);
  canonical = g_malloc (2 * sizeof key.bytes + 3);
  for (gsize i = 0; i < sizeof key.bytes; i++)
    {
      canonical[2 * i] = digits[key.bytes[i] >> 4];
      canonical[2 * i + 1] = digits[key.bytes[i] & 15];
    }
  canonical[2 * sizeof key.bytes] = '/';
  canonical[2 * sizeof key.bytes + 1] = (char) (key.prefix + 1); /* never NUL */
  canonical[2 * sizeof key.bytes + 2] = '\0';
  return canonical;
}
