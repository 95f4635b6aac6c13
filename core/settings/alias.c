/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/settings/alias.h"

#include <string.h>

#include "core/settings/host-name.h"
#include "core/settings/row-words.h"

/* RFC 5321, section 4.5.3.1.1; a user's name has the same limit. */
#define LOCAL_PART_MAX 64

/* RFC 5322's atext, and what RFC 6531 adds to it. */
static gboolean
is_atext (char character)
{
  return (guchar) character >= 0x80 || g_ascii_isalnum (character)
         || (character != '\0' && strchr ("!#$%&'*+-/=?^_`{|}~", character) != NULL);
}

/* A dot-string of RFC 5321, section 4.1.2. */
static gboolean
is_local_part (const char *text, gsize length)
{
  if (length == 0 || length > LOCAL_PART_MAX || text[0] == '.' || text[length - 1] == '.')
    return FALSE;
  for (gsize i = 0; i < length; i++)
    if (!is_atext (text[i]) && (text[i] != '.' || text[i + 1] == '.'))
      return FALSE;
  return TRUE;
}

static gboolean
is_address (const char *text)
{
  const char *at = strchr (text, '@');

  return at != NULL && is_local_part (text, (gsize) (at - text)) && host_name_is_valid (at + 1);
}

gboolean
alias_target_is_valid (const char *text)
{
  if (!g_utf8_validate (text, -1, NULL))
    return FALSE;
  if (strchr (text, '@') != NULL)
    return is_address (text);
  /* It names a mailbox, so it must not lead out of the folder of the mailboxes. */
  return is_local_part (text, strlen (text)) && strchr (text, '/') == NULL;
}

static gboolean
is_name (const char *text)
{
  return strchr (text, '@') != NULL ? is_address (text) : is_local_part (text, strlen (text));
}

static gboolean
are_targets (char **targets)
{
  if (targets == NULL || targets[0] == NULL)
    return FALSE;
  for (char **each = targets; *each != NULL; each++)
    if (!alias_target_is_valid (*each))
      return FALSE;
  return TRUE;
}

/* An empty place between two commas is a mistake, not a target. */
static gboolean
has_empty_place (const char *text)
{
  g_auto (GStrv) places = g_strsplit (text, ",", -1);

  for (char **each = places; *each != NULL; each++)
    if (*g_strstrip (*each) == '\0')
      return TRUE;
  return FALSE;
}

gboolean
alias_parse (const char *text, Alias *alias)
{
  const char *colon = strchr (text, ':');
  g_autofree char *name = colon == NULL ? NULL : g_ascii_strdown (text, colon - text);
  g_autofree char *list = colon == NULL ? NULL : g_strdup (colon + 1);
  g_auto (GStrv) targets = NULL;

  if (colon == NULL || !g_utf8_validate (text, -1, NULL) || !is_name (g_strstrip (name))
      || has_empty_place (list))
    return FALSE;
  targets = row_words_split (g_strdelimit (list, ",", ' '));
  if (!are_targets (targets))
    return FALSE;
  *alias = (Alias){ g_steal_pointer (&name), g_steal_pointer (&targets) };
  return TRUE;
}

char *
alias_to_text (const Alias *alias)
{
  g_autofree char *targets = g_strjoinv (", ", alias->targets);

  return g_strdup_printf ("%s: %s", alias->name, targets);
}

void
alias_clear (Alias *alias)
{
  g_clear_pointer (&alias->name, g_free);
  g_clear_pointer (&alias->targets, g_strfreev);
}
