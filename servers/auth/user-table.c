/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "servers/auth/user-table.h"

#include <string.h>

#include "core/users/secret.h"
#include "core/users/user-fields.h"
#include "core/users/user-name.h"

#define LEFT_OUT "; the line is left out"

typedef struct
{
  Secret *secret; /* (owned) */
  guint64 mark;   /* of the secret; never 0 */
  UserFields fields;
} User;

struct _UserTable
{
  GHashTable *users; /* (owned) (element-type utf8 User): by the user's name in lower case, which is
                        the mailbox's name too */
  gboolean has_clear_secret;
  const Secret *typical; /* (unowned) one of those that most users have; %NULL in an empty table */
};

static void
user_free (gpointer data)
{
  User *user = data;

  secret_free (user->secret);
  user_fields_clear (&user->fields);
  g_free (user);
}

/* Behind the secret: uid, gid, gecos, home, shell, extra fields, which may have colons in them.
 * Returns the extra fields. */
static const char *
find_fields (const char *rest)
{
  for (guint colons = 0; colons < 5 && rest != NULL; colons++)
    {
      rest = strchr (rest, ':');
      if (rest != NULL)
        rest++;
    }
  return rest != NULL ? rest : "";
}

static guint64
mark_of (const char *secret_text)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 digest[32];
  gsize length = sizeof digest;
  guint64 mark;

  g_checksum_update (checksum, (const guchar *) secret_text, -1);
  g_checksum_get_digest (checksum, digest, &length);
  memcpy (&mark, digest, sizeof mark);
  return GUINT64_FROM_BE (mark) | 1;
}

/* Returns: (transfer full) (nullable): what is wrong with the line. @line is taken to pieces. */
static char *
add_line (UserTable *table, char *line)
{
  char *colon = strchr (line, ':');
  char *secret_text = colon != NULL ? colon + 1 : NULL;
  char *rest = colon != NULL ? strchr (secret_text, ':') : NULL;
  g_autofree char *name = NULL;
  g_autoptr (Secret) secret = NULL;
  User *user;

  if (colon == NULL)
    return g_strdup ("there is no password" LEFT_OUT);
  *colon = '\0';
  if (rest != NULL)
    *rest++ = '\0';

  name = g_ascii_strdown (line, -1);
  if (!user_name_is_valid (name))
    return g_strdup ("the user's name cannot name a mailbox" LEFT_OUT);
  if (g_hash_table_contains (table->users, name))
    return g_strdup ("the user has a line already" LEFT_OUT);
  secret = secret_parse (secret_text);
  if (secret == NULL)
    return g_strdup ("the password's scheme is not known, or it is no hash that this system can "
                     "check" LEFT_OUT);

  user = g_new0 (User, 1);
  user->secret = g_steal_pointer (&secret);
  user->mark = mark_of (secret_text);
  g_hash_table_insert (table->users, g_steal_pointer (&name), user);
  return user_fields_parse (&user->fields, find_fields (rest));
}

static void
parse_line (UserTable *table, const char *text, gsize length, guint number, GPtrArray *problems)
{
  char *line;
  g_autofree char *problem = NULL;

  if (length > 0 && text[length - 1] == '\r')
    length--;
  if (length == 0 || text[0] == '#')
    return;
  line = g_strndup (text, length);
  problem = memchr (text, '\0', length) != NULL ? g_strdup ("there is a NUL byte in it" LEFT_OUT)
                                                : add_line (table, line);
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
  gpointer value;

  g_hash_table_iter_init (&iter, table->users);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const User *user = value;
      guint group = secret_cost_group (user->secret);

      examples[group] = user->secret;
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

  table->users = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, user_free);
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

  g_hash_table_unref (table->users);
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
  if (g_hash_table_contains (table->users, whole))
    return g_steal_pointer (&whole);
  if (g_hash_table_contains (table->users, local))
    return g_steal_pointer (&local);
  return NULL;
}

gboolean
user_table_contains (UserTable *table, const char *user)
{
  g_autofree char *name = g_ascii_strdown (user, -1);

  return g_hash_table_contains (table->users, name);
}

/* Returns: (transfer full) (nullable): the mailbox, where the secret is right and may be used at
 * all */
static char *
accept (const User *user, gboolean is_right, char **name)
{
  return is_right && !user->fields.is_log_on_refused ? g_steal_pointer (name) : NULL;
}

char *
user_table_check_password (UserTable *table, const char *user_name, const char *password)
{
  g_autofree char *name = g_ascii_strdown (user_name, -1);
  const User *user = g_hash_table_lookup (table->users, name);
  gboolean is_right = user != NULL && secret_check_password (user->secret, password);

  /* No user, or one whose password costs nothing to check among others whose does: the time must
   * not tell. */
  if (table->typical != NULL
      && (user == NULL
          || (secret_cost_group (user->secret) == 0 && secret_cost_group (table->typical) != 0)))
    (void) secret_check_password (table->typical, password);
  return accept (user, is_right, &name);
}

gboolean
user_table_has_clear_secret (UserTable *table)
{
  return table->has_clear_secret;
}

char *
user_table_check_apop (UserTable *table,
                       const char *user_name,
                       const char *timestamp,
                       const char *digest)
{
  g_autofree char *name = g_ascii_strdown (user_name, -1);
  const User *user = g_hash_table_lookup (table->users, name);

  return accept (user, user != NULL && secret_check_apop (user->secret, timestamp, digest), &name);
}

gboolean
user_table_admits (UserTable *table, const char *mailbox, const IpAddress *client)
{
  const User *user = g_hash_table_lookup (table->users, mailbox);

  return user == NULL || user_fields_admit (&user->fields, client);
}

guint64
user_table_mark (UserTable *table, const char *mailbox)
{
  const User *user = g_hash_table_lookup (table->users, mailbox);

  return user != NULL ? user->mark : 0;
}

gboolean
user_table_refuses (UserTable *table, const char *mailbox)
{
  const User *user = g_hash_table_lookup (table->users, mailbox);

  return user != NULL && user->fields.is_log_on_refused;
}

guint64
user_table_quota (UserTable *table, const char *mailbox)
{
  const User *user = g_hash_table_lookup (table->users, mailbox);

  return user != NULL ? user->fields.quota : 0;
}
