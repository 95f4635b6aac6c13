/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/delivery/xtext.h"

#include <string.h>

#define HEX_UPPER "0123456789ABCDEF"

char *
xtext_decode (const char *text)
{
  g_autoptr (GString) decoded = g_string_new (NULL);
  for (const char *at = text; *at != '\0'; at++)
    {
      if (*at != '+')
        {
          g_string_append_c (decoded, *at);
          continue;
        }
      if (strspn (at + 1, HEX_UPPER) < 2)
        return NULL;
      int byte = g_ascii_xdigit_value (at[1]) << 4 | g_ascii_xdigit_value (at[2]);
      if (byte == 0)
        return NULL;
      g_string_append_c (decoded, (char) byte);
      at += 2;
    }
  return g_string_free (g_steal_pointer (&decoded), FALSE);
}

/* The letter that "\x{HEX}" at @at stands for, and its length; 0 when there is none. */
static gunichar
read_letter (const char *at, gsize *length)
{
  if (!g_str_has_prefix (at, "\\x{"))
    return 0;
  gsize digits = strspn (at + 3, HEX_UPPER);
  if (digits < 2 || digits > 6 || at[3 + digits] != '}')
    return 0;
  gunichar letter = (gunichar) g_ascii_strtoull (at + 3, NULL, 16);
  *length = 3 + digits + 1;
  return g_unichar_validate (letter) ? letter : 0;
}

char *
xtext_decode_unicode (const char *text)
{
  GString *decoded = g_string_new (NULL);
  while (*text != '\0')
    {
      gsize length = 1;
      gunichar letter = read_letter (text, &length);
      if (letter != 0)
        g_string_append_unichar (decoded, letter);
      else
        {
          g_string_append_c (decoded, *text);
          length = 1;
        }
      text += length;
    }
  return g_string_free (decoded, FALSE);
}

char *
xtext_encode_unicode (const char *text)
{
  GString *encoded = g_string_new (NULL);
  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    if ((guchar) *at < 0x80)
      g_string_append_c (encoded, *at);
    else
      g_string_append_printf (encoded, "\\x{%X}", g_utf8_get_char (at));
  return g_string_free (encoded, FALSE);
}
