/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/auth/user-table.h"

#include <string.h>

#include "servers/auth/secret.h"
#include "servers/mail/mailbox.h"

struct _UserTable
{
  GHashTable *secrets; /* (owned) (element-type utf8 Secret): by the user's name in lower case,
                            which is the mailbox's name too */
  gboolean has_clear_secret;
  const Secret *typical; /* (unowned) one of those that most users have; %NULL in an empty table */
};

/* Returns what is wrong with the line, or NULL. @line is taken to pieces. */
static const char *
add_line (UserTable *table, char *line)
{
  char *colon = strchr (line, ':');
  char *secret_text = colon != NULL ? colon + 1 : NULL;
  g_autofree char *name = NULL;
  Secret *secret;

  if (colon == NULL)
    return "there is no password";
  *colon = '\0';
  secret_text[strcspn (secret_text, ":")] = '\0';

  name = g_ascii_strdown (line, -1);
  if (!mailbox_user_is_valid (name))
    return "the user's name cannot name a mailbox";
  if (g_hash_table_contains (table->secrets, name))
    return "the user has a line already";
  secret = secret_parse (secret_text);
  if (secret == NULL)
    return "the password's scheme is not known, or it is no hash that this system can check";
  g_hash_table_insert (table->secrets, g_steal_pointer (&name), secret);
  return NULL;
}

static void
parse_line (UserTable *table, const char *text, gsize length, guint number, GPtrArray *problems)
{
  char *line;
  const char *problem;

  if (length > 0 && text[length - 1] == '\r')
    length--;
  if (length == 0 || text[0] == '#')
    return;
  line = g_strndup (text, length);
  problem
      = memchr (text, '\0', length) != NULL ? "there is a NUL byte in it" : add_line (table, line);
  if (problem != NULL)
    g_ptr_array_add (problems, g_strdup_printf ("line %u: %s", number, problem));
  explicit_bzero (line, length);
  g_free (line);
}

/* Who has no secret is checked against the kind of secret that most have. */
static void
count_secrets (UserTable *table)
{
  const Secret *examples[SECRET_COST_GROUPS] = { NULL };
  guint counts[SECRET_COST_GROUPS] = { 0 };
  guint most = 0;
  GHashTableIter iter;
  gpointer secret;

  g_hash_table_iter_init (&iter, table->secrets);
  while (g_hash_table_iter_next (&iter, NULL, &secret))
    {
      guint group = secret_cost_group (secret);

      examples[group] = secret;
      counts[group]++;
      if (counts[group] > counts[most])
        most = group;
    }
  table->typical = examples[most];
  table->has_clear_secret = counts[0] > 0;
}

UserTable *
user_table_parse (const char *text, gsize length, GPtrArray *problems)
{
  UserTable *table = g_atomic_rc_box_new0 (UserTable);
  const char *end = text + length;
  guint number = 0;

  table->secrets
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) secret_free);
  while (text < end)
    {
      const char *line_end = memchr (text, '\n', end - text);

      if (line_end == NULL)
        line_end = end;
      parse_line (table, text, line_end - text, ++number, problems);
      text = line_end < end ? line_end + 1 : end;
    }
  count_secrets (table);
  return table;
}

UserTable *
user_table_ref (UserTable *table)
{
  return g_atomic_rc_box_acquire (table);
}

static void
user_table_clear (gpointer data)
{
  UserTable *table = data;

  g_hash_table_unref (table->secrets);
}

void
user_table_unref (UserTable *table)
{
  g_atomic_rc_box_release_full (table, user_table_clear);
}

char *
user_table_find_mailbox (UserTable *table, const char *local_part, const char *domain)
{
  g_autofree char *address = g_strconcat (local_part, "@", domain, NULL);
  g_autofree char *whole = g_ascii_strdown (address, -1);
  g_autofree char *local = g_ascii_strdown (local_part, -1);

  /* "ann@example.net"@example.org, quoted, is not ann@example.net. */
  if (strchr (local_part, '@') != NULL)
    return NULL;
  if (g_hash_table_contains (table->secrets, whole))
    return g_steal_pointer (&whole);
  if (g_hash_table_contains (table->secrets, local))
    return g_steal_pointer (&local);
  return NULL;
}

char *
user_table_check_password (UserTable *table, const char *user, const char *password)
{
  g_autofree char *name = g_ascii_strdown (user, -1);
  const Secret *secret = g_hash_table_lookup (table->secrets, name);
  gboolean right = secret != NULL && secret_check_password (secret, password);

  /* No user, or one whose password costs nothing to check among others whose does: the time must
   * not tell. */
  if (table->typical != NULL
      && (secret == NULL
          || (secret_cost_group (secret) == 0 && secret_cost_group (table->typical) != 0)))
    (void) secret_check_password (table->typical, password);
  return right ? g_steal_pointer (&name) : NULL;
}

gboolean
user_table_has_clear_secret (UserTable *table)
{
  return table->has_clear_secret;
}

char *
user_table_check_apop (UserTable *table,
                       const char *user,
                       const char *timestamp,
                       const char *digest)
{
  g_autofree char *name = g_ascii_strdown (user, -1);
  const Secret *secret = g_hash_table_lookup (table->secrets, name);

  return secret != NULL && secret_check_apop (secret, timestamp, digest) ? g_steal_pointer (&name)
                                                                         : NULL;
}
