/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/users/users-file.h"

#include <string.h>

#include "core/users/secret.h"
#include "core/users/user-fields.h"
#include "core/users/user-name.h"

#define BARE_SCHEME "CRYPT"

/* Between the password and the fields: uid, gid, gecos, home, shell. */
#define COLONS_TO_FIELDS 6

typedef struct
{
  char *text;   /* (owned): without its end, with a NUL after it */
  gsize length; /* there may be NUL bytes in the text */
  const char *end;
  char *name; /* (owned) (nullable): in lower case; NULL for a line that names no user */
} Line;

struct _UsersFile
{
  GPtrArray *lines; /* (owned) (element-type Line) */
};

/* --- Lines --- */

static void
clear_text (char *text, gsize length)
{
  explicit_bzero (text, length);
  g_free (text);
}

static void
line_free (gpointer data)
{
  Line *line = data;

  clear_text (line->text, line->length);
  g_free (line->name);
  g_free (line);
}

/* Returns: (transfer full) (nullable): the user that the line is for */
static char *
name_of (const char *text, gsize length)
{
  const char *colon = memchr (text, ':', length);

  if (text[0] == '#' || colon == NULL || memchr (text, '\0', length) != NULL)
    return NULL;
  g_autofree char *name = g_ascii_strdown (text, colon - text);
  return user_name_is_valid (name) ? g_steal_pointer (&name) : NULL;
}

/* @text: (transfer full) */
static Line *
line_new (char *text, gsize length, const char *end)
{
  Line *line = g_new0 (Line, 1);

  line->text = text;
  line->length = length;
  line->end = end;
  line->name = name_of (text, length);
  return line;
}

/* @text: (transfer full) */
static void
line_set_text (Line *line, char *text)
{
  clear_text (line->text, line->length);
  line->text = text;
  line->length = strlen (text);
}

static const char *
secret_start (const Line *line)
{
  return strchr (line->text, ':') + 1;
}

static gsize
secret_length (const Line *line)
{
  return strcspn (secret_start (line), ":");
}

/* Returns: (transfer full): to be cleared */
static char *
line_dup_secret_text (const Line *line)
{
  return g_strndup (secret_start (line), secret_length (line));
}

/* Returns: (transfer full) (nullable): the password as the servers understand it */
static Secret *
line_secret (const Line *line)
{
  char *text = line_dup_secret_text (line);
  Secret *secret = secret_parse (text);

  clear_text (text, strlen (text));
  return secret;
}

/* Returns the fields, or %NULL in a line that ends before them. */
static const char *
line_fields (const Line *line)
{
  const char *at = secret_start (line);

  for (guint colons = 0; colons < COLONS_TO_FIELDS && at != NULL; colons++)
    {
      at = strchr (at, ':');
      if (at != NULL)
        at++;
    }
  return at;
}

/* --- The file --- */

UsersFile *
users_file_parse (const char *text, gsize length)
{
  UsersFile *file = g_new0 (UsersFile, 1);
  const char *stop = text + length;

  file->lines = g_ptr_array_new_with_free_func (line_free);
  while (text < stop)
    {
      const char *newline = memchr (text, '\n', stop - text);
      const char *next = newline != NULL ? newline + 1 : stop;
      gsize own = (newline != NULL ? newline : stop) - text;
      gboolean has_return = own > 0 && text[own - 1] == '\r';
      const char *end = newline == NULL ? (has_return ? "\r" : "") : has_return ? "\r\n" : "\n";
      char *copy = g_malloc (own + 1);

      own -= has_return ? 1 : 0;
      memcpy (copy, text, own);
      copy[own] = '\0';
      g_ptr_array_add (file->lines, line_new (copy, own, end));
      text = next;
    }
  return file;
}

void
users_file_free (UsersFile *file)
{
  g_ptr_array_unref (file->lines);
  g_free (file);
}

