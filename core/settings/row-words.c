/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/settings/row-words.h"

#include <string.h>

static gboolean
is_plain (const char *text)
{
  gsize length = strlen (text);

  if (!g_utf8_validate (text, (gssize) length, NULL))
    return FALSE;
  for (gsize i = 0; i < length; i++)
    if (g_ascii_iscntrl (text[i]) && !g_ascii_isspace (text[i]))
      return FALSE;
  return length == 0 || text[length - 1] != '\\';
}

static gboolean
is_escape (const char *text)
{
  return text[0] == '\\' && g_ascii_isspace (text[1]);
}

char **
row_words_split (const char *text)
{
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();

  if (!is_plain (text))
    return NULL;
  while (*text != '\0')
    {
      g_autoptr (GString) word = g_string_new (NULL);

      for (; *text != '\0' && !g_ascii_isspace (*text); text++)
        {
          text += is_escape (text) ? 1 : 0;
          g_string_append_c (word, *text);
        }
      if (word->len > 0)
        g_strv_builder_add (words, word->str);
      text += *text == '\0' ? 0 : 1;
    }
  return g_strv_builder_end (words);
}

char *
row_words_join (const char *const *words)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (; *words != NULL; words++)
    {
      if (text->len > 0)
        g_string_append_c (text, ' ');
      for (const char *each = *words; *each != '\0'; each++)
        {
          if (g_ascii_isspace (*each))
            g_string_append_c (text, '\\');
          g_string_append_c (text, *each);
        }
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}
