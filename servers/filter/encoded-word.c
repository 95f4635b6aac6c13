/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/filter/encoded-word.h"

#include <string.h>

#define BASE64 "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="

/* "=?charset?B?payload?=" */
typedef struct
{
  const char *start, *end;
  gsize charset_length; /* of what follows the "=?" */
  const char *payload;
  gsize payload_length;
} Word;

static gboolean
is_base64 (const char *text, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (text[i] == '\0' || strchr (BASE64, text[i]) == NULL)
      return FALSE;
  return TRUE;
}

/* With a blank in it, it is none, and all of it is what people see. */
static gboolean
is_charset (const char *text, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isgraph (text[i]))
      return FALSE;
  return length > 0;
}

/* Reads the word at @start; FALSE when there is none in base64. */
static gboolean
read_word (const char *start, const char *end, Word *word)
{
  const char *charset = start + strlen ("=?");
  const char *mark = memchr (charset, '?', (gsize) (end - charset));

  if (mark == NULL || end - mark < 3 || g_ascii_tolower (mark[1]) != 'b' || mark[2] != '?')
    return FALSE;
  word->payload = mark + strlen ("?B?");
  const char *close = memmem (word->payload, (gsize) (end - word->payload), "?=", strlen ("?="));
  if (close == NULL)
    return FALSE;
  word->start = start;
  word->end = close + strlen ("?=");
  word->charset_length = (gsize) (mark - charset);
  word->payload_length = (gsize) (close - word->payload);
  return is_charset (charset, word->charset_length)
         && is_base64 (word->payload, word->payload_length);
}

/* Returns: (nullable): where an encoded word may begin */
static const char *
find_start (const char *at, const char *end)
{
  return at < end ? memmem (at, (gsize) (end - at), "=?", strlen ("=?")) : NULL;
}

static void
append (GByteArray *text, const char *bytes, gsize length)
{
  g_byte_array_append (text, (const guint8 *) bytes, (guint) length);
}

static void
append_word (GByteArray *text, const Word *word)
{
  g_autofree char *payload = g_strndup (word->payload, word->payload_length);
  gsize length;
  g_autofree guchar *bytes = g_base64_decode (payload, &length);

  append (text, word->start, strlen ("=?") + word->charset_length);
  append (text, "?Q?", strlen ("?Q?"));
  for (gsize i = 0; i < length; i++)
    {
      char hex[4];

      g_snprintf (hex, sizeof hex, "=%02X", bytes[i]);
      append (text, hex, 3);
    }
  append (text, "?=", strlen ("?="));
}

void
encoded_word_append_line (GByteArray *text, const char *line, gsize length)
{
  const char *at = line, *end = line + length;
  const char *start = at;
  Word word;

  while ((start = find_start (start, end)) != NULL)
    {
      if (!read_word (start, end, &word))
        {
          start += strlen ("=?");
          continue;
        }
      append (text, at, (gsize) (start - at));
      append_word (text, &word);
      at = start = word.end;
    }
  append (text, at, (gsize) (end - at));
}