char *
users_file_to_text (const UsersFile *file, gsize *length)
{
  gsize size = 0;
  char *text, *at;

  for (guint i = 0; i < file->lines->len; i++)
    {
      const Line *line = g_ptr_array_index (file->lines, i);
      size += line->length + strlen (line->end);
    }
  at = text = g_malloc (size + 1);
  for (guint i = 0; i < file->lines->len; i++)
    {
      const Line *line = g_ptr_array_index (file->lines, i);
      at = mempcpy (at, line->text, line->length);
      at = stpcpy (at, line->end);
    }
  *at = '\0';
  *length = size;
  return text;
}

/* The line that counts for @name. */
static Line *
find (const UsersFile *file, const char *name)
{
  g_autofree char *key = g_ascii_strdown (name, -1);
  Line *first = NULL;

  for (guint i = 0; i < file->lines->len; i++)
    {
      Line *line = g_ptr_array_index (file->lines, i);

      if (g_strcmp0 (line->name, key) != 0)
        continue;
      g_autoptr (Secret) secret = line_secret (line);
      if (secret != NULL)
        return line;
      if (first == NULL)
        first = line;
    }
  return first;
}

/* --- What it says --- */

static void
entry_free (gpointer data)
{
  UsersFileEntry *entry = data;

  g_free (entry->name);
  g_free (entry->scheme);
  g_free (entry);
}

static char *
scheme_of (const Line *line)
{
  const char *text = secret_start (line);
  gsize length = secret_length (line);
  const char *close = memchr (text, '}', length);

  if (length == 0 || (text[0] == '{' && close == NULL))
    return g_strdup ("");
  return text[0] == '{' ? g_ascii_strup (text + 1, close - text - 1) : g_strdup (BARE_SCHEME);
}

static UsersFileEntry *
entry_new (const Line *line)
{
  UsersFileEntry *entry = g_new0 (UsersFileEntry, 1);
  g_autoptr (Secret) secret = line_secret (line);
  const char *text = line_fields (line);
  g_auto (UserFields) fields = { 0 };
  /* What is wrong in a field is the servers' to say. */
  g_autofree char *problem = user_fields_parse (&fields, text != NULL ? text : "");

  entry->name = g_strdup (line->name);
  entry->scheme = scheme_of (line);
  entry->is_understood = secret != NULL;
  entry->is_clear = secret != NULL && secret_is_clear (secret);
  entry->may_log_on = secret != NULL && !fields.is_log_on_refused;
  entry->quota = fields.quota;
  return entry;
}

GPtrArray *
users_file_list (const UsersFile *file)
{
  GPtrArray *entries = g_ptr_array_new_with_free_func (entry_free);
  g_autoptr (GHashTable) places = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < file->lines->len; i++)
    {
      const Line *line = g_ptr_array_index (file->lines, i);
      gpointer place;

      if (line->name == NULL)
        continue;
      if (!g_hash_table_lookup_extended (places, line->name, NULL, &place))
        {
          g_hash_table_insert (places, line->name, GUINT_TO_POINTER (entries->len));
          g_ptr_array_add (entries, entry_new (line));
          continue;
        }
      UsersFileEntry **former
          = (UsersFileEntry **) &g_ptr_array_index (entries, GPOINTER_TO_UINT (place));
      if ((*former)->is_understood)
        continue;
      UsersFileEntry *later = entry_new (line);
      gboolean is_better = later->is_understood;
      entry_free (is_better ? *former : later);
      if (is_better)
        *former = later;
    }
  return entries;
}

gboolean
users_file_contains (const UsersFile *file, const char *name)
{
  return find (file, name) != NULL;
}

char *
users_file_dup_clear_secret (const UsersFile *file, const char *name)
{
  const Line *line = find (file, name);
  g_autoptr (Secret) secret = line != NULL ? line_secret (line) : NULL;

  if (secret == NULL || !secret_is_clear (secret))
    return NULL;
  char *text = line_dup_secret_text (line);
  char *clear = g_strdup (strchr (text, '}') + 1);
  clear_text (text, strlen (text));
  return clear;
}

/* --- Changes --- */

void
users_file_add (UsersFile *file, const char *name, const char *secret)
{
  const char *end = "\n";
  char *text = g_strconcat (name, ":", secret, NULL);

  if (file->lines->len > 0)
    {
      Line *last = g_ptr_array_index (file->lines, file->lines->len - 1);
      if (g_str_equal (last->end, "\r\n") || g_str_equal (last->end, "\r"))
        end = "\r\n";
      if (!g_str_has_suffix (last->end, "\n"))
        last->end = end;
    }
  g_ptr_array_add (file->lines, line_new (text, strlen (text), end));
}

