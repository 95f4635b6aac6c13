/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/mail/domain-name.h"

#include <idn2.h>
#include <string.h>

/* Many times what a domain may have: the library need not see more. */
#define TEXT_MAX 2048

char *
domain_name_to_ascii (const char *text, gsize length)
{
  if (length > TEXT_MAX || memchr (text, '\0', length) != NULL
      || !g_utf8_validate (text, (gssize) length, NULL))
    return NULL;

  g_autofree char *unicode = g_strndup (text, length);
  if (g_str_is_ascii (unicode))
    return g_ascii_strdown (unicode, -1);

  uint8_t *found = NULL;
  if (idn2_lookup_u8 ((const uint8_t *) unicode, &found, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL)
      != IDN2_OK)
    return NULL;
  char *ascii = g_ascii_strdown ((const char *) found, -1);
  idn2_free (found);
  return ascii;
}