gboolean
users_file_set_secret (UsersFile *file, const char *name, const char *secret)
{
  Line *line = find (file, name);

  if (line == NULL)
    return FALSE;

  const char *rest = secret_start (line) + secret_length (line);
  g_autofree char *head = g_strndup (line->text, secret_start (line) - line->text);
  line_set_text (line, g_strconcat (head, secret, rest, NULL));
  return TRUE;
}

/* "*:storage=1G:messages=100" without what limits the bytes; "*" where nothing else is left. */
static char *
rule_without_bytes (const char *rule)
{
  g_auto (GStrv) parts = g_strsplit (rule, ":", -1);
  g_autoptr (GString) rest = g_string_new (parts[0]);

  for (char **part = parts + 1; *part != NULL; part++)
    if (!g_str_has_prefix (*part, "storage=") && !g_str_has_prefix (*part, "bytes="))
      g_string_append_printf (rest, ":%s", *part);
  return g_string_free (g_steal_pointer (&rest), FALSE);
}

/* Returns: (transfer full) (nullable): what stays of a field; %NULL for nothing of it */
static char *
field_without_quota (const char *field)
{
  if (g_str_has_prefix (field, "userdb_quota_storage_size="))
    return NULL;
  if (!g_str_has_prefix (field, "userdb_quota_rule=*:"))
    return g_strdup (field);

  g_autofree char *rule = rule_without_bytes (strchr (field, '=') + 1);
  return g_str_equal (rule, "*") ? NULL : g_strconcat ("userdb_quota_rule=", rule, NULL);
}

/* Returns: (transfer full): the fields with that quota and no other */
static char *
fields_with_quota (const char *fields, gint64 mib)
{
  g_auto (GStrv) words = g_strsplit_set (fields, " \t", -1);
  g_autoptr (GString) text = g_string_new (NULL);

  for (char **word = words; *word != NULL; word++)
    {
      g_autofree char *kept = field_without_quota (*word);
      if (kept != NULL && *kept != '\0')
        g_string_append_printf (text, "%s%s", text->len > 0 ? " " : "", kept);
    }
  if (mib >= 0)
    g_string_append_printf (text, "%suserdb_quota_rule=*:storage=%" G_GINT64_FORMAT "%s",
                            text->len > 0 ? " " : "", mib, mib > 0 ? "M" : "");
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* Returns: (transfer full): the line up to the fields, with all its colons */
static GString *
line_head (const Line *line)
{
  const char *fields = line_fields (line);
  GString *head
      = g_string_new_len (line->text, fields != NULL ? fields - line->text : (gssize) line->length);

  if (fields == NULL)
    {
      guint colons = 0;
      for (const char *at = secret_start (line); *at != '\0'; at++)
        colons += *at == ':';
      for (; colons < COLONS_TO_FIELDS; colons++)
        g_string_append_c (head, ':');
    }
  return head;
}

gboolean
users_file_set_quota (UsersFile *file, const char *name, gint64 mib)
{
  Line *line = find (file, name);

  if (line == NULL)
    return FALSE;
  if (line_fields (line) == NULL && mib < 0)
    return TRUE;

  const char *fields = line_fields (line);
  g_autofree char *changed = fields_with_quota (fields != NULL ? fields : "", mib);
  GString *text = line_head (line);
  g_string_append (text, changed);
  line_set_text (line, g_string_free (text, FALSE));
  return TRUE;
}

gboolean
users_file_remove (UsersFile *file, const char *name)
{
  g_autofree char *key = g_ascii_strdown (name, -1);
  gboolean found = FALSE;

  for (guint i = file->lines->len; i > 0; i--)
    {
      const Line *line = g_ptr_array_index (file->lines, i - 1);
      if (g_strcmp0 (line->name, key) != 0)
        continue;
      g_ptr_array_remove_index (file->lines, i - 1);
      found = TRUE;
    }
  return found;
}
